package dev.muster.sealing;

import java.util.random.RandomGenerator;

/// Wraps keys in the format of the versions before row MACs.
public final class Unmarked {
    private Unmarked() {}

    /// Wraps a realm's secrets without the flag that says that its rows have MACs.
    public static byte[] wrap(MasterKeys keys, RealmKey key, RandomGenerator random) {
        return keys.wrap(new RealmKey(key.realm(), key.secret(), false), random);
    }
}
