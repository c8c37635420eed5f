package dev.muster.security;

import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import com.nulabinc.zxcvbn.matchers.Match;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.NewPassword.Estimate;
import dev.muster.model.validation.NewPassword.Pattern;
import java.lang.ref.SoftReference;

/// Estimates passwords with zxcvbn, which knows 30,000 common passwords, common words and names in their usual
/// variations, keyboard rows, sequences and dates. Its dictionaries take about 10 MB of memory, and loading them takes
/// about 50 ms. They are kept until the JVM needs the memory or they have not been used for some minutes. Thread-safe.
final class PasswordEstimator implements NewPassword.Estimator {
    /// How many characters of a password are examined. The time grows faster than the square of the length, and the
    /// first 40 characters are enough to judge a password.
    private static final int MAX_LENGTH = 40;

    /// Symbols that zxcvbn tries as letters, in all combinations. Variations of real words contain few of them, so
    /// in a password with more than three different ones, each is replaced by a symbol that zxcvbn does not try as
    /// a letter.
    private static final String LETTER_LIKE = "@({[<|!$+%";

    private static final String INSTEAD = "&)}]>~?*-=";

    private static final int MAX_LETTER_LIKE = 3;

    private volatile SoftReference<Zxcvbn> loaded = new SoftReference<>(null);

    @Override
    public Estimate estimate(String password) {
        String measured = bounded(password);
        Strength strength = zxcvbn().measure(measured);
        Match longest = null;
        for (Match match : strength.getSequence()) {
            if (longest == null || match.tokenLength() > longest.tokenLength()) {
                longest = match;
            }
        }
        return new Estimate(strength.getGuessesLog10(), longest == null ? Pattern.OTHER : pattern(longest));
    }

    private Zxcvbn zxcvbn() {
        Zxcvbn zxcvbn = loaded.get();
        if (zxcvbn == null) {
            zxcvbn = new Zxcvbn();
            loaded = new SoftReference<>(zxcvbn);
        }
        return zxcvbn;
    }

    private static Pattern pattern(Match match) {
        return switch (match.pattern) {
            case Dictionary -> Pattern.COMMON;
            case Repeat -> Pattern.REPEAT;
            case Sequence, Spatial -> Pattern.SEQUENCE;
            case Date, Regex, Bruteforce -> Pattern.OTHER;
        };
    }

    private static String bounded(String password) {
        String text = password.length() <= MAX_LENGTH ? password : password.substring(0, MAX_LENGTH);
        long letterLike =
                text.chars().filter(c -> LETTER_LIKE.indexOf(c) >= 0).distinct().count();
        if (letterLike <= MAX_LETTER_LIKE) {
            return text;
        }
        StringBuilder changed = new StringBuilder(text);
        for (int i = 0; i < changed.length(); i++) {
            int which = LETTER_LIKE.indexOf(changed.charAt(i));
            if (which >= 0) {
                changed.setCharAt(i, INSTEAD.charAt(which));
            }
        }
        return changed.toString();
    }
}
