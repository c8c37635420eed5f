package dev.muster.api.rest;

import dev.muster.api.WriteDoor;
import dev.muster.directory.Directory;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.user.UserRef;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Carries out the commands of this dialect and answers with what they changed.
final class Writes {
    static final String DIALECT = "rest";

    private final WriteDoor door;

    Writes(Directory directory) {
        this.door = new WriteDoor(directory, DIALECT);
    }

    /// Does something to a user of the caller's realm.
    ///
    /// @param answer the reply to what changed
    /// @throws RefusedException when it is refused
    Reply toUser(RestCall call, UserRef user, Command.OnUser command, Function<Change, Reply> answer) {
        return write(call, call.realm(), user, command, answer);
    }

    /// Does something to a user of any realm, as only root may.
    Reply toUser(RestCall call, long realm, UserRef user, Command.OnUser command, Function<Change, Reply> answer) {
        return write(call, realm, user, command, answer);
    }

    /// Makes or replaces a user of the caller's realm.
    Reply put(RestCall call, Command.PutUser command, Function<Change, Reply> answer) {
        return write(call, call.realm(), null, command, answer);
    }

    /// Makes something in a realm, or changes what is not a user.
    Reply toRealm(RestCall call, long realm, Command command, Function<Change, Reply> answer) {
        refuseIfMatch(call);
        return write(call, realm, null, command, answer);
    }

    /// @throws RefusedException when the call names a version, which only users have
    static void refuseIfMatch(RestCall call) {
        if (call.headers().ifMatch() != null) {
            throw RefusedException.malformed("If-Match is for calls about one user.");
        }
    }

    private Reply write(
            RestCall call, long realm, @Nullable UserRef user, Command command, Function<Change, Reply> answer) {
        WriteDoor.Asker asker = new WriteDoor.Asker(call.actor(), realm, null, null);
        Change change = RefusedException.unlessRefused(
                door.write(call.request(), asker, user, List.of(command), call.headers()));
        Reply reply = answer.apply(change);
        return change.replayed() ? reply.with("Idempotency-Replayed", "true") : reply;
    }
}
