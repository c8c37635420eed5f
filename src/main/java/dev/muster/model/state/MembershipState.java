package dev.muster.model.state;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Groups and policies in the working set, and who is in them.
public final class MembershipState {
    private final WorkingSet set;
    private final NamedFacts<Group> groups;
    private final NamedFacts<Policy> policies;
    private final OverlayMap<UUID, Set<UUID>> policiesOfGroups;
    private final OverlayMap<UUID, Affiliations> affiliations;

    /// @param below what this is an overlay of; null for none
    MembershipState(WorkingSet set, @Nullable MembershipState below) {
        this.set = set;
        groups = new NamedFacts<>("group", below == null ? null : below.groups);
        policies = new NamedFacts<>("policy", below == null ? null : below.policies);
        policiesOfGroups = OverlayMap.over(below == null ? null : below.policiesOfGroups, "policies of a group");
        affiliations = OverlayMap.over(below == null ? null : below.affiliations, "affiliations");
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
        private boolean affiliations;

        /// A group, and the policies that are assigned to it.
        public void group(UUID id) {
            groups.add(id);
            policiesOfGroups.add(id);
        }

        /// The groups and policies of all users that are loaded, and these groups and policies themselves: of
        /// all, since a request may name a user by what an earlier one in the same transaction made theirs.
        public void affiliations() {
            affiliations = true;
        }

        public boolean wantsAffiliations() {
            return affiliations;
        }
    }

    // Loading.

    public void loaded(Group group) {
        groups.load(group);
    }

    /// A group whose row cannot be read. Its name is taken, and a rule that asks for it throws `why`.
    public void loadedUnreadableGroup(UUID group, String name, UnreadableException why) {
        groups.loadUnreadable(group, name, why);
    }

    public void loaded(Policy policy) {
        policies.load(policy);
    }

    /// As [#loadedUnreadableGroup], of a policy.
    public void loadedUnreadablePolicy(UUID policy, String name, UnreadableException why) {
        policies.loadUnreadable(policy, name, why);
    }

    /// A user is in a group.
    public void loadedMembership(UUID user, UUID group) {
        affiliations.load(user, known(user).withGroup(group));
    }

    /// A policy is assigned to a user.
    public void loadedAssignment(UUID user, UUID policy) {
        affiliations.load(user, known(user).withPolicy(policy));
    }

    private Affiliations known(UUID user) {
        Affiliations known = affiliations.peek(user);
        return known == null ? Affiliations.NONE : known;
    }

    /// A policy is assigned to a group.
    public void loadedPolicyOfGroup(UUID group, UUID policy) {
        Set<UUID> known = policiesOfGroups.peek(group);
        policiesOfGroups.load(group, Affiliations.with(known == null ? Set.of() : known, policy));
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

    public @Nullable Group group(UUID id) {
        return groups.find(id);
    }

    public @Nullable Group groupNamed(String folded) {
        return groups.named(folded);
    }

    public @Nullable Policy policy(UUID id) {
        return policies.find(id);
    }

    public @Nullable Policy policyNamed(String folded) {
        return policies.named(folded);
    }

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

    public void put(Group group) {
        set.put(set.counters().withGroups(groups.put(group) ? 1 : 0));
    }

    public void delete(Group group) {
        set.put(set.counters().withGroups(groups.delete(group) ? -1 : 0));
    }

    public void put(Policy policy) {
        set.put(set.counters().withPolicies(policies.put(policy) ? 1 : 0));
    }

    public void delete(Policy policy) {
        set.put(set.counters().withPolicies(policies.delete(policy) ? -1 : 0));
    }

    public void putPoliciesOfGroup(UUID group, Set<UUID> assigned) {
        policiesOfGroups.put(group, assigned);
    }

    public void put(UUID user, Affiliations next) {
        affiliations.put(user, next);
    }

    // What storage has to write.

    public List<WorkingSet.Altered<Group>> changedGroups() {
        return groups.altered();
    }

    public List<WorkingSet.Altered<Policy>> changedPolicies() {
        return policies.altered();
    }

    /// By user.
    public Map<UUID, WorkingSet.Changed<Affiliations>> changedAffiliations() {
        return affiliations.changedFrom(Affiliations.NONE);
    }

    /// By group.
    public Map<UUID, WorkingSet.Changed<Set<UUID>>> changedPoliciesOfGroups() {
        return policiesOfGroups.changedFrom(Set.of());
    }
}
