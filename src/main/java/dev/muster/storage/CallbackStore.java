package dev.muster.storage;

import dev.muster.model.job.Callback;
import dev.muster.storage.CallbackTables.CallbackRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Claims due callbacks, and records the results of attempts.
///
/// Each claim increments the number of attempts. A result is recorded only if its attempt is still the latest one, so a
/// server that was suspended during an attempt cannot overwrite the results of a later attempt.
public final class CallbackStore {
    private final ChoreWriter writer;

    CallbackStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// The result of an attempt.
    ///
    /// @param dueAt when the next attempt is due; null unless the state is `WAITING`
    /// @param attempt the attempt; null if no request was made, because the job has been erased
    public record AttemptResult(
            long realm,
            long seq,
            UUID job,
            int number,
            Callback.State state,
            @Nullable Instant dueAt,
            Callback.@Nullable Attempt attempt) {}

    /// Returns the realms that have a due callback, without duplicates, ordered by number.
    ///
    /// @param after the number of the last realm of the previous page; -1 for the first page
    public List<Long> realmsDue(long after, Instant now, int limit) {
        return writer.with(session -> session.list("callback_realms_due", Row::number, after, now, limit));
    }

    /// Returns a realm's due callbacks, longest waiting first. Omits those that wait for an earlier result of the
    /// same job.
    public List<CallbackRow> due(long realm, Instant now, int limit) {
        return writer.with(session -> session.list("callbacks_due", CallbackRow::read, realm, now, limit));
    }

    /// Starts the next attempt of a callback.
    ///
    /// @param until the time after which the attempt is considered lost, so that another may start
    /// @return false if another server has already started it
    public boolean claim(CallbackRow row, Instant now, Instant until) {
        return writer.urgent(session -> session.update(
                        "callback_claim",
                        until,
                        now,
                        row.realm(),
                        row.callback().seq(),
                        row.callback().attempts()))
                > 0;
    }

    /// Records finished attempts, except for jobs that have been erased in the meantime.
    public void ended(Collection<AttemptResult> all) {
        Set<Long> realms = all.stream().map(AttemptResult::realm).collect(Collectors.toSet());
        // Locks the realms as a lane does, so that no erasure can happen between the check and the insertion.
        writer.writeIn(
                realms,
                session -> all.stream().mapToInt(ended -> ended(session, ended)).sum());
    }

    private static int ended(Session session, AttemptResult ended) {
        int rows =
                session.update("callback_end", ended.state.code(), ended.dueAt, ended.realm, ended.seq, ended.number);
        Callback.Attempt attempt = ended.attempt;
        if (attempt == null) {
            return rows;
        }
        return rows
                + session.update(
                        "callback_attempt_insert",
                        ended.realm,
                        attempt.seq(),
                        attempt.number(),
                        ended.job,
                        attempt.at(),
                        attempt.millis(),
                        attempt.status(),
                        attempt.sealedReply(),
                        attempt.error(),
                        ended.realm,
                        ended.job);
    }

    /// Makes a callback due again, whatever its state.
    public void repeat(long realm, long seq, Instant now) {
        writer.write(session -> session.update("callback_repeat", now, realm, seq));
    }

    /// Deletes up to `limit` attempts that were made before the given time, across all realms.
    ///
    /// @return the number deleted; less than `limit` if none are left
    public int forgetAttempts(Instant before, int limit) {
        return writer.urgent(session -> session.update("callback_attempt_delete_old", before, limit));
    }
}
