package dev.muster.security.limit;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;

/// A map that evicts the least recently used entry when it has more than a given number. Not thread-safe.
final class LruMap<K, V> extends LinkedHashMap<K, V> {
    @Serial
    private static final long serialVersionUID = 1;

    private final int most;

    LruMap(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
