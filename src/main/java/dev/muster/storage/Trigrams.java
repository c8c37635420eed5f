package dev.muster.storage;

import dev.muster.model.user.SearchText;
import java.util.ArrayList;
import java.util.List;

/// Texts taken apart into *grams*, each one number: three code points in a row, and two in a row where the
/// first is a line feed or both are Chinese, Japanese or Korean. A user's texts stand one word to a line, each
/// after a line feed, so that words of one or two letters can be looked for at beginnings. A gram begins with a
/// line feed or has none, so it never runs from one word into the next.
final class Trigrams {
    private static final int BITS = 21;

    private Trigrams() {}

    /// Takes a gram, and the place of its first code point.
    interface Each {
        void gram(long gram, int place);
    }

    /// A gram that must stand so many code points after the beginning of what is looked for.
    record Wanted(long gram, int shift) {}

    /// A user's texts as they are compared, a word to a line: see `users_scanned`.
    static String folded(String texts) {
        return SearchText.fold(texts).replace(' ', '\n');
    }

    /// What is looked for in [#folded] texts for one word of a search.
    static String needle(String word) {
        return SearchText.isInside(word) ? word : "\n" + word;
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
                    each.gram(pair(second, third), place - 1);
                } else if (place >= 2) {
                    each.gram(gram(first, second, third), place - 2);
                    if (SearchText.isDense(third) && SearchText.isDense(second)) {
                        each.gram(pair(second, third), place - 1);
                    }
                }
            }
            first = second;
            second = third;
        }
    }

    /// Grams that, where each stands at its place, are the needle and nothing else: every third one, and the
    /// last. Of two characters they are the gram.
    static List<Wanted> covering(String needle) {
        int[] points = needle.codePoints().toArray();
        List<Wanted> wanted = new ArrayList<>();
        if (points.length == 2) {
            wanted.add(new Wanted(pair(points[0], points[1]), 0));
        } else if (points.length > 2) {
            int last = points.length - 3;
            for (int shift = 0; shift < last; shift += 3) {
                wanted.add(new Wanted(gram(points[shift], points[shift + 1], points[shift + 2]), shift));
            }
            wanted.add(new Wanted(gram(points[last], points[last + 1], points[last + 2]), last));
        }
        return wanted;
    }

    private static long pair(int first, int second) {
        return (long) first << BITS | second;
    }

    private static long gram(int first, int second, int third) {
        return ((long) first << BITS | second) << BITS | third;
    }
}
