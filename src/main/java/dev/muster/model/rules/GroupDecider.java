package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.group.Group;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.MembershipState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides requests about groups. The folded names of groups are unique in the realm, guests cannot be members, and a
/// group to which a policy is assigned cannot be deleted.
///
/// Joining or leaving a group is journalled with the user as its subject, so that the entry is erased together with the
/// user.
final class GroupDecider {
    private final Context context;
    private final MembershipState memberships;
    private final GroupOrPolicyRules<Group> groups;

    GroupDecider(Context context) {
        this.context = context;
        this.memberships = context.realm().memberships();
        this.groups = new GroupOrPolicyRules<>(context, memberships.groups, "group");
    }

    static void plan(Command.OnGroups command, LoadPlan plan, Fingerprint.Maker fingerprints) {
        switch (command) {
            case Command.CreateGroup(var name, var _) -> plan.memberships.groupNames.add(Group.folded(name));
            case Command.UpdateGroup(var group, var name, var _) -> {
                plan.memberships.group(group);
                if (name != null) {
                    plan.memberships.groupNames.add(Group.folded(name.value()));
                }
            }
            case Command.DeleteGroup(var group) -> plan.memberships.group(group);
            case Command.AddMember(var group, var user) -> planMember(group, user, plan, fingerprints);
            case Command.RemoveMember(var group, var user) -> planMember(group, user, plan, fingerprints);
        }
    }

    private static void planMember(UUID group, UserRef user, LoadPlan plan, Fingerprint.Maker fingerprints) {
        plan.memberships.group(group);
        MembershipRules.plan(user, plan, fingerprints);
    }

    Result<Change> decide(Command.OnGroups command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreateGroup(var name, var description) -> create(freshId.get(), name, description);
            case Command.UpdateGroup update -> groups.find(update.group()).then(group -> update(group, update));
            case Command.DeleteGroup(var id) -> groups.find(id).then(this::delete);
            case Command.AddMember(var id, var ref) -> setMember(id, ref, true);
            case Command.RemoveMember(var id, var ref) -> setMember(id, ref, false);
        };
    }

    /// Creates a group. Refuses: Taken, OverQuota.
    private Result<Change> create(UUID id, String name, @Nullable String description) {
        return groups.create(
                new Group(id, name, description, 0, context.now(), context.now()),
                Event.Action.GROUP_CREATED,
                context.realm().counters().groups(),
                context.realm().quotas().groups(),
                "groups");
    }

    /// Updates a group. Refuses: Taken.
    private Result<Change> update(Group group, Command.UpdateGroup update) {
        Group next = group.renamed(
                Edit.applied(update.name(), group.name()),
                Edit.applied(update.description(), group.description()),
                context.now());
        return groups.update(group, next, Event.Action.GROUP_UPDATED);
    }

    /// Deletes a group. Refuses: InUse.
    private Result<Change> delete(Group group) {
        String policies = memberships.policiesOfGroup(group.id()).stream()
                .map(memberships.policies::find)
                .filter(Objects::nonNull)
                .map(policy -> "policy \"" + policy.name() + "\"")
                .sorted()
                .collect(Collectors.joining(", "));
        return policies.isEmpty()
                ? groups.delete(group, Event.Action.GROUP_DELETED)
                : Result.refused(new Refusal.InUse(policies));
    }

    /// Adds a user to a group, or removes them from it. Refuses: NotFound, Erased, Barred, Removed,
    /// GuestNotAllowed.
    private Result<Change> setMember(UUID id, UserRef ref, boolean member) {
        return groups.find(id)
                .then(group -> new Lookup(context)
                        .userInService(ref)
                        .then(user -> groups.setUser(
                                group,
                                group.withMembers(group.members() + (member ? 1 : -1)),
                                user,
                                member,
                                member ? Event.Action.GROUP_MEMBER_ADDED : Event.Action.GROUP_MEMBER_REMOVED)));
    }
}
