package dev.muster.api.rest;

import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Hands the commands of this dialect to the directory, under the guards of their request.
final class Writes {
    static final String DIALECT = "rest";

    private final Directory directory;

    Writes(Directory directory) {
        this.directory = directory;
    }

    /// Does something to a user of the caller's realm.
    ///
    /// @param answer the reply to what changed
    /// @throws Declined when it is refused
    Reply toUser(Call call, UserRef user, Command.OnUser command, Function<Change, Reply> answer) {
        return toUser(call, call.realm(), user, command, answer);
    }

    /// Does something to a user of any realm, as only root may.
    Reply toUser(Call call, long realm, UserRef user, Command.OnUser command, Function<Change, Reply> answer) {
        return guarded(call, realm, user, command, answer);
    }

    /// Makes or replaces a user of the caller's realm.
    Reply put(Call call, Command.PutUser command, Function<Change, Reply> answer) {
        return guarded(call, call.realm(), null, command, answer);
    }

    private Reply guarded(
            Call call, long realm, @Nullable UserRef user, Command command, Function<Change, Reply> answer) {
        EntityTags tags = call.guards().ifMatch();
        if (tags == null) {
            return answered(execute(call, realm, user, command, null), answer);
        }
        // A write asks for one version. Of several, the one that the user is at is found by asking.
        Set<Long> asked = new HashSet<>();
        long version = tags.first();
        while (true) {
            asked.add(version);
            Result<Change> result = execute(call, realm, user, command, version);
            if (result instanceof Result.Refused<Change>(Refusal.Stale(var current))
                    && tags.matches(current)
                    && !asked.contains(current)) {
                version = current;
                continue;
            }
            return answered(result, answer);
        }
    }

    /// Makes something in a realm, or changes what is no user.
    Reply toRealm(Call call, long realm, Command command, Function<Change, Reply> answer) {
        if (call.guards().ifMatch() != null) {
            throw Declined.malformed("If-Match is for calls about one user.");
        }
        return answered(execute(call, realm, null, command, null), answer);
    }

    private Result<Change> execute(
            Call call, long realm, @Nullable UserRef user, Command command, @Nullable Long version) {
        Write write = new Write(call.actor(), user, List.of(command), version);
        String key = call.guards().idempotencyKey();
        return directory.execute(new WriteRequest(
                realm,
                write,
                new Origin(DIALECT, call.request().serverId(), call.request().clientId(), null),
                key == null ? null : WriteRequest.Retry.of(key, DIALECT, write),
                call.guards().dryRun(),
                call.request().body().length));
    }

    private static Reply answered(Result<Change> result, Function<Change, Reply> answer) {
        Change change = Declined.unlessRefused(result);
        Reply reply = answer.apply(change);
        return change.replayed() ? reply.with("Idempotency-Replayed", "true") : reply;
    }
}
