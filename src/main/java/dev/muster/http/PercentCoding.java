package dev.muster.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Percent-decoding that takes no guesses: what is not exactly right is [Fault.Malformed].
final class PercentCoding {

    private PercentCoding() {}

    /// Decodes a part of a path or query.
    ///
    /// @param plusIsSpace as in forms and queries
    /// @throws Refused for a broken escape, bytes that are not UTF-8, U+0000, and anything that is not visible
    ///     ASCII
    static String decode(String raw, int from, int to, boolean plusIsSpace) {
        boolean plain = true;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c > '~') {
                throw malformed("The address has characters that must be percent-encoded.");
            }
            plain &= c != '%' && !(plusIsSpace && c == '+');
        }
        return plain ? raw.substring(from, to) : unescape(raw, from, to, plusIsSpace);
    }

    private static String unescape(String raw, int from, int to, boolean plusIsSpace) {
        byte[] bytes = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                boolean whole = i + 2 < to;
                int high = whole ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = whole ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed("The address has a broken percent-encoding.");
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("The address is not UTF-8.");
        }
        if (text.indexOf('\0') >= 0) {
            // No name, id or text may hold it, and databases differ in how badly they take it.
            throw malformed("The address holds U+0000.");
        }
        return text;
    }

    private static Refused malformed(String detail) {
        return new Refused(new Fault.Malformed(detail));
    }
}
