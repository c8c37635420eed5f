package dev.muster.storage.search;

import dev.muster.model.user.SearchText;
import java.util.ArrayList;
import java.util.List;

/// Splits strings into trigrams of three consecutive code points, each encoded as one number. Pairs are included if the
/// first code point is a line feed, or if both are Chinese, Japanese or Korean. In a user's text each word is preceded
/// by a line feed, so that one or two letters can be found at the beginning of a word. A line feed is only ever the
/// first code point of a trigram, so no trigram spans two words.
final class Trigrams {
    private static final int BITS = 21;

    private Trigrams() {}

    /// Receives a trigram and the offset of its first code point.
    interface Visitor {
        void trigram(long trigram, int offset);
    }

    /// A trigram that must occur `shift` code points after the beginning of the needle.
    record Wanted(long trigram, int shift) {}

    /// Returns a user's text folded for comparison, with one word per line. See the statement `users_scanned`.
    static String folded(String texts) {
        return SearchText.fold(texts).replace(' ', '\n');
    }

    /// Returns the string to search for in [#folded] text to find a word.
    static String needle(String word) {
        return SearchText.isInside(word) ? word : "\n" + word;
    }

    /// Passes all trigrams of [#folded] text to `each`, in order of their offsets.
    static void of(String folded, Visitor each) {
        int offset = 0;
        int first = '\0';
        int second = '\0';
        for (int at = 0; at < folded.length(); offset++) {
            int third = folded.codePointAt(at);
            at += Character.charCount(third);
            if (third != '\n') {
                if (second == '\n') {
                    each.trigram(pair(second, third), offset - 1);
                } else if (offset >= 2) {
                    each.trigram(trigram(first, second, third), offset - 2);
                    if (SearchText.isDense(third) && SearchText.isDense(second)) {
                        each.trigram(pair(second, third), offset - 1);
                    }
                }
            }
            first = second;
            second = third;
        }
    }

    /// Returns trigrams that together, each at its shift, cover the needle exactly: every third one, and the last.
    /// A needle of two characters is covered by one pair.
    static List<Wanted> covering(String needle) {
        int[] points = needle.codePoints().toArray();
        List<Wanted> wanted = new ArrayList<>();
        if (points.length == 2) {
            wanted.add(new Wanted(pair(points[0], points[1]), 0));
        } else if (points.length > 2) {
            int last = points.length - 3;
            for (int shift = 0; shift < last; shift += 3) {
                wanted.add(new Wanted(trigram(points[shift], points[shift + 1], points[shift + 2]), shift));
            }
            wanted.add(new Wanted(trigram(points[last], points[last + 1], points[last + 2]), last));
        }
        return wanted;
    }

    private static long pair(int first, int second) {
        return (long) first << BITS | second;
    }

    private static long trigram(int first, int second, int third) {
        return ((long) first << BITS | second) << BITS | third;
    }
}
