package dev.muster.security;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Remembers what was added within a period. Memory is bounded: beyond the given number the least recently used is
/// evicted. Not thread-safe.
final class RecentSet<K> {
    private final long periodNanos;
    private final Map<K, Long> addedAt;

    RecentSet(int most, Duration period) {
        this.periodNanos = period.toNanos();
        this.addedAt = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
                return size() > most;
            }
        };
    }

    void add(K key, long nowNanos) {
        addedAt.put(key, nowNanos);
    }

    boolean contains(K key, long nowNanos) {
        Long at = addedAt.get(key);
        return at != null && nowNanos - at <= periodNanos;
    }
}
