package dev.muster.console.html;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Compares a typed text with the displayed one by appearance: a no-break space equals a space, several
/// spaces equal one, and accents are equal however they are composed.
public final class TextComparison {
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}+");

    private TextComparison() {}

    /// Whether `typed` looks like `shown`. Invisible characters may be left out, or typed as the page shows them,
    /// as in `⟨U+202E⟩`.
    public static boolean of(@Nullable String typed, String shown) {
        if (typed == null) {
            return false;
        }
        String seen = seen(typed);
        return seen.equals(seen(shown)) || seen.equals(seen(IsolatingOutput.visible(shown)));
    }

    private static String seen(String text) {
        String visible = INVISIBLE.matcher(text).replaceAll("");
        return SPACES.matcher(Normalizer.normalize(visible, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }
}
