package dev.muster.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Strict percent-decoding: any deviation from the syntax is refused with [Fault.Malformed].
public enum PercentCoding {

    /// A segment of a path.
    PATH("The address", false, false),

    /// A name or value in a query.
    QUERY("The address", true, false),

    /// A name or value in the body of a form, where any byte may be unescaped. Each char of the input represents
    /// one byte.
    FORM("The body", true, true);

    private final String where;
    private final boolean plusIsSpace;
    private final boolean anyByte;

    PercentCoding(String where, boolean plusIsSpace, boolean anyByte) {
        this.where = where;
        this.plusIsSpace = plusIsSpace;
        this.anyByte = anyByte;
    }

    /// Decodes a part of a path, query or form.
    ///
    /// @throws HttpException with Malformed for an invalid escape, malformed UTF-8, U+0000 and, except in a form,
    ///     characters other than visible ASCII
    public String decode(String raw, int from, int to) {
        boolean plain = true;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c > '~') {
                if (!anyByte) {
                    throw malformed("has characters that must be percent-encoded.");
                }
                plain = false;
            }
            plain &= c != '%' && !(plusIsSpace && c == '+');
        }
        return plain ? raw.substring(from, to) : unescape(raw, from, to);
    }

    private String unescape(String raw, int from, int to) {
        byte[] bytes = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                boolean complete = i + 2 < to;
                int high = complete ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = complete ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed("has a broken percent-encoding.");
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        return text(where, ByteBuffer.wrap(bytes, 0, length));
    }

    /// Decodes UTF-8 strictly and rejects U+0000.
    ///
    /// @param where the place of the text, as the subject of an error message: `The body`
    static String text(String where, ByteBuffer utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new HttpException(new Fault.Malformed(where + " is not UTF-8."));
        }
        if (text.indexOf('\0') >= 0) {
            // No name, id or text may contain U+0000, and databases differ in how they treat it.
            throw new HttpException(new Fault.Malformed(where + " holds U+0000."));
        }
        return text;
    }

    private HttpException malformed(String detail) {
        return new HttpException(new Fault.Malformed(where + " " + detail));
    }
}
