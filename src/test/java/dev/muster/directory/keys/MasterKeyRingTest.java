package dev.muster.directory.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasterKeyRingTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final RealmKey realm = RealmKey.create(7, RANDOM);
    private Path file;
    private MasterKeyRing ring;

    @BeforeEach
    void open() {
        file = folder.resolve("master.key");
        MasterKeys keys = MasterKeys.createFile(file, RANDOM);
        ring = new MasterKeyRing(keys, () -> MasterKeys.load(file), nanos::get);
    }

    /// Adds a key to the file, and returns the realm's key, wrapped with it.
    private byte[] wrappedWithAddedKey() {
        String added = MasterKeys.addToFile(file, RANDOM);
        return MasterKeys.load(file).using(added).wrap(realm, RANDOM);
    }

    @Test
    void theFileIsReadAgainForAnUnknownKey() {
        byte[] wrapped = wrappedWithAddedKey();
        String before = ring.current().currentId();
        assertThat(ring.current().ids()).hasSize(1);
        assertThat(ring.unwrap(7, wrapped).realm()).isEqualTo(7);
        assertThat(ring.current().ids()).hasSize(2);
        assertThat(ring.current().currentId()).isEqualTo(before);
    }

    @Test
    void theFileIsReadAtMostOnceASecond() {
        byte[] wrapped = wrappedWithAddedKey();
        byte[] unknown =
                MasterKeys.createFile(folder.resolve("other.key"), RANDOM).wrap(realm, RANDOM);
        assertThatThrownBy(() -> ring.unwrap(7, unknown)).isInstanceOf(KeyUnavailableException.class);
        assertThat(ring.unwrap(7, wrapped).realm()).isEqualTo(7);
        byte[] later = wrappedWithAddedKey();
        assertThatThrownBy(() -> ring.unwrap(7, later)).isInstanceOf(KeyUnavailableException.class);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(ring.unwrap(7, later).realm()).isEqualTo(7);
    }

    @Test
    void aFileThatCannotBeReadChangesNothing() throws Exception {
        byte[] wrapped = ring.current().wrap(realm, RANDOM);
        byte[] unknown = wrappedWithAddedKey();
        Files.delete(file);
        assertThatThrownBy(() -> ring.unwrap(7, unknown)).isInstanceOf(KeyUnavailableException.class);
        assertThat(ring.unwrap(7, wrapped).realm()).isEqualTo(7);
        assertThatThrownBy(() -> ring.use("5f0c2a91d4b7e683")).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void aKeyInUseStaysInUseWhereverItIsInTheFile() {
        String added = MasterKeys.addToFile(file, RANDOM);
        assertThat(ring.use("5f0c2a91d4b7e683")).isNull();
        assertThat(ring.use(added).currentId()).isEqualTo(added);
        byte[] wrapped = wrappedWithAddedKey();
        assertThat(ring.unwrap(7, wrapped).realm()).isEqualTo(7);
        assertThat(ring.current().currentId()).isEqualTo(added);
        assertThat(ring.current().ids()).hasSize(3);
    }
}
