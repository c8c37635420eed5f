package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Result;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.MembershipState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// Decides requests about policies. The folded names of policies are unique in the realm, and policies cannot be
/// assigned to guests.
///
/// Assigning a policy to a user is journalled with the user as its subject, so that the entry is erased together with
/// the user.
final class PolicyDecider {
    private final Context context;
    private final MembershipState memberships;
    private final GroupOrPolicyRules<Policy> policies;

    PolicyDecider(Context context) {
        this.context = context;
        this.memberships = context.realm().memberships();
        this.policies = new GroupOrPolicyRules<>(context, memberships.policies, "policy");
    }

    static void plan(Command.OnPolicies command, LoadPlan plan, Fingerprint.Maker fingerprints) {
        switch (command) {
            case Command.CreatePolicy(var name, var _, var _) -> plan.memberships.policyNames.add(Group.folded(name));
            case Command.UpdatePolicy(var policy, var name, var _, var _) -> {
                plan.memberships.policies.add(policy);
                if (name != null) {
                    plan.memberships.policyNames.add(Group.folded(name.value()));
                }
            }
            case Command.DeletePolicy(var policy) -> plan.memberships.policies.add(policy);
            case Command.AssignUser(var policy, var user) -> planUser(policy, user, plan, fingerprints);
            case Command.UnassignUser(var policy, var user) -> planUser(policy, user, plan, fingerprints);
            case Command.AssignGroup(var policy, var group) -> planGroup(policy, group, plan);
            case Command.UnassignGroup(var policy, var group) -> planGroup(policy, group, plan);
        }
    }

    private static void planUser(UUID policy, UserRef user, LoadPlan plan, Fingerprint.Maker fingerprints) {
        plan.memberships.policies.add(policy);
        MembershipRules.plan(user, plan, fingerprints);
    }

    private static void planGroup(UUID policy, UUID group, LoadPlan plan) {
        plan.memberships.policies.add(policy);
        plan.memberships.group(group);
    }

    Result<Change> decide(Command.OnPolicies command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreatePolicy create -> create(freshId.get(), create);
            case Command.UpdatePolicy update -> policies.find(update.policy()).then(policy -> update(policy, update));
            case Command.DeletePolicy(var id) ->
                policies.find(id).then(policy -> policies.delete(policy, Event.Action.POLICY_DELETED));
            case Command.AssignUser(var id, var ref) -> assignUser(id, ref, true);
            case Command.UnassignUser(var id, var ref) -> assignUser(id, ref, false);
            case Command.AssignGroup(var id, var group) -> assignGroup(id, group, true);
            case Command.UnassignGroup(var id, var group) -> assignGroup(id, group, false);
        };
    }

    /// Creates a policy. Refuses: Taken, OverQuota.
    private Result<Change> create(UUID id, Command.CreatePolicy create) {
        return policies.create(
                new Policy(
                        id,
                        create.name(),
                        create.description(),
                        create.resources(),
                        0,
                        0,
                        context.now(),
                        context.now()),
                Event.Action.POLICY_CREATED,
                context.realm().counters().policies(),
                context.realm().quotas().policies(),
                "policies");
    }

    /// Updates a policy. Refuses: Taken.
    private Result<Change> update(Policy policy, Command.UpdatePolicy update) {
        Policy next = policy.edited(
                Edit.applied(update.name(), policy.name()),
                Edit.applied(update.description(), policy.description()),
                Edit.applied(update.resources(), policy.resources()),
                context.now());
        return policies.update(policy, next, Event.Action.POLICY_UPDATED);
    }

    /// Assigns a policy to a user, or removes the assignment. Refuses: NotFound, Erased, Barred, Removed,
    /// GuestNotAllowed.
    private Result<Change> assignUser(UUID id, UserRef ref, boolean assigned) {
        return policies.find(id)
                .then(policy -> new Lookup(context)
                        .userInService(ref)
                        .then(user -> policies.setUser(
                                policy,
                                policy.withUsers(policy.users() + (assigned ? 1 : -1)),
                                user,
                                assigned,
                                assigned ? Event.Action.POLICY_USER_ASSIGNED : Event.Action.POLICY_USER_UNASSIGNED)));
    }

    /// Assigns a policy to a group, or removes the assignment. Refuses: NotFound.
    private Result<Change> assignGroup(UUID id, UUID to, boolean assigned) {
        GroupOrPolicyRules<Group> groups = new GroupOrPolicyRules<>(context, memberships.groups, "group");
        return policies.find(id)
                .then(policy -> groups.find(to).then(group -> {
                    Set<UUID> before = memberships.policiesOfGroup(to);
                    if (before.contains(id) == assigned) {
                        return policies.unchanged(policy);
                    }
                    memberships.putPoliciesOfGroup(to, Affiliations.with(before, id, assigned));
                    return policies.put(
                            policy.withGroups(policy.groups() + (assigned ? 1 : -1)),
                            assigned ? Event.Action.POLICY_GROUP_ASSIGNED : Event.Action.POLICY_GROUP_UNASSIGNED,
                            groups.changes(group, assigned));
                }));
    }
}
