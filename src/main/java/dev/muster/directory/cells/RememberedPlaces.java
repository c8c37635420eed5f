package dev.muster.directory.cells;

import dev.muster.storage.sql.StorageException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Remembers the cells of realms or tenants for one second, also that one is not in the list. If the list cannot be
/// read then, the last answer still counts, so that the tenants of other cells are served while the first is down. In
/// that case the list is read only once a second for all of them, because each attempt takes long.
final class RememberedPlaces<K> {
    private static final long TTL_NANOS = 1_000_000_000;
    private static final int MAX_ENTRIES = 200_000;

    private final ConcurrentHashMap<K, Remembered> remembered = new ConcurrentHashMap<>();
    private final Function<K, @Nullable String> read;
    private final LongSupplier nanos;
    private volatile long failedAt;

    private record Remembered(Optional<String> cell, long readAt) {}

    /// @param read reads the name of a cell; null if it is not in the list
    /// @param nanos a monotonic clock, in nanoseconds
    RememberedPlaces(Function<K, @Nullable String> read, LongSupplier nanos) {
        this.read = read;
        this.nanos = nanos;
        this.failedAt = nanos.getAsLong() - TTL_NANOS;
    }

    /// The name of the cell; empty if it is not in the list.
    ///
    /// @throws StorageException if the list cannot be read, and was never read for this key
    Optional<String> get(K key) {
        long now = nanos.getAsLong();
        Remembered known = remembered.get(key);
        if (known != null && (now - known.readAt < TTL_NANOS || now - failedAt < TTL_NANOS)) {
            return known.cell;
        }
        Optional<String> cell;
        try {
            cell = Optional.ofNullable(read.apply(key));
        } catch (StorageException e) {
            failedAt = nanos.getAsLong();
            if (known == null) {
                throw e;
            }
            return known.cell;
        }
        if (remembered.size() >= MAX_ENTRIES) {
            remembered.clear();
        }
        remembered.put(key, new Remembered(cell, now));
        return cell;
    }

    void forget(K key) {
        remembered.remove(key);
    }
}
