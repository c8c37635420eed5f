package dev.muster.security.limit;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// A map that evicts the least recently used entry above a given size. Not thread-safe.
final class LruMap<K, V> extends LinkedHashMap<K, V> {
    @Serial
    private static final long serialVersionUID = 1;

    private final int max;
    private final transient Consumer<K> evicted;

    LruMap(int max) {
        this(max, _ -> {});
    }

    /// @param evicted a callback that receives each evicted key
    LruMap(int max, Consumer<K> evicted) {
        super(16, 0.75f, true);
        this.max = max;
        this.evicted = evicted;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        if (size() <= max) {
            return false;
        }
        evicted.accept(eldest.getKey());
        return true;
    }
}
