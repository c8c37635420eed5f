package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WriteGateway;
import dev.muster.directory.Directory;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.user.UserRef;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Executes commands and replies with their results. Every method throws [dev.muster.api.RefusedException] if
/// the command is refused.
record Writes(WriteGateway gateway) {
    static final String DIALECT = "rest";

    Writes(Directory directory) {
        this(new WriteGateway(directory, DIALECT));
    }

    /// Executes a command on the user in the path, in the caller's realm.
    ///
    /// @param read a function that reads the command; its result is ignored if `in` has errors afterwards
    /// @param answer a function that renders the change as the reply
    Reply onUser(
            RestCall call, RestFields in, Function<RestFields, Command.OnUser> read, Function<Change, Reply> answer) {
        UserRef user = in.ref();
        Command command = read.apply(in);
        in.check();
        return onUser(call, call.realm(), user, command, answer);
    }

    /// Executes a command on a user of any realm. Only root may access realms other than its own.
    ///
    /// @param user the user; null if the command may create the user or is not about one
    Reply onUser(RestCall call, long realm, @Nullable UserRef user, Command command, Function<Change, Reply> answer) {
        WriteGateway.Requester requester = new WriteGateway.Requester(call.actor(), realm, null, null);
        Change change = unlessRefused(gateway.write(call.request(), requester, user, List.of(command), call.headers()));
        Reply reply = answer.apply(change);
        return change.replayed() ? reply.with("Idempotency-Replayed", "true") : reply;
    }

    /// Executes a command that is not about a user and whose request has no body. Replies without content.
    ///
    /// @param read a function that reads the command; its result is ignored if `in` has errors afterwards
    Reply done(RestCall call, Function<RestFields, Command> read) {
        RestFields in = call.input();
        Command command = read.apply(in);
        in.check();
        return onRealm(call, command, _ -> Reply.of(204));
    }

    /// Executes a command in the caller's realm that creates something, or changes something other than a
    /// user.
    Reply onRealm(RestCall call, Command command, Function<Change, Reply> answer) {
        return onRealm(call, call.realm(), command, answer);
    }

    /// Like the other `onRealm`, but for any realm. Only root may access realms other than its own.
    Reply onRealm(RestCall call, long realm, Command command, Function<Change, Reply> answer) {
        refuseIfMatch(call);
        return onUser(call, realm, null, command, answer);
    }

    /// @throws FaultException if the call has `If-Match`, because only users have versions
    static void refuseIfMatch(RestCall call) {
        if (call.headers().ifMatch() != null) {
            throw FaultException.malformed("If-Match is for calls about one user.");
        }
    }
}
