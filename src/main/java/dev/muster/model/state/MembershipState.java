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

/// Groups and policies in the working set, and who is in them.
public final class MembershipState {
    private final WorkingSet set;
    public final NamedFacts<Group> groups;
    public final NamedFacts<Policy> policies;
    private final OverlayMap<UUID, Set<UUID>> policiesOfGroups;
    private final OverlayMap<UUID, Affiliations> affiliations;

    /// @param below what this is an overlay of; null for none
    MembershipState(WorkingSet set, @Nullable MembershipState below) {
        this.set = set;
        groups = new NamedFacts<>(set, "group", Counters::withGroups, below == null ? null : below.groups);
        policies = new NamedFacts<>(set, "policy", Counters::withPolicies, below == null ? null : below.policies);
        policiesOfGroups = new OverlayMap<>("policies of a group", below == null ? null : below.policiesOfGroups);
        affiliations = new OverlayMap<>("affiliations", below == null ? null : below.affiliations);
    }

    void merge() {
        groups.merge();
        policies.merge();
        policiesOfGroups.merge();
        affiliations.merge();
    }

    /// What to load of a realm's groups and policies. Names are as [Group#folded] makes them.
    public static final class Plan {
        public final Set<UUID> groups = new LinkedHashSet<>();
        public final Set<String> groupNames = new LinkedHashSet<>();
        public final Set<UUID> policies = new LinkedHashSet<>();
        public final Set<String> policyNames = new LinkedHashSet<>();
        public final Set<UUID> policiesOfGroups = new LinkedHashSet<>();

        /// Whether to load the groups and policies of all users that are loaded, and these groups and policies
        /// themselves: of all, since a request may name a user by what an earlier one in the same transaction
        /// made theirs.
        public boolean affiliations;

        /// A group, and the policies that are assigned to it.
        public void group(UUID id) {
            groups.add(id);
            policiesOfGroups.add(id);
        }
    }

    // Loading.

    /// A user is in a group.
    public void loadedMembership(UUID user, UUID group) {
        affiliations.load(user, known(user).withGroup(group, true));
    }

    /// A policy is assigned to a user.
    public void loadedAssignment(UUID user, UUID policy) {
        affiliations.load(user, known(user).withPolicy(policy, true));
    }

    private Affiliations known(UUID user) {
        Affiliations known = affiliations.peek(user);
        return known == null ? Affiliations.NONE : known;
    }

    /// A policy is assigned to a group.
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

    // What rules ask.

    /// The policies that are assigned to a group.
    public Set<UUID> policiesOfGroup(UUID group) {
        Set<UUID> assigned = policiesOfGroups.find(group);
        return assigned == null ? Set.of() : assigned;
    }

    /// The groups and policies of a user.
    public Affiliations of(UUID user) {
        Affiliations its = affiliations.find(user);
        return its == null ? Affiliations.NONE : its;
    }

    // What rules change.

    public void putPoliciesOfGroup(UUID group, Set<UUID> assigned) {
        policiesOfGroups.put(group, assigned);
    }

    public void put(UUID user, Affiliations next) {
        affiliations.put(user, next);
    }

    // What storage has to write.

    /// By user.
    public Map<UUID, WorkingSet.Changed<Affiliations>> changedAffiliations() {
        return affiliations.changedFrom(Affiliations.NONE);
    }

    /// By group.
    public Map<UUID, WorkingSet.Changed<Set<UUID>>> changedPoliciesOfGroups() {
        return policiesOfGroups.changedFrom(Set.of());
    }
}
