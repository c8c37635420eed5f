package dev.muster.directory;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A cache whose entries are valid for one second, measured from when their read started. Changes by another server
/// therefore become visible within a second. Changes by this server [#invalidate] the entry on commit. If such a change
/// happens during a read, the value is returned but not cached. Missing values are not cached either.
final class ShortLivedCache<K, V> {
    private static final long TTL_NANOS = 1_000_000_000;
    private static final int MAX_ENTRIES = 100_000;

    private final ConcurrentHashMap<K, Entry<V>> kept = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final LongSupplier nanos;

    private record Entry<V>(V value, long readAt) {}

    /// @param nanos a monotonic clock, in nanoseconds
    ShortLivedCache(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Nullable
    V get(K key, Function<K, @Nullable V> read) {
        long now = nanos.getAsLong();
        Entry<V> known = kept.get(key);
        if (known != null && now - known.readAt < TTL_NANOS) {
            return known.value;
        }
        long before = changes.get();
        V value = read.apply(key);
        if (value == null) {
            kept.remove(key);
        } else {
            if (kept.size() >= MAX_ENTRIES) {
                kept.clear();
            }
            Entry<V> fresh = new Entry<>(value, now);
            kept.put(key, fresh);
            if (changes.get() != before) {
                kept.remove(key, fresh);
            }
        }
        return value;
    }

    void invalidate(K key) {
        changes.incrementAndGet();
        kept.remove(key);
    }
}
