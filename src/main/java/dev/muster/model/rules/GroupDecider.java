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
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Edit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides requests about groups. Folded names are unique in the realm, guests cannot be members, and a group
/// with an assigned policy cannot be deleted.
///
/// Joining or leaving a group is journalled under the user, so that it is erased with them.
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
            case Command.AddMember(var group, var user) -> planMember(group, user, plan, prints);
            case Command.RemoveMember(var group, var user) -> planMember(group, user, plan, prints);
        }
    }

    private static void planMember(UUID group, UserRef user, LoadPlan plan, Fingerprint.Maker prints) {
        plan.memberships.group(group);
        MembershipRules.plan(user, plan, prints);
    }

    Result<Change> decide(Command.OnGroups command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreateGroup(var name, var description) -> create(freshId.get(), name, description);
            case Command.UpdateGroup update -> lookup.group(update.group()).then(group -> update(group, update));
            case Command.DeleteGroup(var id) -> lookup.group(id).then(this::delete);
            case Command.AddMember(var id, var ref) -> setMember(id, ref, true);
            case Command.RemoveMember(var id, var ref) -> setMember(id, ref, false);
        };
    }

    /// Refuses: Taken, OverQuota.
    private Result<Change> create(UUID id, String name, @Nullable String description) {
        Refusal taken = MembershipRules.taken(memberships.groupNamed(Group.folded(name)), id);
        if (taken != null) {
            return Result.refused(taken);
        }
        if (context.realm().counters().groups() >= context.realm().quotas().groups()) {
            return Result.refused(
                    new Refusal.OverQuota("groups", context.realm().quotas().groups()));
        }
        Group group = new Group(id, name, description, 0, context.now(), context.now());
        memberships.put(group);
        return changed(group, Event.Action.GROUP_CREATED, GroupFields.diff(null, group));
    }

    /// Refuses: Taken.
    private Result<Change> update(Group group, Command.UpdateGroup update) {
        Refusal taken = update.name() == null
                ? null
                : MembershipRules.taken(
                        memberships.groupNamed(Group.folded(update.name().value())), group.id());
        if (taken != null) {
            return Result.refused(taken);
        }
        Group next = group.renamed(
                Edit.applied(update.name(), group.name()),
                Edit.applied(update.description(), group.description()),
                context.now());
        Changes changes = GroupFields.diff(group, next);
        if (changes.isEmpty()) {
            return Result.ok(context.unchanged(new Change.OfGroup(group)));
        }
        memberships.put(next);
        return changed(next, Event.Action.GROUP_UPDATED, changes);
    }

    /// Refuses: InUse.
    private Result<Change> delete(Group group) {
        String policies = memberships.policiesOfGroup(group.id()).stream()
                .map(memberships::policy)
                .filter(Objects::nonNull)
                .map(policy -> "policy \"" + policy.name() + "\"")
                .sorted()
                .collect(Collectors.joining(", "));
        if (!policies.isEmpty()) {
            return Result.refused(new Refusal.InUse(policies));
        }
        memberships.delete(group);
        return changed(group, Event.Action.GROUP_DELETED, Changes.NONE);
    }

    /// Adds a user to a group, or removes them from it. Refuses: NotFound, Erased, Barred, Removed,
    /// GuestNotAllowed.
    private Result<Change> setMember(UUID id, UserRef ref, boolean member) {
        return lookup.group(id).then(group -> lookup.userInService(ref).then(user -> setMember(group, user, member)));
    }

    private Result<Change> setMember(Group group, User user, boolean member) {
        if (member && user.tag() == Tag.GUEST) {
            return Result.refused(new Refusal.GuestNotAllowed());
        }
        Affiliations before = memberships.of(user.id());
        if (before.groups().contains(group.id()) == member) {
            return Result.ok(context.unchanged(new Change.OfGroup(group)));
        }
        Group next = group.withMembers(group.members() + (member ? 1 : -1));
        memberships.put(next);
        memberships.put(user.id(), member ? before.withGroup(group.id()) : before.withoutGroup(group.id()));
        Event event = context.event(
                member ? Event.Action.GROUP_MEMBER_ADDED : Event.Action.GROUP_MEMBER_REMOVED,
                new Change.OfUser(user).subject(),
                MembershipRules.change("group", group, member));
        return Result.ok(context.changed(new Change.OfGroup(next), List.of(event)));
    }

    private Result<Change> changed(Group group, Event.Action action, Changes changes) {
        return Result.ok(context.changed(new Change.OfGroup(group), action, changes));
    }
}
