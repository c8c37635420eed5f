package dev.muster.model.validation;

import dev.muster.model.value.FieldError;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Detects passwords that are too easy to guess, whatever their length.
final class PasswordRules {
    /// The number of guesses that a password must withstand, as a power of ten. zxcvbn calls this "safely
    /// unguessable" for slow hashes, such as the one used here.
    private static final double MIN_GUESSES_LOG10 = 8;

    /// The minimum number of characters of a password that must remain after names, or words such as months, have
    /// been removed.
    private static final int MIN_BESIDES_NAMES = 6;

    /// The minimum length of a name that is searched for, because shorter names occur in too many words.
    private static final int MIN_NAME_LENGTH = 3;

    /// The words that passwords often combine with a number. Longer words come before their own prefixes, because
    /// the first alternative that matches wins.
    private static final Pattern DATED = Pattern.compile("spring|summer|autumn|winter|fall"
            + "|fr[üu]e?hling|fr[üu]e?hjahr|sommer|herbst|printemps|automne|hiver|primavera|verano|oto[ñn]o|invierno"
            + "|january|february|march|april|may|june|july|august|september|october|november|december"
            + "|januar|februar|m[äa]e?rz|juni|juli|oktober|dezember"
            + "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
            + "|welcome|willkommen|hello|hallo|changeme|letmein");

    // The weaknesses, with advice on how to fix them

    private static final FieldError NAME = weak(
            "contains_name",
            "Is little more than the username or the tenant's name. Choose words that have nothing to do with them.");
    private static final FieldError REPEAT =
            weak("repetitive", "Repeats the same characters. Choose several words that are unrelated.");
    private static final FieldError SEQUENCE = weak(
            "sequence", "Follows the alphabet or the rows of a keyboard. Choose several words that are unrelated.");
    private static final FieldError COMMON = weak(
            "common", "Is a password that many people use, or close to one. Choose several words that are unrelated.");
    private static final FieldError GUESSABLE =
            weak("guessable", "Is too easy to guess. Add more words that are unrelated.");

    static final FieldError TOO_SHORT = weak("too_short", "Must be at least 12 characters.");
    private static final FieldError TOO_LONG = weak("too_long", "Must be at most 1,000 characters.");

    /// Unpaired surrogates are refused because all of them are encoded as the same byte, a question mark.
    private static final FieldError NOT_UNICODE =
            weak("not_unicode", "Must not contain U+0000 or an unpaired surrogate.");

    private PasswordRules() {}

    /// What is wrong with a new password; null if it is valid. For the parameters, see [Validator#newPassword].
    static @Nullable FieldError fault(@Nullable String raw, List<String> names, NewPassword.Estimator estimator) {
        if (raw == null || raw.codePointCount(0, raw.length()) < 12) {
            return TOO_SHORT;
        }
        if (raw.length() > 1000) {
            return TOO_LONG;
        }
        return raw.codePoints().anyMatch(Validator::isNoCharacter) ? NOT_UNICODE : weakness(raw, names, estimator);
    }

    private static FieldError weak(String code, String message) {
        return new FieldError("password", code, message);
    }

    /// The weakness of a password; null if it is hard enough to guess.
    ///
    /// @param password a password of at least 12 characters
    private static @Nullable FieldError weakness(String password, List<String> names, NewPassword.Estimator estimator) {
        String bare = bare(password);
        String rest = without(bare, names);
        if (rest.length() < bare.length() && rest.length() < MIN_BESIDES_NAMES) {
            return NAME;
        }
        if (repeats(password) || repeats(bare)) {
            return REPEAT;
        }
        if (isWordAndNumber(bare)) {
            return COMMON;
        }
        NewPassword.Estimate estimate = estimator.estimate(password);
        if (estimate.guessesLog10() >= MIN_GUESSES_LOG10) {
            return null;
        }
        return switch (estimate.pattern()) {
            case COMMON -> COMMON;
            case REPEAT -> REPEAT;
            case SEQUENCE -> SEQUENCE;
            case OTHER -> GUESSABLE;
        };
    }

    /// Returns only the letters and digits, in lower case: `Ada.Lovelace-1` becomes `adalovelace1`.
    private static String bare(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /// Returns `text` without the names and their parts.
    private static String without(String text, List<String> names) {
        List<String> parts = names.stream()
                .flatMap(name -> Stream.concat(Stream.of(name), Stream.of(name.split("[^\\p{L}\\p{N}]+"))))
                .map(PasswordRules::bare)
                .filter(part -> part.codePointCount(0, part.length()) >= MIN_NAME_LENGTH)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        String rest = text;
        for (String part : parts) {
            rest = rest.replace(part, "");
        }
        return rest;
    }

    /// Whether `bare` is little more than a season, month, weekday or greeting with a number, such as
    /// `Summer2026!!`. People choose such passwords to satisfy a length rule, and attackers try them first. zxcvbn
    /// overestimates them, because it treats the parts as independent.
    private static boolean isWordAndNumber(String bare) {
        String letters = bare.replaceAll("\\p{N}", "");
        if (letters.length() == bare.length()) {
            return false;
        }
        String rest = DATED.matcher(letters).replaceAll("");
        return rest.length() < letters.length() && rest.length() < MIN_BESIDES_NAMES;
    }

    /// Whether a string consists of repetitions of one of its parts, such as `aaaa`, `abcabc` or `abcabca`.
    private static boolean repeats(String text) {
        for (int period = 1; period <= text.length() / 2; period++) {
            if (text.regionMatches(period, text, 0, text.length() - period)) {
                return true;
            }
        }
        return false;
    }
}
