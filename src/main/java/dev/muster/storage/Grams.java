package dev.muster.storage;

import dev.muster.model.Identifier;
import java.util.ArrayList;
import java.util.List;

/// Texts taken apart into *grams*: three code points in a row, as one number, and, so that a single letter
/// can be looked for, a line feed with the one code point after it. A user's texts stand one to a line, each
/// after a line feed; a gram begins with a line feed or has none, so it never runs from one text into the
/// next.
final class Grams {
    private static final int BITS = 21;

    private Grams() {}

    /// Takes a gram, and the place of its first code point.
    interface Each {
        void gram(long gram, int place);
    }

    /// A gram that must stand so many code points after the beginning of what is looked for.
    record Wanted(long gram, int shift) {}

    /// A user's texts as they are compared: see `users_scanned`.
    static String folded(String texts) {
        return Identifier.fold(Identifier.Kind.USERNAME, texts);
    }

    /// What is looked for in [#folded] texts: of fewer than three characters only beginnings.
    static String needle(String folded) {
        return folded.codePointCount(0, folded.length()) < 3 ? "\n" + folded : folded;
    }

    /// All grams of [#folded] texts, in order of their places.
    static void of(String folded, Each each) {
        int place = 0;
        int first = '\0';
        int second = '\0';
        for (int at = 0; at < folded.length(); place++) {
            int third = folded.codePointAt(at);
            at += Character.charCount(third);
            if (third != '\n') {
                if (second == '\n') {
                    each.gram(pair(third), place - 1);
                } else if (place >= 2) {
                    each.gram(gram(first, second, third), place - 2);
                }
            }
            first = second;
            second = third;
        }
    }

    /// Grams that, where each stands at its place, are the needle and nothing else: every third one, and the
    /// last. None for a needle that is in every text.
    static List<Wanted> covering(String needle) {
        int[] points = needle.codePoints().toArray();
        List<Wanted> wanted = new ArrayList<>();
        if (points.length == 2) {
            wanted.add(new Wanted(pair(points[1]), 0));
        } else if (points.length > 2) {
            int last = points.length - 3;
            for (int shift = 0; shift < last; shift += 3) {
                wanted.add(new Wanted(gram(points[shift], points[shift + 1], points[shift + 2]), shift));
            }
            wanted.add(new Wanted(gram(points[last], points[last + 1], points[last + 2]), last));
        }
        return wanted;
    }

    private static long pair(int point) {
        return (long) '\n' << BITS | point;
    }

    private static long gram(int first, int second, int third) {
        return ((long) first << BITS | second) << BITS | third;
    }
}
