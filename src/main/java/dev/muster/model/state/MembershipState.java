package dev.muster.model.state;

import dev.muster.model.Counters;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Groups and policies in the working set, with memberships and assignments.
public final class MembershipState {
    private final WorkingSet set;
    public final GroupOrPolicyFacts<Group> groups;
    public final GroupOrPolicyFacts<Policy> policies;
    private final OverlayMap<UUID, Set<UUID>> policiesOfGroups;
    private final OverlayMap<UUID, Affiliations> affiliations;

    /// @param below the base of this overlay; null if this is not an overlay
    MembershipState(WorkingSet set, @Nullable MembershipState below) {
        this.set = set;
        groups = new GroupOrPolicyFacts<>(set, "group", Counters::withGroups, below == null ? null : below.groups);
        policies =
                new GroupOrPolicyFacts<>(set, "policy", Counters::withPolicies, below == null ? null : below.policies);
        policiesOfGroups = new OverlayMap<>("policies of a group", below == null ? null : below.policiesOfGroups);
        affiliations = new OverlayMap<>("affiliations", below == null ? null : below.affiliations);
    }

    void merge() {
        groups.merge();
        policies.merge();
        policiesOfGroups.merge();
        affiliations.merge();
    }

    /// Which groups and policies of a realm to load. Names are folded with [Group#folded].
    public static final class Plan {
        public final Set<UUID> groups = new LinkedHashSet<>();
        public final Set<String> groupNames = new LinkedHashSet<>();
        public final Set<UUID> policies = new LinkedHashSet<>();
        public final Set<String> policyNames = new LinkedHashSet<>();
        public final Set<UUID> policiesOfGroups = new LinkedHashSet<>();

        /// Whether to load the groups and policies of all loaded users. It must be all users, because a request
        /// may refer to a user by an identifier that an earlier request in the same transaction gave them.
        public boolean affiliations;

        /// Plans to load a group and the policies assigned to it.
        public void group(UUID id) {
            groups.add(id);
            policiesOfGroups.add(id);
        }
    }

    // Loading

    /// Loads a user's membership of a group.
    public void loadedMembership(UUID user, UUID group) {
        affiliations.load(user, known(user).withGroup(group, true));
    }

    /// Loads the assignment of a policy to a user.
    public void loadedAssignment(UUID user, UUID policy) {
        affiliations.load(user, known(user).withPolicy(policy, true));
    }

    private Affiliations known(UUID user) {
        Affiliations known = affiliations.peek(user);
        return known == null ? Affiliations.NONE : known;
    }

    /// Loads the assignment of a policy to a group.
    public void loadedPolicyOfGroup(UUID group, UUID policy) {
        Set<UUID> known = policiesOfGroups.peek(group);
        policiesOfGroups.load(group, Affiliations.with(known == null ? Set.of() : known, policy, true));
    }

    void loadedAll(Plan plan) {
        groups.loadAbsent(plan.groups, plan.groupNames);
        policies.loadAbsent(plan.policies, plan.policyNames);
        policiesOfGroups.loadAbsent(plan.policiesOfGroups);
        if (plan.affiliations) {
            affiliations.loadAbsent(set.people().loadedIds());
        }
    }

    // Lookups

    /// The policies assigned to a group.
    public Set<UUID> policiesOfGroup(UUID group) {
        Set<UUID> assigned = policiesOfGroups.find(group);
        return assigned == null ? Set.of() : assigned;
    }

    /// The groups and policies of a user.
    public Affiliations of(UUID user) {
        Affiliations found = affiliations.find(user);
        return found == null ? Affiliations.NONE : found;
    }

    // Changes

    public void putPoliciesOfGroup(UUID group, Set<UUID> assigned) {
        policiesOfGroups.put(group, assigned);
    }

    public void put(UUID user, Affiliations next) {
        affiliations.put(user, next);
    }

    // Rows to write

    /// The changed affiliations, by user.
    public Map<UUID, WorkingSet.Changed<Affiliations>> changedAffiliations() {
        return affiliations.changedFrom(Affiliations.NONE);
    }

    /// The changed policies of groups, by group.
    public Map<UUID, WorkingSet.Changed<Set<UUID>>> changedPoliciesOfGroups() {
        return policiesOfGroups.changedFrom(Set.of());
    }
}
