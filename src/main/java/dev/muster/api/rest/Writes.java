package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WriteDoor;
import dev.muster.directory.Directory;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.user.UserRef;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Carries out the commands of this dialect and answers with what they changed. Every method throws a
/// [dev.muster.api.RefusedException] when the command is refused.
record Writes(WriteDoor door) {
    static final String DIALECT = "rest";

    Writes(Directory directory) {
        this(new WriteDoor(directory, DIALECT));
    }

    /// Does something to a user of the caller's realm.
    ///
    /// @param answer the reply to what changed
    Reply toUser(RestCall call, UserRef user, Command.OnUser command, Function<Change, Reply> answer) {
        return toUser(call, call.realm(), user, command, answer);
    }

    /// Does something to a user of any realm, as only root may.
    ///
    /// @param user null for a user who may have to be made
    Reply toUser(RestCall call, long realm, @Nullable UserRef user, Command command, Function<Change, Reply> answer) {
        WriteDoor.Asker asker = new WriteDoor.Asker(call.actor(), realm, null, null);
        Change change = unlessRefused(door.write(call.request(), asker, user, List.of(command), call.headers()));
        Reply reply = answer.apply(change);
        return change.replayed() ? reply.with("Idempotency-Replayed", "true") : reply;
    }

    /// Makes something in the caller's realm, or changes what is not a user.
    Reply toRealm(RestCall call, Command command, Function<Change, Reply> answer) {
        return toRealm(call, call.realm(), command, answer);
    }

    /// The same in any realm, as only root may.
    Reply toRealm(RestCall call, long realm, Command command, Function<Change, Reply> answer) {
        refuseIfMatch(call);
        return toUser(call, realm, null, command, answer);
    }

    /// @throws FaultException when the call names a version, which only users have
    static void refuseIfMatch(RestCall call) {
        if (call.headers().ifMatch() != null) {
            throw FaultException.malformed("If-Match is for calls about one user.");
        }
    }
}
