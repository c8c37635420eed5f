package dev.muster.directory.keys;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers what this process wrote, so that the database can be checked against it. Someone who writes to the
/// database can delete a row or restore an earlier one, but cannot change this memory. It starts empty and does not
/// contain other servers' writes. Thread-safe.
public final class LocalWriteMemory<K, V> {
    /// The usual capacity. This many entries take several megabytes.
    public static final int DEFAULT_CAPACITY = 65_536;

    private final int max;
    private final Map<K, V> known = new LinkedHashMap<>();

    /// @param max the maximum number of entries that are remembered; the oldest are forgotten first
    public LocalWriteMemory(int max) {
        this.max = max;
    }

    /// Remembers a value, which replaces any earlier one.
    public synchronized void note(K key, V value) {
        known.remove(key);
        known.put(key, value);
        if (known.size() > max) {
            var eldest = known.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /// The remembered value; null if there is none.
    public synchronized @Nullable V find(K key) {
        return known.get(key);
    }
}
