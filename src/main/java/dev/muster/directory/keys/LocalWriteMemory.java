package dev.muster.directory.keys;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What this process did itself, to hold against what the database says: somebody who writes to the database
/// can delete a row, or put back one that was there before, but not change this. It begins empty and knows
/// nothing of what other servers did. For any number of threads.
public final class LocalWriteMemory<K, V> {
    /// Some megabytes.
    public static final int USUAL = 65_536;

    private final int most;
    private final Map<K, V> known = new LinkedHashMap<>();

    /// @param most how many are remembered; after that, those that were noted longest ago are forgotten
    public LocalWriteMemory(int most) {
        this.most = most;
    }

    /// Remembers a value, in the place of what was remembered under that key.
    public synchronized void note(K key, V value) {
        known.remove(key);
        known.put(key, value);
        if (known.size() > most) {
            var eldest = known.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /// What is remembered; null for nothing.
    public synchronized @Nullable V find(K key) {
        return known.get(key);
    }
}
