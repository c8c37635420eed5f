package dev.muster.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Suggests the intended word for a mistyped one.
final class Suggestions {
    private Suggestions() {}

    /// The most similar of `words`; null if each of them differs in more than one letter and in more than a
    /// third of its letters.
    static @Nullable String to(String typed, Collection<String> words) {
        String nearest = null;
        int min = Integer.MAX_VALUE;
        for (String word : words) {
            int distance = distance(typed, word);
            if (distance < min && distance <= Math.max(1, word.length() / 3)) {
                nearest = word;
                min = distance;
            }
        }
        return nearest;
    }

    /// The edit distance, which is the number of letters to insert, delete, replace, or swap with the next one.
    private static int distance(String a, String b) {
        int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    costs[i][j] = i + j;
                    continue;
                }
                int replaced = costs[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                costs[i][j] = Math.min(replaced, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
                }
            }
        }
        return costs[a.length()][b.length()];
    }
}
