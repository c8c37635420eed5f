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
/// A claim raises the number of attempts. Nothing is recorded about an attempt unless it is still the last one, so a
/// server that was suspended during an attempt cannot overwrite the results of a later attempt.
public final class CallbackStore {
    private final ChoreWriter writer;

    CallbackStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// The result of an attempt.
    ///
    /// @param dueAt when the next attempt starts; null unless the state is `WAITING`
    /// @param attempt null if no request was made, because the job has been erased
    public record Ended(
            long realm,
            long seq,
            UUID job,
            int no,
            Callback.State state,
            @Nullable Instant dueAt,
            Callback.@Nullable Attempt attempt) {}

    /// Realms with a due callback, each once, ordered by number.
    ///
    /// @param after the number of the last realm of the previous page; -1 for the first page
    public List<Long> realmsDue(long after, Instant now, int limit) {
        return writer.with(session -> session.list("callback_realms_due", Row::number, after, now, limit));
    }

    /// Due callbacks of a realm, longest waiting first, without those that wait for an earlier result of the same job.
    public List<CallbackRow> due(long realm, Instant now, int limit) {
        return writer.with(session -> session.list("callbacks_due", CallbackRow::read, realm, now, limit));
    }

    /// Starts the next attempt of a callback.
    ///
    /// @param until when the attempt counts as lost, so that another may start
    /// @return false if another server has started it
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

    /// Records finished attempts, except those of jobs that have been erased since.
    public void ended(Collection<Ended> all) {
        Set<Long> realms = all.stream().map(Ended::realm).collect(Collectors.toSet());
        // Takes the same lock as a lane, so that no erasure happens between the check and the insertion.
        writer.writeIn(
                realms,
                session -> all.stream().mapToInt(ended -> ended(session, ended)).sum());
    }

    private static int ended(Session session, Ended ended) {
        int rows = session.update("callback_end", ended.state.code(), ended.dueAt, ended.realm, ended.seq, ended.no);
        Callback.Attempt attempt = ended.attempt;
        if (attempt == null) {
            return rows;
        }
        return rows
                + session.update(
                        "callback_attempt_insert",
                        ended.realm,
                        attempt.seq(),
                        attempt.no(),
                        ended.job,
                        attempt.at(),
                        attempt.millis(),
                        attempt.status(),
                        attempt.sealedReply(),
                        attempt.error(),
                        ended.realm,
                        ended.job);
    }

    /// Makes a callback due again, in any state.
    public void repeat(long realm, long seq, Instant now) {
        writer.write(session -> session.update("callback_repeat", now, realm, seq));
    }

    /// Deletes some of the attempts made before `before`, in any realm.
    ///
    /// @return the number deleted; less than `limit` if none are left
    public int forgetAttempts(Instant before, int limit) {
        return writer.urgent(session -> session.update("callback_attempt_delete_old", before, limit));
    }
}
