package dev.muster.api;

import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.directory.lane.WriteRequest.Proof;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.UserRef;
import dev.muster.security.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sends the commands of one dialect to the directory and blocks until they are durable or refused.
public final class WriteGateway {
    private final Directory directory;
    private final String dialect;

    /// @param dialect the dialect's name in the journal
    public WriteGateway(Directory directory, String dialect) {
        this.directory = directory;
        this.dialect = dialect;
    }

    /// A request's signature that does not cover the body.
    ///
    /// @param alone whether the signature must not have been used for another request before; see [Proof]
    public record Signature(String text, boolean alone) {}

    /// The sender of a write, and the realm to change.
    ///
    /// @param realm the realm to change
    /// @param onBehalfOf the person for whom a program claims to act; null if it names none
    /// @param signature the request's signature; null if the credential is of another kind
    public record Requester(
            Actor actor,
            long realm,
            @Nullable String onBehalfOf,
            @Nullable Signature signature) {
        /// The requester for a caller who writes to their own realm.
        public static Requester of(Caller caller) {
            return new Requester(caller.actor(), caller.realm().id(), null, null);
        }
    }

    /// Executes `commands` atomically in the caller's realm.
    ///
    /// @param target the user to change; null if the commands create a user or are not about one
    public Result<Change> write(
            Request request, Caller caller, @Nullable UserRef target, List<Command> commands, WriteHeaders headers) {
        return write(request, Requester.of(caller), target, commands, headers);
    }

    /// Executes `commands` atomically for any requester and in any realm.
    public Result<Change> write(
            Request request,
            Requester requester,
            @Nullable UserRef target,
            List<Command> commands,
            WriteHeaders headers) {
        Write write = new Write(requester.actor(), target, commands, headers.ifMatch());
        String key = headers.idempotencyKey();
        Signature signature = requester.signature();
        return directory.execute(new WriteRequest(
                requester.realm(),
                write,
                origin(request, requester.onBehalfOf()),
                key == null ? null : Retry.of(key, dialect, write),
                signature == null ? null : Proof.of(signature.text(), dialect, write, signature.alone()),
                headers.dryRun(),
                request.body().length));
    }

    /// Executes a write with an explicit [Retry], for writes that are not identified by their headers and commands
    /// alone.
    public Result<Change> send(Request request, long realm, Write write, @Nullable Retry retry, boolean dryRun) {
        return directory.execute(
                new WriteRequest(realm, write, origin(request, null), retry, dryRun, request.body().length));
    }

    /// Executes one command of a request with a streamed body.
    public Result<Change> sendStreamed(Request request, Actor actor, long realm, Command command, boolean dryRun) {
        return directory.execute(new WriteRequest(
                realm, new Write(actor, null, List.of(command), null), origin(request, null), null, dryRun, 0));
    }

    private Origin origin(Request request, @Nullable String onBehalfOf) {
        return new Origin(dialect, request.serverId(), request.clientId(), onBehalfOf);
    }
}
