package dev.muster.model;

import dev.muster.model.credential.Actor;
import dev.muster.model.user.UserRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request to change a realm: all of its commands are done, or none.
///
/// @param target the user it is about; null where it makes one, or is about keys, operators or tenants
/// @param commands in their order. Without a target there is one, but behind a registration others may follow: on
///     the new user, or on memberships in groups
/// @param ifMatch the version that the target must have; null for any
public record Write(
        Actor actor,
        @Nullable UserRef target,
        List<Command> commands,
        @Nullable Long ifMatch) {
    public Write {
        commands = List.copyOf(commands);
    }

    /// Whether all of it is urgent: see [Command#isUrgent].
    public boolean isUrgent() {
        return commands.stream().allMatch(Command::isUrgent);
    }
}
