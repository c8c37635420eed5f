package dev.muster.directory.chores;

import java.util.ArrayList;
import java.util.List;

/// The differences found in a realm, of which the first [Reconciliation#MOST] are kept.
final class Findings {
    private final List<Difference> all = new ArrayList<>();
    private boolean truncated;

    void add(Difference difference) {
        if (all.size() < Reconciliation.MOST) {
            all.add(difference);
        } else {
            truncated = true;
        }
    }

    List<Difference> all() {
        return List.copyOf(all);
    }

    /// Whether there were more.
    boolean truncated() {
        return truncated;
    }
}
