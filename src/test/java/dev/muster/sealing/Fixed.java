package dev.muster.sealing;

import java.util.Arrays;

/// Provides randomness that is the same in each run.
final class Fixed {
    private Fixed() {}

    static ReplayableRandom randomness(int which) {
        return new ReplayableRandom(bytes(which, ReplayableRandom.SEED_BYTES));
    }

    static byte[] bytes(int which, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) which);
        return bytes;
    }
}
