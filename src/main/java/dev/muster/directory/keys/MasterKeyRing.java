package dev.muster.directory.keys;

import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The master keys in use, and the file they came from. If a realm's key was wrapped by a master key that is not
/// loaded,
/// the file is read again, at most once a second: the key may have been added since, and another server may use it
/// already. The file is only read here, because it may be a secret that is mounted into the server.
///
/// Thread-safe.
public final class MasterKeyRing {
    private static final Duration MIN_READ_INTERVAL = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(MasterKeyRing.class);

    private final Supplier<MasterKeys> file;
    private final LongSupplier nanoTime;
    private volatile MasterKeys keys;
    private @Nullable String chosen;
    private long readAt;

    /// @param file reads the file
    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    MasterKeyRing(MasterKeys keys, Supplier<MasterKeys> file, LongSupplier nanoTime) {
        this.keys = keys;
        this.file = file;
        this.nanoTime = nanoTime;
        readAt = nanoTime.getAsLong() - MIN_READ_INTERVAL.toNanos();
    }

    /// Creates the ring of a key file.
    ///
    /// @param keys the keys that the file contained at the start
    static MasterKeyRing of(MasterKeys keys, Path file) {
        return new MasterKeyRing(keys, () -> MasterKeys.load(file), System::nanoTime);
    }

    /// The keys that are loaded. The first one wraps the keys of new realms.
    public MasterKeys current() {
        return keys;
    }

    /// Replaces the keys after the file has been rewritten.
    public synchronized void replace(MasterKeys next) {
        keys = next;
        chosen = null;
    }

    /// Reads the file again, and wraps keys with this master key from now on, wherever it is in the file.
    ///
    /// @return the loaded keys; null if the key is not in the file
    /// @throws KeyUnavailableException if the file cannot be read
    public synchronized @Nullable MasterKeys use(String id) {
        MasterKeys next = file.get().using(id);
        if (next != null) {
            keys = next;
            chosen = id;
        }
        return next;
    }

    /// Unwraps a realm's key.
    ///
    /// @throws KeyUnavailableException if the master key that wrapped it is not in the file
    /// @throws dev.muster.sealing.TamperedException if the bytes were not wrapped for this realm
    RealmKey unwrap(long realm, byte[] wrapped) {
        try {
            return keys.unwrap(realm, wrapped);
        } catch (KeyUnavailableException e) {
            readAgain();
            return keys.unwrap(realm, wrapped);
        }
    }

    private synchronized void readAgain() {
        long now = nanoTime.getAsLong();
        if (now - readAt < MIN_READ_INTERVAL.toNanos()) {
            return;
        }
        readAt = now;
        try {
            MasterKeys read = file.get();
            MasterKeys preferred = chosen == null ? null : read.using(chosen);
            if (!read.ids().equals(keys.ids())) {
                LOG.info("the master keys were read again: {}", read.ids());
            }
            keys = preferred == null ? read : preferred;
        } catch (KeyUnavailableException e) {
            LOG.warn("the master keys cannot be read again: {}", e.getMessage());
        }
    }
}
