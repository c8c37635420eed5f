package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeysTest {
    private static final String ONE = Base64.getEncoder().encodeToString(Fixed.bytes(1, 32));
    private static final String TWO = Base64.getEncoder().encodeToString(Fixed.bytes(2, 32));

    @TempDir
    Path folder;

    private final RealmKey realmKey = RealmKey.create(7, Fixed.randomness(1));

    @Test
    void theFirstKeySealsAndEveryKeyUnwraps() {
        MasterKeys old = MasterKeys.parse(ONE, "test");
        MasterKeys both = MasterKeys.parse("# current\n" + TWO + "\n\n  # old\n" + ONE + "\r\n", "test");
        byte[] wrappedByOld = old.wrap(realmKey, Fixed.randomness(3));
        byte[] wrappedByNew = both.wrap(realmKey, Fixed.randomness(3));

        assertThat(both.ids()).hasSize(2).startsWith(both.currentId()).endsWith(old.currentId());
        assertThat(wrappedByOld).hasSize(103);
        assertThat(HexFormat.of().formatHex(wrappedByOld, 1, 9)).isEqualTo(old.currentId());
        assertThat(HexFormat.of().formatHex(wrappedByNew, 1, 9)).isEqualTo(both.currentId());
        for (byte[] wrapped : List.of(wrappedByOld, wrappedByNew)) {
            RealmKey unwrapped = both.unwrap(7, wrapped);
            assertThat(unwrapped.realm()).isEqualTo(7);
            assertThat(unwrapped.secret()).isEqualTo(realmKey.secret());
        }
    }

    @Test
    void aKeyThatIsNotLoadedIsNamed() {
        MasterKeys old = MasterKeys.parse(ONE, "test");
        byte[] wrapped = old.wrap(realmKey, Fixed.randomness(3));
        assertThatThrownBy(() -> MasterKeys.parse(TWO, "test").unwrap(7, wrapped))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage("the key of realm 7 is wrapped by master key " + old.currentId() + ", which is not loaded");
    }

    @Test
    void rewrapsWhatAnOlderKeyWrappedAndNothingElse() {
        MasterKeys old = MasterKeys.parse(ONE, "test");
        MasterKeys both = MasterKeys.parse(TWO + "\n" + ONE, "test");
        byte[] rewrapped = both.rewrap(7, old.wrap(realmKey, Fixed.randomness(3)), Fixed.randomness(4))
                .orElseThrow();
        assertThat(both.rewrap(7, rewrapped, Fixed.randomness(5))).isEmpty();

        RealmKey after = MasterKeys.parse(TWO, "test").unwrap(7, rewrapped);
        assertThat(after.secret()).isEqualTo(realmKey.secret());
        assertThat(after.fingerprint(FingerprintKind.CARD, "1"))
                .isEqualTo(realmKey.fingerprint(FingerprintKind.CARD, "1"));
    }

    @Test
    void refusesEveryFlippedBitOtherRealmsAndOtherLengths() {
        MasterKeys keys = MasterKeys.parse(ONE, "test");
        byte[] wrapped = keys.wrap(realmKey, Fixed.randomness(3));
        for (int bit = 0; bit < wrapped.length * 8; bit++) {
            byte[] flipped = wrapped.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            // A changed key id refers to a master key that is not loaded.
            Class<?> refusal = bit >= 8 && bit < 72 ? KeyUnavailableException.class : TamperedException.class;
            assertThatThrownBy(() -> keys.unwrap(7, flipped)).isInstanceOf(refusal);
        }
        assertThatThrownBy(() -> keys.unwrap(8, wrapped)).isInstanceOf(TamperedException.class);
        assertThatThrownBy(() -> keys.unwrap(7, new byte[101])).isInstanceOf(TamperedException.class);
        assertThatThrownBy(() -> keys.unwrap(7, new byte[0])).isInstanceOf(TamperedException.class);
    }

    @Test
    void makesAPrivateFileOnce() throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys made = MasterKeys.createFile(file, Fixed.randomness(1));
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(MasterKeys.load(file).ids()).isEqualTo(made.ids()).hasSize(1);
        assertThatThrownBy(() -> MasterKeys.createFile(file, Fixed.randomness(2)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage(file + " exists already and is not overwritten");
        assertThat(MasterKeys.load(file).ids()).isEqualTo(made.ids());
        assertThatThrownBy(() -> MasterKeys.createFile(folder.resolve("absent/master.key"), Fixed.randomness(2)))
                .isInstanceOf(KeyUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwxrwxrwx", "rwx------"})
    void refusesAFileThatIsMoreThan0600(String mode) throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys.createFile(file, Fixed.randomness(1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertThatThrownBy(() -> MasterKeys.load(file))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("chmod 600");
        assertThatThrownBy(() -> MasterKeys.rotateFile(file, Fixed.randomness(2)))
                .isInstanceOf(KeyUnavailableException.class);
        assertThat(folder.resolve("master.key.new")).doesNotExist();
    }

    @Test
    void takesAFileThatIsStricter() throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys made = MasterKeys.createFile(file, Fixed.randomness(1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(MasterKeys.load(file).ids()).isEqualTo(made.ids());
    }

    @Test
    void rotationPutsANewKeyFirstAndKeepsTheRest() throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys first = MasterKeys.createFile(file, Fixed.randomness(1));
        Files.writeString(file, "# kept by hand\n" + Files.readString(file));
        MasterKeys second = MasterKeys.rotateFile(file, Fixed.randomness(2));

        assertThat(second.ids()).hasSize(2).endsWith(first.currentId());
        assertThat(MasterKeys.load(file).ids()).isEqualTo(second.ids());
        assertThat(Files.readString(file)).contains("# kept by hand");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(folder.resolve("master.key.new")).doesNotExist();
        assertThat(second.unwrap(7, first.wrap(realmKey, Fixed.randomness(3))).secret())
                .isEqualTo(realmKey.secret());
    }

    @Test
    void rotationFollowsALink() throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys.createFile(file, Fixed.randomness(1));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        MasterKeys.rotateFile(link, Fixed.randomness(2));
        assertThat(link).isSymbolicLink();
        assertThat(MasterKeys.load(file).ids()).hasSize(2);
    }

    @Test
    void concurrentRotationsAreRefused() throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys made = MasterKeys.createFile(file, Fixed.randomness(1));
        Files.createFile(folder.resolve("master.key.new"));
        assertThatThrownBy(() -> MasterKeys.rotateFile(file, Fixed.randomness(2)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("master.key.new exists");
        assertThat(MasterKeys.load(file).ids()).isEqualTo(made.ids());
        assertThat(folder.resolve("master.key.new")).exists();
    }

    @Test
    void aRotationThatFailsLeavesTheFileAsItWas() throws IOException {
        Path file = folder.resolve("master.key");
        MasterKeys.createFile(file, Fixed.randomness(1));
        String before = Files.readString(file);
        // The same randomness yields the same key again, and the file must not contain a key twice.
        assertThatThrownBy(() -> MasterKeys.rotateFile(file, Fixed.randomness(1)))
                .isInstanceOf(KeyUnavailableException.class);
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(folder.resolve("master.key.new")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing\n\n",
                "secretsecret",
                "AAAA",
                "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= AQ==",
                "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
            })
    void refusesAnInvalidKeyInOneLineWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> MasterKeys.parse(text, "MUSTER_MASTER_KEY"))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageStartingWith("MUSTER_MASTER_KEY")
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("\n")
                .doesNotContain("secretsecret")
                .doesNotContain("AQEB");
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("absent");
        assertThatThrownBy(() -> MasterKeys.load(file))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage(file + " does not exist");
        assertThatThrownBy(() -> MasterKeys.rotateFile(file, Fixed.randomness(1)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage(file + " does not exist");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
