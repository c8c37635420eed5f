package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.GroupFields;
import dev.muster.model.group.Policy;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.MembershipState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Edit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// Decides requests about policies. Folded names are unique in the realm, and nothing is assigned to guests.
///
/// Assigning a policy to a user is journalled under the user, so that it is erased with them.
final class PolicyDecider {
    private final Context context;
    private final MembershipState memberships;
    private final Lookup lookup;

    PolicyDecider(Context context) {
        this.context = context;
        this.memberships = context.realm().memberships();
        this.lookup = new Lookup(context);
    }

    static void plan(Command.OnPolicies command, LoadPlan plan, Fingerprint.Maker prints) {
        switch (command) {
            case Command.CreatePolicy(var name, var _, var _) -> plan.memberships.policyNames.add(Group.folded(name));
            case Command.UpdatePolicy(var policy, var name, var _, var _) -> {
                plan.memberships.policies.add(policy);
                if (name != null) {
                    plan.memberships.policyNames.add(Group.folded(name.value()));
                }
            }
            case Command.DeletePolicy(var policy) -> plan.memberships.policies.add(policy);
            case Command.AssignUser(var policy, var user) -> planUser(policy, user, plan, prints);
            case Command.UnassignUser(var policy, var user) -> planUser(policy, user, plan, prints);
            case Command.AssignGroup(var policy, var group) -> planGroup(policy, group, plan);
            case Command.UnassignGroup(var policy, var group) -> planGroup(policy, group, plan);
        }
    }

    private static void planUser(UUID policy, UserRef user, LoadPlan plan, Fingerprint.Maker prints) {
        plan.memberships.policies.add(policy);
        MembershipRules.plan(user, plan, prints);
    }

    private static void planGroup(UUID policy, UUID group, LoadPlan plan) {
        plan.memberships.policies.add(policy);
        plan.memberships.group(group);
    }

    Result<Change> decide(Command.OnPolicies command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreatePolicy create -> create(freshId.get(), create);
            case Command.UpdatePolicy update -> lookup.policy(update.policy()).then(policy -> update(policy, update));
            case Command.DeletePolicy(var id) -> lookup.policy(id).then(this::delete);
            case Command.AssignUser(var id, var ref) -> assignUser(id, ref, true);
            case Command.UnassignUser(var id, var ref) -> assignUser(id, ref, false);
            case Command.AssignGroup(var id, var group) -> assignGroup(id, group, true);
            case Command.UnassignGroup(var id, var group) -> assignGroup(id, group, false);
        };
    }

    /// Refuses: Taken, OverQuota.
    private Result<Change> create(UUID id, Command.CreatePolicy create) {
        Refusal taken = MembershipRules.taken(memberships.policyNamed(Group.folded(create.name())), id);
        if (taken != null) {
            return Result.refused(taken);
        }
        if (context.realm().counters().policies() >= context.realm().quotas().policies()) {
            return Result.refused(
                    new Refusal.OverQuota("policies", context.realm().quotas().policies()));
        }
        Policy policy = new Policy(
                id, create.name(), create.description(), create.resources(), 0, 0, context.now(), context.now());
        memberships.put(policy);
        return changed(policy, Event.Action.POLICY_CREATED, GroupFields.diff(null, policy));
    }

    /// Refuses: Taken.
    private Result<Change> update(Policy policy, Command.UpdatePolicy update) {
        Refusal taken = update.name() == null
                ? null
                : MembershipRules.taken(
                        memberships.policyNamed(Group.folded(update.name().value())), policy.id());
        if (taken != null) {
            return Result.refused(taken);
        }
        Policy next = policy.edited(
                Edit.applied(update.name(), policy.name()),
                Edit.applied(update.description(), policy.description()),
                Edit.applied(update.resources(), policy.resources()),
                context.now());
        Changes changes = GroupFields.diff(policy, next);
        if (changes.isEmpty()) {
            return Result.ok(context.unchanged(new Change.OfPolicy(policy)));
        }
        memberships.put(next);
        return changed(next, Event.Action.POLICY_UPDATED, changes);
    }

    private Result<Change> delete(Policy policy) {
        memberships.delete(policy);
        return changed(policy, Event.Action.POLICY_DELETED, Changes.NONE);
    }

    /// Assigns a policy to a user, or takes it from them. Refuses: NotFound, Erased, Barred, Removed,
    /// GuestNotAllowed.
    private Result<Change> assignUser(UUID id, UserRef ref, boolean assigned) {
        return lookup.policy(id).then(policy -> lookup.userInService(ref).then(user -> assign(policy, user, assigned)));
    }

    private Result<Change> assign(Policy policy, User user, boolean assigned) {
        if (assigned && user.tag() == Tag.GUEST) {
            return Result.refused(new Refusal.GuestNotAllowed());
        }
        Affiliations before = memberships.of(user.id());
        if (before.policies().contains(policy.id()) == assigned) {
            return Result.ok(context.unchanged(new Change.OfPolicy(policy)));
        }
        Policy next = policy.withUsers(policy.users() + (assigned ? 1 : -1));
        memberships.put(next);
        memberships.put(user.id(), assigned ? before.withPolicy(policy.id()) : before.withoutPolicy(policy.id()));
        Event event = context.event(
                assigned ? Event.Action.POLICY_USER_ASSIGNED : Event.Action.POLICY_USER_UNASSIGNED,
                new Change.OfUser(user).subject(),
                MembershipRules.change("policy", policy, assigned));
        return Result.ok(context.changed(new Change.OfPolicy(next), List.of(event)));
    }

    /// Assigns a policy to a group, or takes it from it. Refuses: NotFound.
    private Result<Change> assignGroup(UUID id, UUID to, boolean assigned) {
        return lookup.policy(id).then(policy -> lookup.group(to).then(group -> assign(policy, group, assigned)));
    }

    private Result<Change> assign(Policy policy, Group group, boolean assigned) {
        Set<UUID> before = memberships.policiesOfGroup(group.id());
        if (before.contains(policy.id()) == assigned) {
            return Result.ok(context.unchanged(new Change.OfPolicy(policy)));
        }
        Policy next = policy.withGroups(policy.groups() + (assigned ? 1 : -1));
        memberships.put(next);
        memberships.putPoliciesOfGroup(
                group.id(),
                assigned ? Affiliations.with(before, policy.id()) : Affiliations.without(before, policy.id()));
        return changed(
                next,
                assigned ? Event.Action.POLICY_GROUP_ASSIGNED : Event.Action.POLICY_GROUP_UNASSIGNED,
                MembershipRules.change("group", group, assigned));
    }

    private Result<Change> changed(Policy policy, Event.Action action, Changes changes) {
        return Result.ok(context.changed(new Change.OfPolicy(policy), action, changes));
    }
}
