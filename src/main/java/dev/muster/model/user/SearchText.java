package dev.muster.model.user;

import dev.muster.model.value.Identifier;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;

/// Folds names and addresses for searching: `gotz muller`, `lukasz` and `strasse` find Götz Müller, Łukasz and Straße.
public final class SearchText {
    /// The version of [#fold], [#words] and [#isInside]. Indexes built by an earlier version are rebuilt.
    public static final int VERSION = 2;

    /// Most strings no longer change after the first pass, and no known string needs a third pass.
    private static final int PASSES = 4;

    /// Punctuation that may surround pasted names and addresses.
    private static final String PUNCTUATION = ",;:.!?\"()[]<>{}";

    private SearchText() {}

    /// Folds the differences that a search ignores:
    ///
    /// - letter case and canonical forms, like [Identifier#fold] of a username;
    /// - compatibility forms (NFKD): ligatures, full and half width, any kind of space, superscripts;
    /// - accents and other marks on Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowels;
    /// - strokes, hooks and ligature letters; apostrophes and dashes of any kind;
    /// - formatting characters (Unicode `Cf`), such as a soft hyphen.
    ///
    /// Marks that change a syllable, such as Japanese voicing marks and Indic vowel signs, are kept. The function
    /// is idempotent, and folding the result of [Identifier#fold] gives the same result as folding the text itself.
    public static String fold(String text) {
        String folded = Identifier.fold(Identifier.Kind.USERNAME, text);
        for (int pass = 0; pass < PASSES; pass++) {
            String cased = Identifier.fold(Identifier.Kind.USERNAME, folded);
            if (isAscii(cased)) {
                return cased;
            }
            String bare = bare(cased);
            if (bare.equals(folded)) {
                break;
            }
            folded = bare;
        }
        return folded;
    }

    /// Returns the distinct words of a search. A user is found if the name, username, email and external id
    /// together contain all of them. Punctuation around words is stripped, so `Lee, Ann <ann@example.org>` finds
    /// Ann Lee. A word that consists only of punctuation is ignored unless it is the only word.
    public static List<String> words(String text) {
        Set<String> words = new LinkedHashSet<>();
        for (StringTokenizer each = new StringTokenizer(fold(text)); each.hasMoreTokens(); ) {
            String word = each.nextToken();
            String bare = withoutPunctuationAround(word);
            words.add(bare.isEmpty() ? word : bare);
        }
        if (words.size() > 1) {
            words.removeIf(word -> withoutPunctuationAround(word).isEmpty());
        }
        return List.copyOf(words);
    }

    private static String withoutPunctuationAround(String word) {
        int start = 0;
        int end = word.length();
        while (start < end && PUNCTUATION.indexOf(word.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && PUNCTUATION.indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        return word.substring(start, end);
    }

    /// Whether to search for a folded word inside words as well, not only at their beginnings. This is so if it has
    /// three or more characters, or two Chinese, Japanese or Korean ones, which may be a name.
    public static boolean isInside(String word) {
        int length = word.codePointCount(0, word.length());
        return length > 2
                || (length == 2 && isDense(word.codePointAt(0)) && isDense(word.codePointBefore(word.length())));
    }

    /// Whether a character carries as much information as several letters, as Chinese, Japanese and Korean
    /// characters do.
    public static boolean isDense(int character) {
        if (character < 0x1100) {
            return false;
        }
        return switch (Character.UnicodeScript.of(character)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> true;
            // The long vowel mark belongs to both kinds of kana.
            default -> character == 'ー';
        };
    }

    private static String bare(String text) {
        StringBuilder bare = new StringBuilder(text.length() + 8);
        String decomposed = Normalizer.normalize(replaced(text), Normalizer.Form.NFKD);
        decomposed.codePoints().filter(c -> !isMark(c)).forEach(bare::appendCodePoint);
        return Normalizer.normalize(replaced(bare.toString()), Normalizer.Form.NFC);
    }

    private static boolean isMark(int c) {
        if (c < 0x300) {
            return c == 0xAD;
        }
        return c <= 0x36F
                || (c >= 0x483 && c <= 0x489)
                || (c >= 0x591 && c <= 0x5C7 && Character.getType(c) == Character.NON_SPACING_MARK)
                // The Arabic tatweel only stretches a word.
                || c == 0x640
                || (c >= 0x64B && c <= 0x65F)
                || c == 0x670
                || (c >= 0x1AB0 && c <= 0x1AFF)
                || (c >= 0x1DC0 && c <= 0x1DFF)
                || (c >= 0x20D0 && c <= 0x20FF)
                || (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0xFE20 && c <= 0xFE2F)
                || Character.getType(c) == Character.FORMAT;
    }

    private static String replaced(String text) {
        StringBuilder replaced = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                replaced.append(c);
            } else {
                replace(c, replaced);
            }
        }
        return replaced.toString();
    }

    /// Replaces characters that Unicode does not decompose. All of them are a single `char` and in lower case,
    /// because case is folded first.
    private static void replace(char c, StringBuilder to) {
        switch (c) {
            case 'ß' -> to.append("ss");
            case 'æ', 'ǽ', 'ǣ' -> to.append("ae");
            case 'œ' -> to.append("oe");
            case 'þ' -> to.append("th");
            case 'ŋ' -> to.append("ng");
            case 'ĳ' -> to.append("ij");
            case 'ƀ', 'ɓ', 'ƃ' -> to.append('b');
            case 'ƈ', 'ȼ' -> to.append('c');
            case 'đ', 'ð', 'ɖ', 'ɗ', 'ƌ' -> to.append('d');
            case 'ɛ', 'ə', 'ǝ', 'ɇ' -> to.append('e');
            case 'ƒ' -> to.append('f');
            case 'ɠ', 'ǥ', 'ɣ' -> to.append('g');
            case 'ħ', 'ɦ' -> to.append('h');
            case 'ı', 'ɨ', 'ɩ' -> to.append('i');
            case 'ɉ' -> to.append('j');
            case 'ƙ', 'ĸ' -> to.append('k');
            case 'ł', 'ƚ', 'ɫ', 'ⱡ' -> to.append('l');
            case 'ɲ', 'ƞ' -> to.append('n');
            case 'ø', 'ǿ', 'ɔ', 'ɵ' -> to.append('o');
            case 'ƥ', 'ᵽ' -> to.append('p');
            case 'ɍ', 'ɽ' -> to.append('r');
            case 'ȿ', 'ſ' -> to.append('s');
            case 'ŧ', 'ƭ', 'ʈ', 'ⱦ' -> to.append('t');
            case 'ʉ' -> to.append('u');
            case 'ʋ' -> to.append('v');
            case 'ⱳ' -> to.append('w');
            case 'ƴ', 'ɏ' -> to.append('y');
            case 'ƶ', 'ȥ', 'ⱬ' -> to.append('z');
            // The final form of sigma.
            case 'ς' -> to.append('σ');
            // An acute accent on its own would otherwise decompose into a space and a mark.
            case '´', '‘', '’', '‛', 'ʻ', 'ʼ', 'ʹ', '′', '＇' -> to.append('\'');
            case '“', '”', '„', '″' -> to.append('"');
            case '‐', '‑', '‒', '–', '—', '―', '−', '－' -> to.append('-');
            default -> to.append(c);
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
