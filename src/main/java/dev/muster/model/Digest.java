package dev.muster.model;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/// SHA-256, or a keyed hash, of something that is not kept itself. Two are compared in constant time.
public record Digest(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Digest(var theirs) && MessageDigest.isEqual(bytes, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
