package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Form bodies of both types, sent over real connections: their content is read, and errors in them are reported as the
/// client's, in the format of the API.
class FormTest {

    private static final String URLENCODED = "Content-Type: application/x-www-form-urlencoded";
    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=b";
    private static final String FIELD = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";

    private static Probe probe;

    @BeforeAll
    static void start() {
        probe = new Probe();
    }

    @AfterAll
    static void stop() {
        probe.close();
    }

    private static Wire.Answer send(String type, String body) {
        return Wire.post(probe.port, "/v1/form", body, type);
    }

    private static Wire.Answer send(String type, byte[] body) {
        try (Wire wire = new Wire(probe.port)) {
            return wire.send(Wire.head("POST", "/v1/form", type, "Content-Length: " + body.length))
                    .send(body)
                    .answer();
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void malformed(Wire.Answer answer, String text) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"fault\":\"Malformed\"").contains(text);
    }

    // Urlencoded

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1|a=[1];",
                "b=2&a=1&b=3|b=[2, 3];a=[1];",
                "a=&b|a=[];b=[];",
                "&&a=1&|a=[1];",
                "a=1=2|a=[1=2];",
                "a=x+y%20z%2B|a=[x y z+];",
                "a%3Db=%5B%22x%22%5D|a=b=[[\"x\"]];",
                "a=Zo%C3%A9|a=[Zoé];",
                "a=Zoé 髙橋 <&b=\"|a=[Zoé 髙橋 <];b=[\"];",
            })
    void urlencodedIsRead(String body, String values) {
        Wire.Answer answer = send(URLENCODED, body);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(values);
    }

    @Test
    void typesAreReadInAnyLetterCaseAndWithParameters() {
        assertThat(send("Content-Type: Application/X-WWW-Form-UrlEncoded; charset=UTF-8", "a=1")
                        .body())
                .isEqualTo("a=[1];");
        assertThat(send(
                                "Content-Type: Multipart/Form-Data; charset=utf-8; Boundary=\"b\"",
                                "--b\r\n" + FIELD + "1\r\n--b--")
                        .body())
                .isEqualTo("a=[1];");
    }

    @Test
    void noBodyIsAFormWithoutParameters() {
        assertThat(send(URLENCODED, "").body()).isEmpty();
        assertThat(send(URLENCODED, "").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "a=%, percent-encoding",
        "a=%4, percent-encoding",
        "a=%zz, percent-encoding",
        "a%g0=1, percent-encoding",
        "a=%C3, UTF-8",
        "a=%ED%A0%80, UTF-8",
        "a=%FF, UTF-8",
        "a=%00, U+0000",
        "%00=1, U+0000",
    })
    void brokenUrlencodedIsMalformed(String body, String text) {
        malformed(send(URLENCODED, body), text);
    }

    @Test
    void bytesThatAreNotUtf8AreMalformed() {
        malformed(send(URLENCODED, latin("a=Zo\u00e9")), "UTF-8");
        malformed(send(URLENCODED, latin("Zo\u00e9=a")), "UTF-8");
        malformed(send(URLENCODED, latin("a=\0")), "U+0000");
    }

    // Multipart

    @Test
    void multipartIsRead() {
        Wire.Answer answer = send(MULTIPART, """
                preamble that nobody reads
                --b
                Content-Disposition: form-data; name="unique_id"

                user-17
                --b
                content-type: text/plain; charset=UTF-8
                CONTENT-DISPOSITION: form-data; name=plain

                Zoé
                b-- is no boundary
                --b
                Content-Disposition: form-data; name="file"; filename="C:\\x.txt"
                Content-Type: application/octet-stream

                a part with a file name
                --b
                Content-Disposition: form-data; name="Zoé"


                --b
                Content-Disposition: form-data; name="plain"

                twice
                --b--
                epilogue
                """.replace("\n", "\r\n"));
        assertThat(answer.body())
                .isEqualTo("unique_id=[user-17];plain=[Zoé\r\nb-- is no boundary, twice];"
                        + "file=[a part with a file name];Zoé=[];");
    }

    @Test
    void anEmptyMultipartFormHasNoParameters() {
        Wire.Answer answer = send(MULTIPART, "--b--\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a=1",
                "--c\r\n" + FIELD + "1\r\n--c--",
                "--b",
                "--b\r\n",
                "--b\r\n" + FIELD,
                "--b\r\n" + FIELD + "1",
                "--b\r\n" + FIELD + "1\r\n",
                "--b\r\n" + FIELD + "1\r\n--",
                "--b\r\n" + FIELD + "1\r\n--b",
                "--b\r\n" + FIELD + "1\r\n--b-",
                "--b\r\n" + FIELD + "1\r\n--b\r\n",
                "--b\r\n" + FIELD + "1\r\n--b\r\n" + FIELD,
                "--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n",
                "--b\r\n\r\n1\r\n--b--",
                "--b\r\n\r\n1\r\n--b\r\n" + FIELD + "1\r\n--b--",
                "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=c\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"=?UTF-8?B?A?=\"\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"=?UTF-8?B?5qmL?=\"\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name*=UTF-8''%zz\r\n\r\n1\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\n1\r\n--b--",
                "--b\r\n" + FIELD + "\0\r\n--b--",
            })
    void brokenMultipartIsMalformed(String body) {
        malformed(send(MULTIPART, body), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "; boundary", "; boundary=", "; boundary=\"\"", "; Boundaries=b"})
    void aBoundaryMustBeNamed(String parameters) {
        malformed(send("Content-Type: multipart/form-data" + parameters, "--b\r\n" + FIELD + "1\r\n--b--"), "boundary");
        malformed(send("Content-Type: multipart/form-data" + parameters, ""), "boundary");
    }

    @Test
    void aBoundaryIsNoLongerThanItMayBe() {
        String most = "b".repeat(70);
        String type = "Content-Type: multipart/form-data; boundary=";
        assertThat(send(type + most, "--" + most + "\r\n" + FIELD + "1\r\n--" + most + "--")
                        .body())
                .isEqualTo("a=[1];");
        malformed(send(type + most + "b", "--" + most + "b\r\n" + FIELD + "1\r\n--" + most + "b--"), "boundary");
    }

    @Test
    void partsThatAreNotUtf8AreMalformed() {
        malformed(send(MULTIPART, latin("--b\r\n" + FIELD + "Zo\u00e9\r\n--b--")), "UTF-8");
        malformed(
                send(MULTIPART, latin("--b\r\nContent-Disposition: form-data; name=\"Zo\u00e9\"\r\n\r\n1\r\n--b--")),
                "UTF-8");
    }

    /// A truncated or overwritten body never causes a server error.
    @Test
    void noBytesAreAFaultOfTheServers() {
        byte[] good = Wire.utf8(
                "--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''%c3%a9\r\n\r\nZoé\r\n--b\r\n"
                        + FIELD + "1\r\n--b--\r\n");
        Random random = new Random(1);
        for (int i = 0; i < 400; i++) {
            byte[] bad = java.util.Arrays.copyOf(good, 1 + random.nextInt(good.length));
            for (int j = random.nextInt(4); j > 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            assertThat(send(MULTIPART, bad).status()).isIn(200, 400);
        }
    }

    // Limits

    @Test
    void parametersAreCounted() {
        assertThat(send(URLENCODED, "a=1&".repeat(200)).status()).isEqualTo(200);
        malformed(send(URLENCODED, "a=1&".repeat(201)), "too many");
        String part = "--b\r\n" + FIELD + "1\r\n";
        assertThat(send(MULTIPART, part.repeat(200) + "--b--").status()).isEqualTo(200);
        malformed(send(MULTIPART, part.repeat(201) + "--b--"), "too many");
    }

    @Test
    void namesAreBounded() {
        assertThat(send(URLENCODED, "n".repeat(1_024) + "=1").status()).isEqualTo(200);
        malformed(send(URLENCODED, "n".repeat(1_025) + "=1"), "too long");
        malformed(send(MULTIPART, part("n".repeat(1_025))), "too long");
        malformed(send(MULTIPART, part("n".repeat(10_000))), "broken");
    }

    private static String part(String name) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n1\r\n--b--";
    }

    @Test
    void theRoutesBodyLimitHolds() {
        String value = "x".repeat(90_000);
        assertThat(send(MULTIPART, "--b\r\n" + FIELD + value + "\r\n--b--").body())
                .isEqualTo("a=[" + value + "];");
        assertThat(send(MULTIPART, "--b\r\n" + FIELD + value + value + "\r\n--b--")
                        .status())
                .isEqualTo(413);
        assertThat(send(URLENCODED, "a=" + value + value).status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Type: multipart/form-dat; boundary=b",
                "Content-Type:",
                "X-Content-Type: application/x-www-form-urlencoded",
            })
    void otherRequestsAreNotForms(String type) {
        Wire.Answer answer = send(type, "a=1");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.body()).contains("\"fault\":\"UnsupportedCoding\"");
    }
}
