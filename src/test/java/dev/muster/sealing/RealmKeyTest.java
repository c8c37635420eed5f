package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.junit.jupiter.api.Test;

class RealmKeyTest {
    private final RealmKey key = RealmKey.create(7, Fixed.randomness(1));

    @Test
    void aPersonsKeyIsHkdfOfTheRealmKeyAndTheSeed() throws Exception {
        byte[] seed = Fixed.bytes(2, 32);
        byte[] info = HexFormat.of().parseHex("706572736f6e3a" + HexFormat.of().formatHex(seed));
        byte[] expected = KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addIKM(Fixed.randomness(1).next(32))
                        .addSalt("muster realm key 1".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .thenExpand(info, 64));
        SealingKey person = key.person(seed);
        assertThat(person.cipherKey().getEncoded()).isEqualTo(java.util.Arrays.copyOf(expected, 32));
        assertThat(person.nonceKey()).isEqualTo(java.util.Arrays.copyOfRange(expected, 32, 64));
    }

    @Test
    void keysOfDifferentUsesDiffer() {
        assertThat(List.of(
                        key.person(Fixed.bytes(2, 32)).cipherKey().getEncoded(),
                        key.person(Fixed.bytes(3, 32)).cipherKey().getEncoded(),
                        key.own().cipherKey().getEncoded(),
                        key.derive("tokens"),
                        key.derive("token"),
                        RealmKey.create(7, Fixed.randomness(2)).derive("tokens")))
                .extracting(HexFormat.of()::formatHex)
                .doesNotHaveDuplicates();
        assertThat(key.derive("tokens")).hasSize(32).isEqualTo(key.derive("tokens"));
    }

    @Test
    void fingerprintsDifferByTextKindAndRealm() {
        RealmKey elsewhere = RealmKey.create(8, Fixed.randomness(2));
        assertThat(List.of(
                        key.fingerprint(FingerprintKind.EMAIL, "ada@example.org"),
                        key.fingerprint(FingerprintKind.EMAIL, "ada@example.com"),
                        key.fingerprint(FingerprintKind.EXTERNAL_ID, "ada@example.org"),
                        key.fingerprint(FingerprintKind.CARD, "ada@example.org"),
                        elsewhere.fingerprint(FingerprintKind.EMAIL, "ada@example.org")))
                .allSatisfy(fingerprint -> assertThat(fingerprint).hasSize(16))
                .extracting(HexFormat.of()::formatHex)
                .doesNotHaveDuplicates();
    }

    /// The fingerprint of a value must never change, because the stored fingerprints of bars must match in every
    /// later version.
    @Test
    void aFingerprintStaysWhatItIs() {
        assertThat(HexFormat.of().formatHex(key.fingerprint(FingerprintKind.EMAIL, "ada@example.org")))
                .isEqualTo("772d430853e8631f712e6ce240afa63c");
        assertThat(HexFormat.of().formatHex(key.fingerprint(FingerprintKind.EXTERNAL_ID, "żółw")))
                .isEqualTo("02845ae3c4c7b474acf86a6411b792bd");
        assertThat(HexFormat.of().formatHex(key.fingerprint(FingerprintKind.CARD, "0042")))
                .isEqualTo("a9f742bf86fe3769227a3071bb3b41b6");
    }

    @Test
    void manyThreadsMayUseOneAtOnce() {
        byte[] expected = key.derive("tokens");
        assertThat(IntStream.range(0, 20_000).parallel().mapToObj(i -> key.derive("tokens")))
                .allSatisfy(derived -> assertThat(derived).isEqualTo(expected));
    }

    @Test
    void nothingSecretIsPrinted() {
        assertThat(key).hasToString("RealmKey[realm=7]");
        assertThat(key.own()).hasToString("SealingKey");
    }

    @Test
    void aSeedHas32Bytes() {
        assertThatThrownBy(() -> key.person(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }
}
