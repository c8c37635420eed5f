package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.GroupFields;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.MembershipState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Edit;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides requests about groups. Names are unique in the realm once folded, guests are no members, and a group
/// that a policy is assigned to is not deleted.
///
/// Who joins or leaves a group is told of the user, so that it is erased with them.
final class GroupDecider {
    private final Context context;
    private final MembershipState memberships;
    private final Lookup lookup;

    GroupDecider(Context context) {
        this.context = context;
        this.memberships = context.realm().memberships();
        this.lookup = new Lookup(context);
    }

    static void plan(Command.OnGroups command, LoadPlan plan, Fingerprint.Maker prints) {
        switch (command) {
            case Command.CreateGroup(var name, var _) -> plan.memberships.groupNames.add(Group.folded(name));
            case Command.UpdateGroup(var group, var name, var _) -> {
                plan.memberships.group(group);
                if (name != null) {
                    plan.memberships.groupNames.add(Group.folded(name.value()));
                }
            }
            case Command.DeleteGroup(var group) -> plan.memberships.group(group);
            case Command.AddMember(var group, var user) -> {
                plan.memberships.group(group);
                MembershipRules.plan(user, plan, prints);
            }
            case Command.RemoveMember(var group, var user) -> {
                plan.memberships.group(group);
                MembershipRules.plan(user, plan, prints);
            }
        }
    }

    Result<Change> decide(Command.OnGroups command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreateGroup(var name, var description) -> create(freshId.get(), name, description);
            case Command.UpdateGroup update -> group(update.group()).then(group -> update(group, update));
            case Command.DeleteGroup(var id) -> group(id).then(this::delete);
            case Command.AddMember(var id, var ref) ->
                group(id).then(group -> lookup.userInService(ref).then(user -> add(group, user)));
            case Command.RemoveMember(var id, var ref) ->
                group(id).then(group -> lookup.userInService(ref).then(user -> remove(group, user)));
        };
    }

    private Result<Group> group(UUID id) {
        Group group = memberships.group(id);
        return group == null ? Result.refused(new Refusal.NotFound("group", id.toString())) : Result.ok(group);
    }

    private Result<Change> create(UUID id, String name, @Nullable String description) {
        Refusal taken = taken(name, null);
        if (taken != null) {
            return Result.refused(taken);
        }
        if (context.realm().counters().groups() >= context.realm().quotas().groups()) {
            return Result.refused(
                    new Refusal.OverQuota("groups", context.realm().quotas().groups()));
        }
        Group group = new Group(id, name, description, 0, context.now(), context.now());
        memberships.put(group);
        return Result.ok(changed(group, Event.Action.GROUP_CREATED, GroupFields.diff(null, group)));
    }

    private Result<Change> update(Group group, Command.UpdateGroup update) {
        String name = Edit.applied(update.name(), group.name());
        String description = Edit.applied(update.description(), group.description());
        Refusal taken = taken(name, group);
        if (taken != null) {
            return Result.refused(taken);
        }
        if (name.equals(group.name()) && Objects.equals(description, group.description())) {
            return Result.ok(unchanged(group));
        }
        Group next = group.renamed(name, description, context.now());
        memberships.put(next);
        return Result.ok(changed(next, Event.Action.GROUP_UPDATED, GroupFields.diff(group, next)));
    }

    private @Nullable Refusal taken(String name, @Nullable Group owner) {
        String folded = Group.folded(name);
        if (owner != null && Group.folded(owner.name()).equals(folded)) {
            return null;
        }
        Group holder = memberships.groupNamed(folded);
        return holder == null ? null : new Refusal.Taken("name", holder.id(), false);
    }

    private Result<Change> delete(Group group) {
        Set<UUID> policies = memberships.policiesOfGroup(group.id());
        String users = policies.stream()
                .map(memberships::policy)
                .filter(Objects::nonNull)
                .map(policy -> "policy \"" + policy.name() + "\"")
                .sorted()
                .collect(Collectors.joining(", "));
        if (!users.isEmpty()) {
            return Result.refused(new Refusal.InUse(users));
        }
        memberships.delete(group);
        return Result.ok(changed(group, Event.Action.GROUP_DELETED, Changes.NONE));
    }

    private Result<Change> add(Group group, User user) {
        Affiliations affiliations = memberships.of(user.id());
        if (user.tag() == Tag.GUEST) {
            return Result.refused(new Refusal.GuestNotAllowed());
        }
        if (affiliations.groups().contains(group.id())) {
            return Result.ok(unchanged(group));
        }
        Group next = group.withMembers(group.members() + 1);
        memberships.put(next);
        memberships.put(user.id(), affiliations.withGroup(group.id()));
        Changes changes = new Changes.Draft()
                .put("group", null, MembershipRules.named(group))
                .build();
        return Result.ok(changedFor(user, next, Event.Action.GROUP_MEMBER_ADDED, changes));
    }

    private Result<Change> remove(Group group, User user) {
        Affiliations affiliations = memberships.of(user.id());
        if (!affiliations.groups().contains(group.id())) {
            return Result.ok(unchanged(group));
        }
        Group next = group.withMembers(group.members() - 1);
        memberships.put(next);
        memberships.put(user.id(), affiliations.withoutGroup(group.id()));
        Changes changes = new Changes.Draft()
                .put("group", MembershipRules.named(group), null)
                .build();
        return Result.ok(changedFor(user, next, Event.Action.GROUP_MEMBER_REMOVED, changes));
    }

    private Change unchanged(Group group) {
        return context.unchanged(new Change.OfGroup(group));
    }

    private Change changed(Group group, Event.Action action, Changes changes) {
        return context.changed(new Change.OfGroup(group), context.event(action, group, changes));
    }

    private Change changedFor(User user, Group group, Event.Action action, Changes changes) {
        return context.changed(new Change.OfGroup(group), context.event(action, user, changes));
    }
}
