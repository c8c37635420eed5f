package dev.muster.model.validation;

/// Detects characters that are invisible or change how neighbouring characters are displayed.
public final class Invisible {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Invisible() {}

    /// Whether text with this character could look the same as text without it. These are Unicode's default
    /// ignorable characters (of which Java recognises only the format characters), line and paragraph separators,
    /// and blank characters that Unicode classifies as letters or symbols.
    ///
    /// @param c a code point
    public static boolean is(int c) {
        return c >= 0x00AD && (isVariation(c) || isJoiner(c) || hides(c));
    }

    /// Like [#is], but excludes characters that occur in ordinary text: joiners, which some scripts and emoji need,
    /// and variation selectors.
    ///
    /// @param c a code point
    public static boolean hides(int c) {
        if (c < 0x00AD || isJoiner(c) || isVariation(c)) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default ->
                switch (c) {
                    case 0x034F, // combining grapheme joiner
                            0x115F, // Hangul fillers
                            0x1160,
                            0x3164,
                            0xFFA0,
                            0x17B4, // Khmer inherent vowels
                            0x17B5,
                            0x2800, // blank Braille pattern
                            0x1D159 // null notehead
                    -> true;
                    default -> false;
                };
        };
    }

    private static boolean isJoiner(int c) {
        return c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
    }

    private static boolean isVariation(int c) {
        return (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0xE0100 && c <= 0xE01EF)
                || (c >= 0x180B && c <= 0x180F && c != 0x180E);
    }
}
