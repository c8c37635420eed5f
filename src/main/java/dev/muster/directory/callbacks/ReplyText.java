package dev.muster.directory.callbacks;

import java.nio.charset.StandardCharsets;

/// The beginning of a reply as text that can be stored and shown.
final class ReplyText {
    private static final char REPLACEMENT = '\ufffd';

    private ReplyText() {}

    /// Bytes that are not UTF-8, and characters that cannot be stored, are replaced.
    static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replace('\0', REPLACEMENT);
    }
}
