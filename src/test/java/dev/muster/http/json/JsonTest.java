package dev.muster.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is accepted as JSON, and how its fields are read.
class JsonTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Object value(String text) {
        return ((Json.Result.Value) Json.read(utf8(text))).value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}x",
                "{} {}",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "NaN",
                "[Infinity]",
                "-",
                "01",
                "+1",
                ".5",
                "1.",
                "1e",
                "0x1",
                "tru",
                "\"a",
                "\"\n\"",
                "\"\\x\"",
                "\"\\u12\"",
                "/**/1",
                "#\n1",
                "{\"a\":1,\"a\":2}",
                "{\"x\":{\"a\":1,\"b\":2,\"\\u0061\":3}}",
                "1e401",
                "1e-401",
                "1e99999999999",
                "\uFEFF{}",
                "[\u0000]",
            })
    void malformedJson(String text) {
        assertThat(Json.read(utf8(text))).isInstanceOf(Json.Result.Malformed.class);
        assertThat(isObject(utf8(text))).isFalse();
        assertThat(isObject(utf8("{\"o\":" + text + "}"))).isFalse();
        assertThat(isObject(utf8("{\"o\":[" + text + "x]}"))).isFalse();
    }

    private static boolean isObject(byte[] text) {
        try {
            return Json.isObject(new ByteArrayInputStream(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void objects() {
        for (String text : List.of(
                "{}",
                " {\"a\":1,\"A\":[{},{\"a\":1},{\"a\":{\"a\":-0.5e3}}],\"\":null,\"b\":true}\n",
                "{\"long\":\"" + "ä😀\\n".repeat(40_000) + "\"}",
                "{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}",
                "{\"a\":[" + "{\"b\":1,\"c\":2},".repeat(5_000) + "0]}",
                "{" + names(JsonStream.MAX_NAMES) + "}",
                "{\"a\":[{" + names(999) + "},{" + names(999) + "}]}")) {
            assertThat(isObject(utf8(text))).as(text).isTrue();
        }
        for (String text : List.of("[]", "[{}]", "1", "\"{}\"", "null", "true")) {
            assertThat(isObject(utf8(text))).isFalse();
        }
    }

    /// The number of names in objects that are still open is limited, because all of them are kept to detect
    /// duplicates.
    @Test
    void namesThatAreOpenAreBounded() {
        assertThat(isObject(utf8("{" + names(1_001) + "}"))).isFalse();
        assertThat(isObject(utf8("{\"a\":{" + names(1_000) + "}}"))).isFalse();
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"n" + i + "\":1").collect(Collectors.joining(","));
    }

    /// A read error is reported as such, not as malformed JSON.
    @Test
    void readErrorsArePassedOn() {
        IOException gone = new IOException("gone");
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(utf8("{\"a\":[")), new InputStream() {
            @Override
            public int read() throws IOException {
                throw gone;
            }

            @Override
            public int read(byte[] into, int offset, int max) throws IOException {
                throw gone;
            }
        });
        assertThatThrownBy(() -> Json.isObject(broken)).isSameAs(gone);
    }

    @Test
    void base64IsDecodedAsItIsRead() throws IOException {
        String text = "[\"\\/+8=\",\"AAAA\\nAAA\",\"\",\"" + "QUJD".repeat(9_999) + "\",7]";
        List<String> found = new ArrayList<>();
        try (JsonStream json = new JsonStream(new ByteArrayInputStream(utf8(text)))) {
            assertThat(json.next()).isEqualTo(JsonStream.Token.ARRAY);
            while (json.next() == JsonStream.Token.TEXT) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                assertThat(json.decode(out)).isTrue();
                found.add(HexFormat.of().formatHex(out.toByteArray()));
            }
            assertThat(json.text()).isEqualTo("7");
            assertThat(json.next()).isEqualTo(JsonStream.Token.ARRAY_END);
            assertThat(json.next()).isNull();
        }
        assertThat(found).containsExactly("ffef", "0000000000", "", "414243".repeat(9_999));
    }

    /// Nothing is read after invalid Base64, because the parser may have consumed the closing quote as one of the
    /// characters and would then read names as strings.
    @ParameterizedTest
    @ValueSource(strings = {"%", "A", "AA=", "AA%\\\"AA", "AAAA="})
    void nothingIsReadAfterInvalidBase64(String text) throws IOException {
        try (JsonStream json = new JsonStream(new ByteArrayInputStream(utf8("[\"" + text + "\",\"QUJD\",\"QUJD\"]")))) {
            json.next();
            assertThat(json.next()).isEqualTo(JsonStream.Token.TEXT);
            assertThat(json.decode(new ByteArrayOutputStream())).isFalse();
            assertThatThrownBy(json::next).isInstanceOf(JsonStream.Malformed.class);
        }
    }

    /// The number of values is limited, because a value can take a hundred times as much memory as its source text.
    @Test
    void tooManyValuesAreRefused() {
        String most = "[" + "1,".repeat(Json.MAX_VALUES - 2) + "1]";
        assertThat(Json.read(utf8(most))).isInstanceOf(Json.Result.Value.class);
        for (String value : List.of("1", "{}", "[]", "null", "\"\"")) {
            String more = "[" + "1,".repeat(Json.MAX_VALUES - 1) + value + "]";
            assertThat(Json.read(utf8(more))).isEqualTo(new Json.Result.Malformed("The JSON has too many values."));
        }
    }

    @Test
    void malformedUtf8() {
        for (int[] bytes :
                new int[][] {{'"', 0xff, '"'}, {'"', 0xc0, 0x80, '"'}, {'"', 0xed, 0xa0, 0x80, '"'}, {'"', 0xc3, '"'}
                }) {
            byte[] text = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                text[i] = (byte) bytes[i];
            }
            assertThat(Json.read(text))
                    .isEqualTo(new Json.Result.Malformed("The body is not valid UTF-8 without a byte order mark."));
            byte[] within = Arrays.copyOf(utf8("{\"a\":"), 6 + text.length);
            System.arraycopy(text, 0, within, 5, text.length);
            within[within.length - 1] = '}';
            assertThat(isObject(within)).isFalse();
        }
        assertThat(Json.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE)))
                .isInstanceOf(Json.Result.Malformed.class);
        assertThat(Json.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(Json.Result.Malformed.class);
        assertThat(isObject("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE))).isFalse();
        assertThat(isObject("{\"a\":1}".getBytes(StandardCharsets.UTF_32LE))).isFalse();
    }

    @Test
    void limits() {
        assertThat(value("[".repeat(32) + "]".repeat(32))).isInstanceOf(List.class);
        for (String text : List.of(
                "[".repeat(33) + "]".repeat(33),
                "{\"a\":".repeat(33) + "1" + "}".repeat(33),
                "[".repeat(100_000),
                "1".repeat(65),
                "1." + "1".repeat(65),
                "{\"" + "n".repeat(60_000) + "\":1}")) {
            assertThat(Json.read(utf8(text))).isInstanceOf(Json.Result.Malformed.class);
            assertThat(isObject(utf8("{\"o\":" + text + "}"))).isFalse();
        }
        assertThat(value("1".repeat(64))).isEqualTo(new BigDecimal("1".repeat(64)));
    }

    @Test
    void valuesKeepTheirDigitsAndOrder() {
        assertThat(value("{\"z\":1.10,\"a\":[true,false,null],\"m\":{\"k\":\"\\u00e4\uD83D\uDE00\"}}"))
                .hasToString("{z=1.10, a=[true, false, null], m={k=ä😀}}");
        assertThat(value("null")).isNull();
        assertThat(value(" \"x\" ")).isEqualTo("x");
        String text = "{\"z\":1.10,\"a\":[true,null,12345678901234567890],\"m\":{\"k\":\"ä😀\\\"\\n\"}}";
        assertThat(new String(Json.write(value(text)), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void malformedJsonIsToldWithItsPlaceAndWithoutItsText() {
        assertThat(Json.read(utf8("{\n\"secret\":x}")))
                .isEqualTo(new Json.Result.Malformed("The body is not JSON: wrong at line 2, column 10."));
    }

    @Test
    void aWriterSurvivesWhatStrangersSend() {
        byte[] json = JsonWriter.bytes(writer -> writer.object()
                .field("half", "a\ud800b")
                .field("whole", "\uD83D\uDE00")
                .field("control", "\u0000\u001f\"\\")
                .field("null", (String) null)
                .array("list")
                .text("x")
                .number(1)
                .flag(true)
                .end()
                .rawField("raw", "{\"a\":1}")
                .object("inner")
                .end()
                .end());
        assertThat(new String(json, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"half\":\"a\uFFFDb\",\"whole\":\"😀\",\"control\":\"\\u0000\\u001F\\\"\\\\\",\"null\":null,"
                                + "\"list\":[\"x\",1,true],\"raw\":{\"a\":1},\"inner\":{}}");
    }

    @Test
    void linesAreWrittenOneByOne() throws Exception {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        try (JsonWriter writer = JsonWriter.to(out)) {
            for (int i = 0; i < 3; i++) {
                writer.value(Map.of("i", BigDecimal.valueOf(i))).line();
            }
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"i\":0}\n{\"i\":1}\n{\"i\":2}\n");
    }

    /// However a body is mutated, reading it returns a result.
    @Test
    void mutationsNeverThrow() {
        Random random = new Random(20261121);
        byte[] seed = utf8(
                "{\"name\":\"An\\u00e4\uD83D\uDE00\",\"n\":[1,2.5e3,-0],\"o\":{\"t\":true,\"f\":false,\"x\":null}}");
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = seed.clone();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(Json.read(bytes)).isNotNull();
        }
    }
}
