package dev.muster.directory.journal;

import dev.muster.model.value.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Names the signed checkpoints that contradict a journal, at most ten.
public final class ContradictingCheckpoints {
    private static final int MAX_LISTED = 10;

    private final List<String> names = new ArrayList<>();
    private boolean more;

    /// Adds a checkpoint.
    ///
    /// @param source where it is, such as "line 3 of the checkpoints"
    /// @param seq the number of the entry that it signs
    /// @param at when it was signed
    public void add(String source, long seq, Instant at) {
        if (isFull()) {
            more = true;
        } else {
            names.add(source + " (entry " + seq + ", signed " + Timestamps.text(at) + ")");
        }
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /// Whether further checkpoints are no longer named.
    private boolean isFull() {
        return names.size() == MAX_LISTED;
    }

    /// Whether there are more checkpoints than are named.
    boolean hasMore() {
        return more;
    }

    /// The names in a sentence, which begins with a space.
    public String sentence() {
        return " These checkpoints contradict the journal: " + String.join(", ", names) + (more ? ", and more." : ".");
    }
}
