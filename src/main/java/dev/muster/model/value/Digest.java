package dev.muster.model.value;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// The SHA-256, or a keyed hash, of something that is not itself stored. Digests are compared in constant time.
public record Digest(byte[] bytes) {
    /// Only cloned, never used directly, because obtaining a new instance from the platform takes longer than
    /// hashing a short text.
    private static final MessageDigest SHA_256 = fromPlatform();

    /// Computes the SHA-256 of a string in UTF-8.
    public static Digest sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Digest sha256(byte[] bytes) {
        return new Digest(startSha256().digest(bytes));
    }

    /// Creates a SHA-256 digest for data that arrives in parts.
    public static MessageDigest startSha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest fromPlatform() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

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
