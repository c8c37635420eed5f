package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.GroupOrPolicyFacts;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.MembershipState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// The rules for a user's groups and policies when the user is removed or restored. Removed users keep their
/// memberships but do not count as members. Expelled, barred and erased users leave all groups and policies.
final class MembershipRules {
    private final MembershipState memberships;

    MembershipRules(MembershipState memberships) {
        this.memberships = memberships;
    }

    /// Plans to load the user that `ref` refers to, with their groups and policies.
    static void plan(UserRef ref, LoadPlan plan, Fingerprint.Maker fingerprints) {
        Lookup.plan(ref, plan, fingerprints);
        plan.memberships.affiliations = true;
    }

    /// Whether the user has any groups or policies.
    boolean has(User user) {
        return !groups(user).isEmpty() || !policies(user).isEmpty();
    }

    private List<Group> groups(User user) {
        return sorted(memberships.of(user.id()).groups(), memberships.groups);
    }

    private List<Policy> policies(User user) {
        return sorted(memberships.of(user.id()).policies(), memberships.policies);
    }

    /// Sorts by id, because the result is journalled and the order of loading differs between transactions.
    private static <T extends Affiliation> List<T> sorted(Set<UUID> ids, GroupOrPolicyFacts<T> facts) {
        List<T> found = new ArrayList<>(ids.size());
        for (UUID id : new TreeSet<>(ids)) {
            T thing = facts.find(id);
            if (thing != null) {
                found.add(thing);
            }
        }
        return found;
    }

    /// Updates the member counts when a user is removed or restored and keeps their memberships.
    void count(User before, User after) {
        if (before.isRemoved() != after.isRemoved()) {
            int by = after.isRemoved() ? -1 : 1;
            groups(after).forEach(group -> memberships.groups.put(group.withMembers(group.members() + by)));
        }
    }

    /// The result of a user leaving all groups and policies.
    ///
    /// @param left the groups and policies that the user left, as journalled
    /// @param abandoned policies that were deleted because they were assigned to no one else
    record Departure(Changes left, List<Policy> abandoned) {
        /// The user left nothing, or the departure is not journalled.
        static final Departure NONE = new Departure(Changes.NONE, List.of());

        /// Creates a deletion event for each abandoned policy.
        List<Event> events(Context context) {
            return abandoned.stream()
                    .map(policy -> context.event(
                            Event.Action.POLICY_DELETED, new Change.OfPolicy(policy).subject(), Changes.NONE))
                    .toList();
        }
    }

    /// Ends all memberships and assignments of a user.
    ///
    /// @param before the user before the change; member counts decrease only if this user was not removed
    /// @param expelled whether to delete policies that are no longer assigned to anyone
    Departure leave(User before, boolean expelled) {
        List<Group> groups = groups(before);
        List<Policy> policies = policies(before);
        List<Policy> abandoned = new ArrayList<>();
        if (!before.isRemoved()) {
            groups.forEach(group -> memberships.groups.put(group.withMembers(group.members() - 1)));
        }
        for (Policy policy : policies) {
            Policy left = policy.withUsers(policy.users() - 1);
            if (expelled && left.users() == 0 && left.groups() == 0) {
                memberships.policies.delete(policy);
                abandoned.add(policy);
            } else {
                memberships.policies.put(left);
            }
        }
        if (!groups.isEmpty() || !policies.isEmpty()) {
            memberships.put(before.id(), Affiliations.NONE);
        }
        Changes.Draft changes = new Changes.Draft();
        putLeft(changes, "groups", groups);
        putLeft(changes, "policies", policies);
        return new Departure(changes.build(), abandoned);
    }

    private static void putLeft(Changes.Draft changes, String field, List<? extends Affiliation> left) {
        if (!left.isEmpty()) {
            changes.put(field, left.stream().map(Affiliation::inJournal).toList(), null);
        }
    }
}
