package dev.muster.model.state;

import dev.muster.model.Approval;
import dev.muster.model.tenant.ApprovalRules;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Requests for approval in the working set, and the rules that say what needs one.
public final class ApprovalState {
    private final OverlayMap<UUID, Approval> approvals;
    private final @Nullable ApprovalState below;
    private @Nullable ApprovalRules rules;
    private boolean rulesChanged;

    /// @param below what this is an overlay of; null for none
    ApprovalState(@Nullable ApprovalState below) {
        this.below = below;
        approvals = new OverlayMap<>("approval", below == null ? null : below.approvals);
    }

    void merge() {
        approvals.merge();
        if (rulesChanged && below != null) {
            below.rules = rules;
            below.rulesChanged = true;
        }
    }

    /// What to load of a realm's requests for approval.
    public static final class Plan {
        public final Set<UUID> ids = new LinkedHashSet<>();
        private boolean rules;

        /// The rules that say what needs approval.
        public void rules() {
            rules = true;
        }

        public boolean wantsRules() {
            return rules;
        }
    }

    // Loading.

    public void loaded(Approval approval) {
        approvals.load(approval.id(), approval);
    }

    public void loaded(ApprovalRules loaded) {
        rules = loaded;
    }

    void loadedAll(Plan plan) {
        approvals.loadAbsent(plan.ids);
        if (plan.rules && rules == null) {
            rules = ApprovalRules.NONE;
        }
    }

    // What rules ask and change.

    public @Nullable Approval find(UUID id) {
        return approvals.find(id);
    }

    /// What needs approval.
    ///
    /// @throws IllegalStateException if it was not loaded
    public ApprovalRules rules() {
        ApprovalRules known = rules == null && below != null ? below.rules() : rules;
        if (known == null) {
            throw new IllegalStateException("not loaded: rules for approvals");
        }
        return known;
    }

    public void put(Approval approval) {
        approvals.put(approval.id(), approval);
    }

    public void put(ApprovalRules next) {
        rules = next;
        rulesChanged = true;
    }

    // What storage has to write.

    public List<WorkingSet.Changed<Approval>> changed() {
        return approvals.changed();
    }

    /// The rules if they were changed; otherwise null.
    public @Nullable ApprovalRules changedRules() {
        return rulesChanged ? rules : null;
    }
}
