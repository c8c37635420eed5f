package dev.muster.model.value;

import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A text that names one user of a realm: made by `Validator`, so it has passed the rules of its kind.
///
/// @param text as the caller wrote it, trimmed
/// @param folded what uniqueness, look-ups and fingerprints compare
public record Identifier(Kind kind, String text, String folded) {
    /// The version of [#fold], stored beside what it made.
    public static final int FOLDING = 1;

    /// The kinds; the order is part of stored fingerprints and never changes.
    public enum Kind {
        EMAIL("email"),
        EXTERNAL_ID("externalId"),
        USERNAME("username");

        private final String field;

        Kind(String field) {
            this.field = field;
        }

        /// The name of the user's field that holds it.
        public String field() {
            return field;
        }

        /// Whether a bar keeps a fingerprint of it.
        public boolean barrable() {
            return this != USERNAME;
        }
    }

    /// `text` in the form that is compared: NFC for an external id; for the others NFC and then upper and lower
    /// case in the root locale, so that spellings that differ by case alone are one. Lower case comes before
    /// that because of the capital sharp s: it is its own upper case, and the small one's is SS. Folding twice
    /// is folding once.
    public static String fold(Kind kind, String text) {
        if (isAscii(text)) {
            return kind == Kind.EXTERNAL_ID ? text : text.toLowerCase(Locale.ROOT);
        }
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        if (kind == Kind.EXTERNAL_ID) {
            return composed;
        }
        // Composed again in between: a small letter may take a mark that the capital could not, and loses its place
        // else.
        String lower = Normalizer.normalize(composed.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        return Normalizer.normalize(lower.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /// A folded username with plain letters and digits in the place of fullwidth, mathematical and other
    /// variants: two that are equal then look alike. Not what is stored and looked up.
    public static String withoutVariants(String folded) {
        return isAscii(folded) ? folded : fold(Kind.USERNAME, Normalizer.normalize(folded, Normalizer.Form.NFKC));
    }

    /// `raw` without what cannot be seen at its ends: white space of any kind, and characters that only format.
    public static String trimmed(String raw) {
        int from = 0;
        int to = raw.length();
        while (from < to && isUnseen(raw.codePointAt(from))) {
            from += Character.charCount(raw.codePointAt(from));
        }
        while (to > from && isUnseen(raw.codePointBefore(to))) {
            to -= Character.charCount(raw.codePointBefore(to));
        }
        return raw.substring(from, to);
    }

    private static boolean isUnseen(int c) {
        return c <= ' '
                ? Character.isWhitespace(c)
                : c >= 128
                        && (Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.getType(c) == Character.FORMAT);
    }

    /// What is looked up: an identifier without the spelling of its owner.
    public Key key() {
        return new Key(kind, folded);
    }

    /// An identifier's kind and folded form: unique in a realm.
    public record Key(Kind kind, String folded) {}

    /// The id that an external id looks like: such a one must not be another user's id.
    public static @Nullable UUID idLike(String externalId) {
        if (externalId.length() != 36) {
            return null;
        }
        try {
            return UUID.fromString(externalId);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }
}
