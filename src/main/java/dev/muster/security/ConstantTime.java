package dev.muster.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Comparisons that take as long for a near miss as for a wild guess, so that a secret cannot be found out
/// piece by piece. The length of a text is not hidden.
public final class ConstantTime {
    private ConstantTime() {}

    public static boolean equal(byte[] presented, byte[] known) {
        return MessageDigest.isEqual(presented, known);
    }

    public static boolean equal(String presented, String known) {
        return MessageDigest.isEqual(
                presented.getBytes(StandardCharsets.UTF_8), known.getBytes(StandardCharsets.UTF_8));
    }
}
