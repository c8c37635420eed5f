package dev.muster.directory.chores;

import java.util.ArrayList;
import java.util.List;

/// Collects the differences found in a realm. Keeps only the first [Reconciliation#MAX_DIFFERENCES].
final class Findings {
    private final List<Difference> all = new ArrayList<>();
    private boolean truncated;

    void add(Difference difference) {
        if (all.size() < Reconciliation.MAX_DIFFERENCES) {
            all.add(difference);
        } else {
            truncated = true;
        }
    }

    List<Difference> all() {
        return List.copyOf(all);
    }

    /// Whether more differences were found than are kept.
    boolean truncated() {
        return truncated;
    }
}
