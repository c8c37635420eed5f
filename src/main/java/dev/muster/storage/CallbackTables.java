package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.job.Callback;
import dev.muster.storage.JobTables.ErasedRow;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads and writes job callbacks and their delivery attempts.
public final class CallbackTables {
    private static final int MAX_ROWS = 100;

    private final Session session;

    CallbackTables(Session session) {
        this.session = session;
    }

    /// A row of `callback`. It has no MAC, because its content and address are read from the sealed job and the
    /// journal.
    ///
    /// @param readable whether all columns hold valid values; otherwise [#callback] throws
    public record CallbackRow(long realm, Callback callback, boolean readable) implements StoredRow {
        /// Creates a row to write.
        public CallbackRow(long realm, Callback callback) {
            this(realm, callback, true);
        }

        /// The callback.
        ///
        /// @throws UnreadableException if the row is not readable
        @Override
        public Callback callback() {
            return checked(callback);
        }

        @Override
        public UnreadableException unreadable() {
            return new UnreadableException("callback", Long.toString(callback.seq()));
        }

        static CallbackRow read(Row row) throws SQLException {
            long realm = row.number();
            long seq = row.number();
            UUID job = row.uuid();
            Callback.State state = row.coded(Callback.State.CODES);
            int attempts = row.small();
            Instant dueAt = row.instantOrNull();
            Instant firstAt = row.instantOrNull();
            if (state == Callback.State.WAITING && dueAt == null) {
                row.altered(state);
            }
            return new CallbackRow(realm, new Callback(seq, job, state, attempts, dueAt, firstAt), !row.isAltered());
        }

        private void insert(Parameters to) throws SQLException {
            to.number(realm).number(callback.seq()).uuid(callback.job()).code(callback.state());
            to.number(callback.attempts()).instant(callback.dueAt()).instant(callback.firstAt());
        }
    }

    /// A job's latest callbacks, at most 100, oldest first.
    public List<CallbackRow> ofJob(long realm, UUID job) {
        return session.list("callbacks_of_job", CallbackRow::read, realm, job, MAX_ROWS)
                .reversed();
    }

    /// The latest attempts to send a job's results, at most 100, oldest first.
    public List<Callback.Attempt> attempts(long realm, UUID job) {
        return session.list("callback_attempts_of_job", CallbackTables::attempt, realm, job, MAX_ROWS)
                .reversed();
    }

    private static Callback.Attempt attempt(Row row) throws SQLException {
        return new Callback.Attempt(
                row.number(),
                row.small(),
                row.instant(),
                row.small(),
                status(row.numberOrNull()),
                row.bytesOrNull(),
                row.textOrNull());
    }

    private static @Nullable Integer status(@Nullable Long stored) {
        return stored == null ? null : stored.intValue();
    }

    /// Saves new callbacks, and deletes the attempts of erased jobs, because a response may contain personal data.
    void save(Batch batch) {
        session.batch("callback_insert", batch.callbacks, 1, CallbackRow::insert);
        session.batch(
                "callback_attempts_erase",
                batch.changedJobs.stream()
                        .filter(row -> row.job().erasedAt() != null)
                        .toList(),
                -1,
                (row, to) -> to.number(row.realm()).uuid(row.id()));
        session.batch("callback_attempts_erase_user", batch.erasedUsers, -1, CallbackTables::eraseUser);
    }

    private static void eraseUser(ErasedRow row, Parameters to) throws SQLException {
        to.number(row.realm()).number(row.realm()).uuid(row.user());
    }
}
