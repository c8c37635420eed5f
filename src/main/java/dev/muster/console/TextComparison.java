package dev.muster.console;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Compares what somebody typed with what a page showed them, as both are seen: a no-break space looks like a space,
/// several spaces like one, and an accent like itself however it is composed.
final class TextComparison {
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern UNSEEN = Pattern.compile("\\p{Cf}+");

    private TextComparison() {}

    /// Whether `typed` looks like `shown`. Characters that cannot be seen may be left out, or typed by their
    /// numbers, as pages show them: `⟨U+202E⟩`.
    static boolean of(@Nullable String typed, String shown) {
        if (typed == null) {
            return false;
        }
        String seen = seen(typed);
        return seen.equals(seen(shown)) || seen.equals(seen(IsolatingOutput.visible(shown)));
    }

    private static String seen(String text) {
        String visible = UNSEEN.matcher(text).replaceAll("");
        return SPACES.matcher(Normalizer.normalize(visible, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }
}
