package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.GroupFields;
import dev.muster.model.group.Policy;
import dev.muster.model.state.GroupOrPolicyFacts;
import dev.muster.model.state.MembershipState;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Changes;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rules shared by groups and policies. Their folded names are unique in the realm, and guests cannot have groups
/// or policies.
final class GroupOrPolicyRules<T extends Affiliation> {
    private final Context context;
    private final MembershipState memberships;
    private final GroupOrPolicyFacts<T> facts;
    private final String what;

    /// @param what the kind of object: `group` or `policy`
    GroupOrPolicyRules(Context context, GroupOrPolicyFacts<T> facts, String what) {
        this.context = context;
        this.memberships = context.realm().memberships();
        this.facts = facts;
        this.what = what;
    }

    /// Returns the group or policy with this id. Refuses: NotFound.
    Result<T> find(UUID id) {
        T thing = facts.find(id);
        return thing == null ? Result.refused(new Refusal.NotFound(what, id.toString())) : Result.ok(thing);
    }

    /// Creates a group or policy. Refuses: Taken, OverQuota.
    ///
    /// @param count how many the realm has
    /// @param quota how many the realm may have
    /// @param quotaName the name of the objects in the refusal, in the plural
    Result<Change> create(T thing, Event.Action action, long count, long quota, String quotaName) {
        Refusal taken = taken(thing);
        if (taken != null) {
            return Result.refused(taken);
        }
        return count >= quota
                ? Result.refused(new Refusal.OverQuota(quotaName, quota))
                : put(thing, action, GroupFields.diff(null, thing));
    }

    /// Updates a group or policy. Refuses: Taken.
    Result<Change> update(T before, T after, Event.Action action) {
        Refusal taken = taken(after);
        if (taken != null) {
            return Result.refused(taken);
        }
        Changes changes = GroupFields.diff(before, after);
        return changes.isEmpty() ? unchanged(before) : put(after, action, changes);
    }

    private @Nullable Refusal taken(T thing) {
        T holder = facts.named(thing.name());
        return holder == null || holder.id().equals(thing.id()) ? null : new Refusal.Taken("name", holder.id(), false);
    }

    Result<Change> delete(T thing, Event.Action action) {
        facts.delete(thing);
        return Result.ok(context.changed(about(thing), action, Changes.NONE));
    }

    Result<Change> unchanged(T thing) {
        return Result.ok(context.unchanged(about(thing)));
    }

    Result<Change> put(T thing, Event.Action action, Changes changes) {
        facts.put(thing);
        return Result.ok(context.changed(about(thing), action, changes));
    }

    /// Adds a user to a group or assigns a policy to them, or reverses that. Refuses: GuestNotAllowed.
    ///
    /// @param counted the group or policy with the updated count
    Result<Change> setUser(T thing, T counted, User user, boolean has, Event.Action action) {
        if (has && user.tag() == Tag.GUEST) {
            return Result.refused(new Refusal.GuestNotAllowed());
        }
        Affiliations before = memberships.of(user.id());
        if (before.has(thing) == has) {
            return unchanged(thing);
        }
        facts.put(counted);
        memberships.put(user.id(), before.with(thing, has));
        Event event = context.event(action, new Change.OfUser(user).subject(), changes(thing, has));
        return Result.ok(context.changed(about(counted), List.of(event)));
    }

    /// The journalled changes when a user or group gains or loses `thing`.
    Changes changes(T thing, boolean became) {
        Map<String, Object> journalled = thing.inJournal();
        return new Changes.Draft()
                .put(what, became ? null : journalled, became ? journalled : null)
                .build();
    }

    private static Change.About about(Affiliation thing) {
        return switch (thing) {
            case Group group -> new Change.OfGroup(group);
            case Policy policy -> new Change.OfPolicy(policy);
        };
    }
}
