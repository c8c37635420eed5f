package dev.muster.model;

import dev.muster.model.credential.Actor;
import dev.muster.model.user.UserRef;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request to change a realm: either all of its commands are executed, or none.
///
/// @param target the user to change; null if the request creates a user or concerns something else, such as keys,
///     operators or tenants
/// @param commands the commands, in order. Without a target there must be exactly one command, except that a
///     registration may be followed by commands on the new user or on memberships
/// @param ifMatch the versions that the target may have; null for any version. If the set is empty, every version is
///     refused
/// @param together the number of users that this write and the other writes of the same bulk change affect; 1 for a
///     single change
public record Write(
        Actor actor,
        @Nullable UserRef target,
        List<Command> commands,
        @Nullable Set<Long> ifMatch,
        int together) {
    public Write {
        commands = List.copyOf(commands);
        ifMatch = ifMatch == null ? null : Set.copyOf(ifMatch);
    }

    /// Creates a write that is not part of a bulk change.
    public Write(Actor actor, @Nullable UserRef target, List<Command> commands, @Nullable Set<Long> ifMatch) {
        this(actor, target, commands, ifMatch, 1);
    }

    /// Whether all commands are urgent: see [Command#isUrgent].
    public boolean isUrgent() {
        return commands.stream().allMatch(Command::isUrgent);
    }
}
