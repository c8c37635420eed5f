package dev.muster.storage;

import dev.muster.storage.DeliveryTables.AttemptRow;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Stores webhook leases and delivery progress over two connections, which are opened on first use. Statements about
/// leases work across realms, and never serve a partner's request. Thread-safe; calls on the same connection are
/// serialised.
///
/// A lease lasts [#LEASE_SECONDS] by the database's clock. Taking a lease increments the webhook's fence, and [#save]
/// requires the fence of the writer's lease, so a server that has lost its lease without noticing cannot save progress.
public final class DeliveryStore implements AutoCloseable {
    /// The duration of a lease that is not renewed. The SQL statements contain the same number.
    public static final int LEASE_SECONDS = 30;

    /// The number of attempts kept per webhook.
    public static final int MAX_ATTEMPTS = 1_000;

    private final ChoreWriter writer;

    /// A connection that does not wait for the disk. Most calls of [#save] use it, because a busy webhook saves
    /// many times a second. If a saved cursor is lost, the next save writes it again, or at worst some events are
    /// sent again.
    private final ChoreWriter progress;

    /// Serialises this server's statements that write many rows, so that its two connections cannot deadlock.
    private final ReentrantLock writeLock = new ReentrantLock();

    DeliveryStore(Engine engine) {
        writer = new ChoreWriter(engine);
        progress = ChoreWriter.ofProgress(engine);
    }

    /// An active webhook.
    ///
    /// @param fence a counter that is incremented by each change of the webhook and by each lease
    /// @param requestCount a counter that is incremented by each request to resend something or to end a pause
    /// @param leasedBy the server that holds the lease; null if there is no lease
    /// @param isFree whether the lease has expired
    public record ActiveRow(
            EndpointKey endpoint,
            long fence,
            long requestCount,
            @Nullable UUID leasedBy,
            boolean isFree) {
        static ActiveRow read(Row row) throws SQLException {
            return new ActiveRow(
                    new EndpointKey(row.number(), row.uuid()),
                    row.number(),
                    row.number(),
                    row.uuidOrNull(),
                    row.bool());
        }
    }

    /// Takes the lease of a webhook.
    ///
    /// @param seen the row as it was read; the lease is not taken if the row has changed since
    /// @return whether the lease was taken; its fence is one higher than that of `seen`
    public boolean lease(ActiveRow seen, UUID server) {
        return writer.urgent(session -> session.update(
                        "webhook_lease", server, seen.endpoint.realm(), seen.endpoint.webhook(), seen.fence, server))
                > 0;
    }

    /// Renews those of a server's leases that have not expired.
    public void renew(UUID server) {
        writeMany(writer, session -> session.update("webhook_leases_renew", server));
    }

    /// Ends all leases of a server.
    public void release(UUID server) {
        writer.urgent(session -> session.update("webhook_leases_release", server));
    }

    /// Sets the webhooks of a realm back to entry `seq` if they are beyond it, because the journal has lost the entries
    /// after it. Ends their leases, so that the servers that deliver to them read their progress again.
    public void rewind(long realm, long seq) {
        writer.urgent(session -> session.update("webhook_progress_rewind", seq, seq, realm));
    }

    /// Ends all leases. Used only with the embedded database, which has a single server, so that any leases it
    /// contains are left over from an earlier run.
    public void releaseAll() {
        writer.urgent(session -> session.update("webhook_leases_release_all"));
    }

    /// A webhook's progress, to be saved in one transaction.
    ///
    /// @param replayNext the entry at which a replay continues; null if there is no replay
    /// @param put the rows to write for events that are set aside
    /// @param removed the rows to delete for events that are no longer set aside
    /// @param attempts the attempts, oldest first; their numbers are assigned on saving
    public record SaveRow(
            EndpointKey endpoint,
            long fence,
            long cursor,
            byte[] beyond,
            int failures,
            @Nullable Instant retryAt,
            @Nullable Instant failingSince,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant lastAttemptAt,
            @Nullable Long replayNext,
            boolean isReplayDone,
            List<OpenRow> put,
            List<OpenRow.Id> removed,
            List<AttemptRow> attempts) {}

    /// Saves the progress of webhooks in one transaction.
    ///
    /// @return the webhooks whose fence was raised since they were leased; their progress was not saved
    public Set<EndpointKey> save(Collection<SaveRow> rows) {
        Set<EndpointKey> lost = new HashSet<>();
        writeMany(isOnlyProgress(rows) ? progress : writer, session -> {
            lost.clear();
            int written = 0;
            for (SaveRow row : rows) {
                if (progress(session, row) == 0) {
                    lost.add(row.endpoint);
                } else {
                    written += 1 + row.put.size() + row.removed.size() + row.attempts.size();
                    open(session, row);
                    attempts(session, row.endpoint, row.attempts);
                }
            }
            return written;
        });
        return lost;
    }

