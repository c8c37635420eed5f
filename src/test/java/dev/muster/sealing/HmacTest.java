package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HmacTest {
    /// Uses test cases 2 and 6 of RFC 4231: a short key, and a key longer than a block.
    @Test
    void givesTheVectorsOfRfc4231() {
        assertThat(HexFormat.of()
                        .formatHex(new Hmac(ascii("Jefe")).of(ascii("what do ya want "), ascii("for nothing?"))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        byte[] longKey = new byte[131];
        Arrays.fill(longKey, (byte) 0xaa);
        assertThat(HexFormat.of()
                        .formatHex(
                                new Hmac(longKey).of(ascii("Test Using Larger Than Block-Size Key - Hash Key First"))))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    /// Uses the test vectors of RFC 5869, appendices A.1 to A.3.
    @Test
    void givesTheVectorsOfRfc5869() {
        byte[] key = hex("0b".repeat(22));
        assertThat(Hmac.extract(hex("000102030405060708090a0b0c"), key).expand(hex("f0f1f2f3f4f5f6f7f8f9"), 42))
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
        assertThat(Hmac.extract(range(0x60, 80), range(0, 80)).expand(range(0xb0, 80), 82))
                .isEqualTo(hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                        + "cc30c58179ec3e87c14c01d5c1f3434f1d87"));
        assertThat(Hmac.extract(new byte[0], key).expand(new byte[0], 42))
                .isEqualTo(hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
    }

    @Property(tries = 200)
    void agreesWithThePlatform(
            @ForAll @Size(max = 200) byte[] key,
            @ForAll @Size(max = 200) byte[] text,
            @ForAll @IntRange(min = 1, max = 200) int length)
            throws Exception {
        byte[] padded = key.length == 0 ? new byte[1] : key;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(padded, "HmacSHA256"));
        assertThat(new Hmac(key).of(text)).isEqualTo(mac.doFinal(text));

        byte[] expected = KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addIKM(padded)
                        .addSalt(padded)
                        .thenExpand(text, length));
        assertThat(Hmac.extract(padded, padded).expand(text, length)).isEqualTo(expected);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] range(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }
}
