package dev.muster.model.value;

import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A string that identifies one user of a realm, validated by `Validator`.
///
/// @param text the value as the caller wrote it, trimmed
/// @param folded the form used for uniqueness, lookups and fingerprints
public record Identifier(Kind kind, String text, String folded) {
    /// The version of [#fold], which is stored together with its results.
    public static final int FOLDING = 1;

    /// The kinds of identifiers.
    public enum Kind {
        EMAIL("email"),
        EXTERNAL_ID("externalId"),
        USERNAME("username");

        private final String field;

        Kind(String field) {
            this.field = field;
        }

        /// The name of the user's field that contains an identifier of this kind.
        public String field() {
            return field;
        }

        /// Whether a bar stores a fingerprint of identifiers of this kind.
        public boolean barrable() {
            return this != USERNAME;
        }
    }

    /// Folds `text` for comparison. An external id is only normalized to NFC. Other identifiers are also converted
    /// to lower case, upper case and lower case again in the root locale, so that spellings that differ only in
    /// case are equal. Lower case comes first because `ẞ` is its own upper case, while the upper case of `ß` is SS.
    /// The function is idempotent.
    public static String fold(Kind kind, String text) {
        if (isAscii(text)) {
            return kind == Kind.EXTERNAL_ID ? text : text.toLowerCase(Locale.ROOT);
        }
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        if (kind == Kind.EXTERNAL_ID) {
            return composed;
        }
        // Normalizes to NFC between the conversions, because a lower-case letter may compose with a mark that its
        // upper-case form does not compose with.
        String lower = Normalizer.normalize(composed.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        return Normalizer.normalize(lower.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /// Returns a folded username with fullwidth, mathematical and other variants replaced by plain letters and
    /// digits. Usernames with equal results look alike. The result is not the form that is stored and looked up.
    public static String withoutVariants(String folded) {
        return isAscii(folded) ? folded : fold(Kind.USERNAME, Normalizer.normalize(folded, Normalizer.Form.NFKC));
    }

    /// Returns `raw` without invisible characters at either end: white space of any kind, and formatting
    /// characters.
    public static String trimmed(String raw) {
        int from = 0;
        int to = raw.length();
        while (from < to && isInvisible(raw.codePointAt(from))) {
            from += Character.charCount(raw.codePointAt(from));
        }
        while (to > from && isInvisible(raw.codePointBefore(to))) {
            to -= Character.charCount(raw.codePointBefore(to));
        }
        return raw.substring(from, to);
    }

    private static boolean isInvisible(int c) {
        return c <= ' '
                ? Character.isWhitespace(c)
                : c >= 128
                        && (Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.getType(c) == Character.FORMAT);
    }

    /// The lookup key, which does not depend on how the owner spelled the identifier.
    public Key key() {
        return new Key(kind, folded);
    }

    /// An identifier's kind and folded form, which are unique in a realm.
    public record Key(Kind kind, String folded) {}

    /// The user id that an external id looks like; null if it does not look like one. No other user may have that
    /// id.
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
