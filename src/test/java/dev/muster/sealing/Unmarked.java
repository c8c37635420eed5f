package dev.muster.sealing;

import java.util.random.RandomGenerator;

/// Wrapped keys as a version before MACs made them.
public final class Unmarked {
    private Unmarked() {}

    /// Wraps a realm's secrets without the mark that its rows have their MACs.
    public static byte[] wrap(MasterKeys keys, RealmKey key, RandomGenerator random) {
        return keys.wrap(new RealmKey(key.realm(), key.secret(), false), random);
    }
}
