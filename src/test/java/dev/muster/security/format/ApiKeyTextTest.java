package dev.muster.security.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.value.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTextTest {
    private static final UUID ID = UUID.fromString("0199a8a0-0000-7000-8000-00000000000a");

    private final ApiKeyText key = ApiKeyText.make(false, 7, ID, new byte[32]);

    @Property(tries = 500)
    void readsItsOwnOutput(
            @ForAll boolean production,
            @ForAll @LongRange(max = Long.MAX_VALUE) long realm,
            @ForAll long high,
            @ForAll long low,
            @ForAll @Size(32) byte[] secret) {
        ApiKeyText made = ApiKeyText.make(production, realm, new UUID(high, low), secret);
        ApiKeyText read = ApiKeyText.parse(made.text()).orElseThrow();
        assertThat(read.text()).isEqualTo(made.text()).startsWith(production ? "mst_live_" : "mst_test_");
        assertThat(read.realm()).isEqualTo(realm);
        assertThat(read.keyId()).isEqualTo(new UUID(high, low));
        assertThat(read.hash()).isEqualTo(made.hash());
    }

    @Property
    void takesAnyTextForWhatItIs(@ForAll String text) {
        assertThat(ApiKeyText.parse(text)).isEmpty();
        assertThat(ApiKeyText.parse("mst_test_7_" + text)).isEmpty();
    }

    /// A key made of zeros shows that the fields have fixed widths.
    @Test
    void isSpelledAsDocumented() {
        assertThat(ApiKeyText.make(true, 0, new UUID(0, 0), new byte[32]).text())
                .startsWith("mst_live_0_" + "0".repeat(22) + "_" + "0".repeat(43))
                .hasSize(9 + 1 + 1 + 22 + 1 + 43 + 6);
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) 0xff);
        assertThat(ApiKeyText.make(false, Long.MAX_VALUE, new UUID(-1, -1), ones)
                        .text())
                .startsWith("mst_test_9223372036854775807_7n42DGM5Tflk9n8mt7Fhc7_");
    }

    @Test
    void refusesEveryFlippedBitAndEveryCut() {
        String text = key.text();
        for (int i = 0; i < text.length(); i++) {
            for (int bit = 0; bit < 16; bit++) {
                StringBuilder flipped = new StringBuilder(text);
                flipped.setCharAt(i, (char) (text.charAt(i) ^ 1 << bit));
                assertThat(ApiKeyText.parse(flipped.toString())).isEmpty();
            }
            assertThat(ApiKeyText.parse(text.substring(0, i))).isEmpty();
            assertThat(ApiKeyText.parse(text.substring(i + 1))).isEmpty();
        }
        assertThat(ApiKeyText.parse(text + "0")).isEmpty();
        assertThat(ApiKeyText.parse(" " + text)).isEmpty();
    }

    /// Each of these has exactly one fault, and a correct checksum.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mst_test_07_ID_SECRET",
                "mst_test_+7_ID_SECRET",
                "mst_test_-7_ID_SECRET",
                "mst_test__ID_SECRET",
                "mst_test_9223372036854775808_ID_SECRET",
                "mst_test_9999999999999999999_ID_SECRET",
                "mst_test_10000000000000000000_ID_SECRET",
                "mst_test_7_7n42DGM5Tflk9n8mt7Fhc8_SECRET",
                "mst_test_7_zzzzzzzzzzzzzzzzzzzzzz_SECRET",
                "mst_test_7_000000000000000000000-_SECRET",
                "mst_test_7_ID-SECRET",
                "mst_test_7-ID_SECRET",
                "mst_prod_7_ID_SECRET",
                "MST_test_7_ID_SECRET"
            })
    void refusesWhatIsNotInTheForm(String form) {
        String start = form.replace("ID", "0".repeat(22)).replace("SECRET", "0".repeat(43));
        assertThat(ApiKeyText.parse(withChecksum(start))).isEmpty();
    }

    @Test
    void theChecksumIsACrc32InBase62() {
        String start = "mst_test_7_" + "0".repeat(22) + "_" + "0".repeat(43);
        assertThat(ApiKeyText.parse(withChecksum(start))).isPresent();
    }

    @Test
    void isStoredAsTheHashOfItsText() throws Exception {
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(key.text().getBytes(StandardCharsets.US_ASCII));
        assertThat(key.hash().bytes()).isEqualTo(expected);
        assertThat(key.matches(new Digest(expected.clone()))).isTrue();
        expected[31] ^= 1;
        assertThat(key.matches(new Digest(expected))).isFalse();
        assertThat(key.matches(null)).isFalse();
        assertThat(key.matches(new Digest(new byte[0]))).isFalse();
    }

    @Test
    void aRealmIsNotNegative() {
        assertThatThrownBy(() -> ApiKeyText.make(true, -1, ID, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ApiKeyText.make(true, 1, ID, new byte[31]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String withChecksum(String start) {
        CRC32 crc = new CRC32();
        crc.update(start.getBytes(StandardCharsets.ISO_8859_1));
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        StringBuilder checksum = new StringBuilder();
        for (long rest = crc.getValue(), i = 0; i < 6; i++, rest /= 62) {
            checksum.insert(0, digits.charAt((int) (rest % 62)));
        }
        return start + checksum;
    }
}
