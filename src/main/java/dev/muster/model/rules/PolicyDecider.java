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
import dev.muster.model.value.Changes;
import dev.muster.model.value.Edit;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides requests about policies. Names are unique in the realm once folded, and guests are no assignees.
///
/// That a policy is assigned to a user is told of the user, so that it is erased with them.
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
            case Command.AssignUser(var policy, var user) -> {
                plan.memberships.policies.add(policy);
                MembershipRules.plan(user, plan, prints);
            }
            case Command.UnassignUser(var policy, var user) -> {
                plan.memberships.policies.add(policy);
                MembershipRules.plan(user, plan, prints);
            }
            case Command.AssignGroup(var policy, var group) -> {
                plan.memberships.policies.add(policy);
                plan.memberships.group(group);
            }
            case Command.UnassignGroup(var policy, var group) -> {
                plan.memberships.policies.add(policy);
                plan.memberships.group(group);
            }
        }
    }

    Result<Change> decide(Command.OnPolicies command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreatePolicy create -> create(freshId.get(), create);
            case Command.UpdatePolicy update -> policy(update.policy()).then(policy -> update(policy, update));
            case Command.DeletePolicy(var id) -> policy(id).then(this::delete);
            case Command.AssignUser(var id, var ref) ->
                policy(id).then(policy -> lookup.userInService(ref).then(user -> assign(policy, user)));
            case Command.UnassignUser(var id, var ref) ->
                policy(id).then(policy -> lookup.userInService(ref).then(user -> unassign(policy, user)));
            case Command.AssignGroup(var id, var group) ->
                policy(id).then(policy -> group(group).then(to -> assign(policy, to)));
            case Command.UnassignGroup(var id, var group) ->
                policy(id).then(policy -> group(group).then(to -> unassign(policy, to)));
        };
    }

    private Result<Policy> policy(UUID id) {
        Policy policy = memberships.policy(id);
        return policy == null ? Result.refused(new Refusal.NotFound("policy", id.toString())) : Result.ok(policy);
    }

    private Result<Group> group(UUID id) {
        Group group = memberships.group(id);
        return group == null ? Result.refused(new Refusal.NotFound("group", id.toString())) : Result.ok(group);
    }

    private Result<Change> create(UUID id, Command.CreatePolicy create) {
        Refusal taken = taken(create.name(), null);
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
        return Result.ok(changed(policy, Event.Action.POLICY_CREATED, GroupFields.diff(null, policy)));
    }

    private Result<Change> update(Policy policy, Command.UpdatePolicy update) {
        String name = Edit.applied(update.name(), policy.name());
        Refusal taken = taken(name, policy);
        if (taken != null) {
            return Result.refused(taken);
        }
        Policy next = policy.edited(
                name,
                Edit.applied(update.description(), policy.description()),
                Edit.applied(update.resources(), policy.resources()),
                context.now());
        Changes changes = GroupFields.diff(policy, next);
        if (changes.isEmpty()) {
            return Result.ok(unchanged(policy));
        }
        memberships.put(next);
        return Result.ok(changed(next, Event.Action.POLICY_UPDATED, changes));
    }

    private @Nullable Refusal taken(String name, @Nullable Policy owner) {
        String folded = Group.folded(name);
        if (owner != null && Group.folded(owner.name()).equals(folded)) {
            return null;
        }
        Policy holder = memberships.policyNamed(folded);
        return holder == null ? null : new Refusal.Taken("name", holder.id(), false);
    }

    private Result<Change> delete(Policy policy) {
        memberships.delete(policy);
        return Result.ok(changed(policy, Event.Action.POLICY_DELETED, Changes.NONE));
    }

    private Result<Change> assign(Policy policy, User user) {
        Affiliations affiliations = memberships.of(user.id());
        if (user.tag() == Tag.GUEST) {
            return Result.refused(new Refusal.GuestNotAllowed());
        }
        if (affiliations.policies().contains(policy.id())) {
            return Result.ok(unchanged(policy));
        }
        Policy next = policy.withUsers(policy.users() + 1);
        memberships.put(next);
        memberships.put(user.id(), affiliations.withPolicy(policy.id()));
        Changes changes = new Changes.Draft()
                .put("policy", null, MembershipRules.named(policy))
                .build();
        return Result.ok(changedFor(user, next, Event.Action.POLICY_USER_ASSIGNED, changes));
    }

    private Result<Change> unassign(Policy policy, User user) {
        Affiliations affiliations = memberships.of(user.id());
        if (!affiliations.policies().contains(policy.id())) {
            return Result.ok(unchanged(policy));
        }
        Policy next = policy.withUsers(policy.users() - 1);
        memberships.put(next);
        memberships.put(user.id(), affiliations.withoutPolicy(policy.id()));
        Changes changes = new Changes.Draft()
                .put("policy", MembershipRules.named(policy), null)
                .build();
        return Result.ok(changedFor(user, next, Event.Action.POLICY_USER_UNASSIGNED, changes));
    }

    private Result<Change> assign(Policy policy, Group group) {
        Set<UUID> assigned = memberships.policiesOfGroup(group.id());
        if (assigned.contains(policy.id())) {
            return Result.ok(unchanged(policy));
        }
        Policy next = policy.withGroups(policy.groups() + 1);
        memberships.put(next);
        memberships.putPoliciesOfGroup(group.id(), Affiliations.with(assigned, policy.id()));
        Changes changes = new Changes.Draft()
                .put("group", null, MembershipRules.named(group))
                .build();
        return Result.ok(changed(next, Event.Action.POLICY_GROUP_ASSIGNED, changes));
    }

    private Result<Change> unassign(Policy policy, Group group) {
        Set<UUID> assigned = memberships.policiesOfGroup(group.id());
        if (!assigned.contains(policy.id())) {
            return Result.ok(unchanged(policy));
        }
        Policy next = policy.withGroups(policy.groups() - 1);
        memberships.put(next);
        memberships.putPoliciesOfGroup(group.id(), Affiliations.without(assigned, policy.id()));
        Changes changes = new Changes.Draft()
                .put("group", MembershipRules.named(group), null)
                .build();
        return Result.ok(changed(next, Event.Action.POLICY_GROUP_UNASSIGNED, changes));
    }

    private Change unchanged(Policy policy) {
        return context.unchanged(new Change.OfPolicy(policy));
    }

    private Change changed(Policy policy, Event.Action action, Changes changes) {
        return context.changed(new Change.OfPolicy(policy), context.event(action, policy, changes));
    }

    private Change changedFor(User user, Policy policy, Event.Action action, Changes changes) {
        return context.changed(new Change.OfPolicy(policy), context.event(action, user, changes));
    }
}
