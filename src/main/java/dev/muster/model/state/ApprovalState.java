package dev.muster.model.state;

import dev.muster.model.Approval;
import dev.muster.model.tenant.ApprovalRules;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The requests for approval and the approval rules in the working set.
public final class ApprovalState {
    private final OverlayMap<UUID, Approval> approvals;
    private final @Nullable ApprovalState below;
    private @Nullable ApprovalRules rules;
    private boolean rulesChanged;

    /// @param below the base of this overlay; null if this is not an overlay
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

    /// The requests for approval to load, and whether to load the rules.
    public static final class Plan {
        public final Set<UUID> ids = new LinkedHashSet<>();
        private boolean rules;

        /// Plans to load the approval rules.
        public void rules() {
            rules = true;
        }

        public boolean wantsRules() {
            return rules;
        }
    }

    // Loading

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

    // Used by the rules

    public @Nullable Approval find(UUID id) {
        return approvals.find(id);
    }

    /// The approval rules.
    ///
    /// @throws IllegalStateException if they were not loaded
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

    // Used by storage

    public List<WorkingSet.Changed<Approval>> changed() {
        return approvals.changed();
    }

    /// The rules if they were changed; otherwise null.
    public @Nullable ApprovalRules changedRules() {
        return rulesChanged ? rules : null;
    }
}
