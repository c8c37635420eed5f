package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointKeyTest {
    @TempDir
    Path folder;

    private final Checkpoint checkpoint = Checkpoint.after(
            "the line before", 7, 1234, new JournalHash().origin(7), Instant.parse("2026-03-01T10:00:00.250Z"));

    @Test
    void verifiesItsOwnSignatures() {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("checkpoint.pem"), Fixed.randomness(1));
        String line = key.sign(checkpoint);
        assertThat(line)
                .matches(
                        "muster-checkpoint-2 7 1234 [0-9a-f]{64} 2026-03-01T10:00:00.250Z [0-9a-f]{64} [0-9a-f]{16} [A-Za-z0-9_-]{86}")
                .contains(key.id());
        assertThat(CheckpointKey.verify(key.publicKeyPem(), line)).contains(checkpoint);
        assertThat(checkpoint.headBytes()).isEqualTo(new JournalHash().origin(7));
    }

    @Test
    void refusesEveryFlippedBitAndEveryCut() {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("checkpoint.pem"), Fixed.randomness(1));
        String line = key.sign(checkpoint);
        for (int i = 0; i < line.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                StringBuilder flipped = new StringBuilder(line);
                flipped.setCharAt(i, (char) (line.charAt(i) ^ 1 << bit));
                assertThat(CheckpointKey.verify(key.publicKeyPem(), flipped.toString()))
                        .isEmpty();
            }
            assertThat(CheckpointKey.verify(key.publicKeyPem(), line.substring(0, i)))
                    .isEmpty();
        }
        assertThat(CheckpointKey.verify(key.publicKeyPem(), line + " ")).isEmpty();
        assertThat(CheckpointKey.verify(key.publicKeyPem(), line + "=")).isEmpty();
    }

    @Test
    void refusesAnothersSignature() {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("one.pem"), Fixed.randomness(1));
        CheckpointKey other = CheckpointKey.loadOrCreate(folder.resolve("two.pem"), Fixed.randomness(2));
        String line = key.sign(checkpoint);
        assertThat(CheckpointKey.verify(other.publicKeyPem(), line)).isEmpty();
        assertThat(CheckpointKey.verify(other.publicKeyPem(), line.replace(key.id(), other.id())))
                .isEmpty();
        assertThatThrownBy(() -> CheckpointKey.verify("no key", line)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void keepsItsKeyInTwoFiles() throws IOException {
        Path file = folder.resolve("checkpoint.pem");
        Path beside = folder.resolve("checkpoint.pem.pub");
        CheckpointKey made = CheckpointKey.loadOrCreate(file, Fixed.randomness(1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(beside)).isEqualTo(made.publicKeyPem());

        CheckpointKey loaded = CheckpointKey.loadOrCreate(file, Fixed.randomness(2));
        assertThat(loaded.id()).isEqualTo(made.id());
        assertThat(CheckpointKey.verify(Files.readString(beside), loaded.sign(checkpoint)))
                .contains(checkpoint);

        Files.delete(beside);
        assertThat(CheckpointKey.loadOrCreate(file, Fixed.randomness(2)).publicKeyPem())
                .isEqualTo(made.publicKeyPem());
    }

    /// Reads the private key of RFC 8410, section 10.3, which belongs to the public key of section 10.1.
    @Test
    void readsTheKeyOfRfc8410() throws IOException {
        Path file = folder.resolve("checkpoint.pem");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
                -----END PRIVATE KEY-----
                """);
        assertThat(CheckpointKey.loadOrCreate(file, Fixed.randomness(1)).publicKeyPem())
                .isEqualTo("""
                        -----BEGIN PUBLIC KEY-----
                        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                        -----END PUBLIC KEY-----
                        """);
    }

    @Test
    void refusesFilesThatAreOpenStrangeOrMismatched() throws IOException {
        Path file = folder.resolve("checkpoint.pem");
        CheckpointKey.loadOrCreate(file, Fixed.randomness(1));
        CheckpointKey other = CheckpointKey.loadOrCreate(folder.resolve("other.pem"), Fixed.randomness(2));

        Files.writeString(folder.resolve("checkpoint.pem.pub"), other.publicKeyPem());
        assertThatThrownBy(() -> CheckpointKey.loadOrCreate(file, Fixed.randomness(1)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("checkpoint.pem.pub");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> CheckpointKey.loadOrCreate(file, Fixed.randomness(1)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("chmod 600");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "");
        assertThatThrownBy(() -> CheckpointKey.loadOrCreate(file, Fixed.randomness(1)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage(file + " is not the PEM of an Ed25519 private key");
    }

    @Test
    void aCheckpointIsOfAPlaceInAJournal() {
        assertThatThrownBy(() -> new Checkpoint(7, -1, "00".repeat(32), Instant.EPOCH, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Checkpoint(7, 1, "AA".repeat(32), Instant.EPOCH, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Checkpoint(7, 1, "00", Instant.EPOCH, null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