    /// Whether losing these rows would be harmless. It would not be harmless if an event's row is put or removed or
    /// if a replay has ended, because later saves do not repeat such changes.
    private static boolean isOnlyProgress(Collection<SaveRow> rows) {
        return rows.stream().allMatch(row -> row.put.isEmpty() && row.removed.isEmpty() && !row.isReplayDone);
    }

    private int writeMany(ChoreWriter by, ToIntFunction<Session> work) {
        writeLock.lock();
        try {
            return by.urgent(work);
        } finally {
            writeLock.unlock();
        }
    }

    private static int progress(Session session, SaveRow row) {
        int written = session.update(
                "webhook_progress_save",
                row.cursor,
                row.beyond,
                row.failures,
                row.retryAt == null ? null : row.retryAt.toEpochMilli(),
                row.failingSince == null ? null : row.failingSince.toEpochMilli(),
                row.lastSuccessAt == null ? null : row.lastSuccessAt.toEpochMilli(),
                row.lastAttemptAt == null ? null : row.lastAttemptAt.toEpochMilli(),
                row.endpoint.realm(),
                row.endpoint.webhook(),
                row.fence);
        if (written > 0 && row.isReplayDone) {
            session.update("webhook_replay_end", row.endpoint.realm(), row.endpoint.webhook());
        } else if (written > 0 && row.replayNext != null) {
            session.update("webhook_replay_save", row.replayNext, row.endpoint.realm(), row.endpoint.webhook());
        }
        return written;
    }

    private static void open(Session session, SaveRow row) {
        EndpointKey endpoint = row.endpoint;
        session.batch("webhook_open_put", row.put, 1, (each, to) -> each.write(endpoint, to));
        session.batch(
                "webhook_open_delete",
                row.removed,
                -1,
                (id, to) -> to.number(endpoint.realm())
                        .uuid(endpoint.webhook())
                        .number(id.seq())
                        .small(id.part())
                        .bool(id.isResend()));
    }

    /// Stores attempts in place of the oldest ones: a row's key is the attempt's number modulo the number of
    /// attempts kept.
    private static void attempts(Session session, EndpointKey endpoint, List<AttemptRow> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        session.update("webhook_attempts_count", attempts.size(), endpoint.realm(), endpoint.webhook());
        Long last = session.one("webhook_attempts_last", Row::number, endpoint.realm(), endpoint.webhook());
        if (last == null) {
            return;
        }
        long[] number = {last - attempts.size()};
        session.batch("webhook_attempt_put", attempts, 1, (each, to) -> each.write(endpoint, ++number[0], to));
    }

    /// Records an attempt that did not send an event, such as a ping.
    ///
    /// @param endsPause whether to end the webhook's pause after failures
    public void attempted(EndpointKey endpoint, AttemptRow attempt, boolean endsPause) {
        writer.urgent(session -> {
            attempts(session, endpoint, List.of(attempt));
            return endsPause ? 1 + session.update("webhook_wait_end", endpoint.realm(), endpoint.webhook()) : 1;
        });
    }

    /// Requests a replay of entries.
    ///
    /// @return false if a replay is in progress, or if the webhook does not exist
    public boolean replay(EndpointKey endpoint, long from, long to) {
        return writer.urgent(session ->
                        session.update("webhook_replay_begin", from, to, endpoint.realm(), endpoint.webhook()))
                > 0;
    }

    /// Requests that an event be sent immediately.
    ///
    /// @param row the new state of an event that is set aside, or a new row
    /// @param max the maximum number of the webhook's events that may be set aside and not given up
    /// @return false if this maximum has been reached, or if the webhook does not exist
    public boolean send(EndpointKey endpoint, OpenRow row, int max) {
        return writer.urgent(session -> {
                    // The progress is updated first: if the webhook has been deleted in the meantime, no row is added.
                    int asked = session.update("webhook_ask", endpoint.realm(), endpoint.webhook());
                    if (asked == 0
                            || session.count("webhook_open_to_send_count", endpoint.realm(), endpoint.webhook(), max)
                                    >= max) {
                        return 0;
                    }
                    session.batch("webhook_open_put", List.of(row), 1, (each, to) -> each.write(endpoint, to));
                    return 1 + asked;
                })
                > 0;
    }

    /// Deletes up to `limit` attempts that were made before the given time, across all realms.
    ///
    /// @return the number deleted; less than `limit` if none are left
    public int forgetAttempts(Instant before, int limit) {
        return writeMany(writer, session -> session.update("webhook_attempts_delete_old", before, limit));
    }

    /// Deletes up to `limit` events that were given up before the given time, across all realms.
    ///
    /// @return the number deleted; less than `limit` if none are left
    public int forgetGivenUp(Instant before, int limit) {
        return writeMany(writer, session -> session.update("webhook_open_delete_old", before, limit));
    }

    @Override
    public void close() {
        progress.close();
        writer.close();
    }
}
