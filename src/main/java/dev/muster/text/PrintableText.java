package dev.muster.text;

import dev.muster.model.validation.Invisible;

/// Makes text safe for a terminal and measures its width.
public final class PrintableText {
    private PrintableText() {}

    /// Converts a string to one line that is safe to print: untrusted text must not move the cursor, change the
    /// direction of text, or hide. Control characters are replaced, and invisible or bidirectional characters
    /// are shown by number, such as `⟨U+202E⟩`.
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Invisible.hides(c)) {
                line.append("⟨U+%04X⟩".formatted(c));
            } else {
                line.appendCodePoint(c == '\n' || c == '\t' ? ' ' : Character.isISOControl(c) ? '\uFFFD' : c);
            }
        });
        return line.toString();
    }

    /// The width of a string on a terminal, in columns.
    public static int width(String text) {
        return text.codePoints().map(PrintableText::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return isWide(c) ? 2 : 1;
    }

    /// Whether a character is in a block of East Asian wide characters or emoji, approximately as in UAX #11.
    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0x303E)
                || (c >= 0x3041 && c <= 0xA4CF)
                || (c >= 0xA960 && c <= 0xA97C)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                || (c >= 0x1F300 && c <= 0x1F64F)
                || (c >= 0x1F680 && c <= 0x1F6FF)
                || (c >= 0x1F900 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
    }

    /// Truncates a string that is wider than a number of columns, and ends it with an ellipsis.
    public static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int taken = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (taken + width(c) > columns - 1) {
                break;
            }
            cut.appendCodePoint(c);
            taken += width(c);
            i += Character.charCount(c);
        }
        return cut.toString().stripTrailing() + "…";
    }
}
