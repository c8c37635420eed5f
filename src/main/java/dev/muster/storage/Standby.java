package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.PostgresStandby;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers reads of a realm from a standby, if it provably has everything that the primary had confirmed before. What
/// it has is known by the realm's journal: each batch names the hash of its last entry, and an entry's hash covers all
/// earlier ones. So a standby whose snapshot ends with an entry of the primary's journal, and not before the primary's
/// end, has the primary's history and nothing else. This needs no positions of the write-ahead log, which say nothing
/// about a standby that follows another history after a failover.
///
/// A standby never fails a read: if it cannot answer, the caller asks the primary. Thread-safe.
final class Standby implements AutoCloseable {
    /// How long a read waits for the standby to replay what it lacks, which usually takes a few milliseconds.
    private static final Duration MAX_WAIT = Duration.ofMillis(100);

    private static final Duration WAIT_STEP = Duration.ofMillis(5);

    /// How long the standby is left alone after it lagged too far behind or failed.
    private static final Duration PAUSE_LAGGING = Duration.ofSeconds(1);

    private static final Duration PAUSE_FAILED = Duration.ofSeconds(10);

    /// How long a response about the end of the journal may take.
    private static final Duration CHECK_TIMEOUT = Duration.ofMillis(500);

    /// A little longer than the server itself allows a statement to take.
    private static final Duration WORK_TIMEOUT = Engine.READ_DEADLINE.plusMillis(500);

    private static final Duration REPEAT_WARNING_AFTER = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(Standby.class);

    private final PostgresStandby connections;
    private final Semaphore permits = new Semaphore(Engine.READERS);
    private final Map<StandbyOutcome, LongAdder> counts = new EnumMap<>(StandbyOutcome.class);
    private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - REPEAT_WARNING_AFTER.toNanos());
    private volatile @Nullable Pause pause;
    private volatile boolean schemaChecked;
    private volatile long behind;

    private record Pause(StandbyOutcome reason, long untilNanos) {}

    /// The answer of a standby.
    record Answer<T extends @Nullable Object>(T value) {}

    Standby(PostgresStandby connections) {
        this.connections = connections;
        for (StandbyOutcome outcome : StandbyOutcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /// Runs a read on the standby. Returns null if the primary must answer it.
    <T extends @Nullable Object> @Nullable Answer<T> answer(
            Database primary, long realm, Function<StandbyReads, T> work) {
        Pause current = pause;
        if (current != null && System.nanoTime() - current.untilNanos < 0) {
            count(current.reason);
            return null;
        }
        BatchRow end = primary.read(reads -> reads.journal().present(realm));
        if (end.lastSeq() == 0) {
            // Without entries, nothing proves which history the standby has, and there is hardly anything to read.
            return null;
        }
        if (!permits.tryAcquire()) {
            count(StandbyOutcome.BUSY);
            return null;
        }
        try {
            return ask(primary, end, work);
        } catch (StorageException e) {
            failed(e);
            return null;
        } catch (UnreadableException e) {
            // Whether a row is damaged, the primary decides.
            count(StandbyOutcome.FAILED);
            return null;
        } finally {
            permits.release();
        }
    }

    private <T extends @Nullable Object> @Nullable Answer<T> ask(
            Database primary, BatchRow end, Function<StandbyReads, T> work) {
        long giveUp = System.nanoTime() + MAX_WAIT.toNanos();
        Session session = connections.reader();
        boolean sound = false;
        try {
            connections.limit(session, CHECK_TIMEOUT);
            session.begin();
            while (!has(session, primary, end)) {
                session.rollback();
                if (System.nanoTime() - giveUp > 0 || !sleep()) {
                    lagging();
                    sound = true;
                    return null;
                }
                session.begin();
            }
            if (!schemaChecked) {
                connections.checkSchema(session);
                schemaChecked = true;
            }
            connections.limit(session, WORK_TIMEOUT);
            session.deadline(System.nanoTime() + Engine.READ_DEADLINE.toNanos());
            T value = work.apply(new Reads(session));
            session.commit();
            sound = true;
            count(StandbyOutcome.STANDBY);
            return new Answer<>(value);
        } finally {
            if (sound) {
                connections.release(session);
            } else {
                connections.discard(session);
            }
        }
    }

    /// The end of a realm's journal on the standby.
    private record Head(boolean isStandby, long no, long seq, byte[] head) {
        static Head read(Row row) throws SQLException {
            return new Head(row.bool(), row.number(), row.number(), row.bytes());
        }
    }

    /// Whether the snapshot of this transaction has all of the primary's journal up to `end`. Throws a
    /// [StorageException] if the server is not a standby of the primary.
    private boolean has(Session session, Database primary, BatchRow end) {
        Head head = session.one("standby_head", Head::read, end.realm());
        if (head == null || !head.isStandby) {
            throw new StorageException(Kind.STATEMENT, "it is not a standby, or no longer one");
        }
        behind = Math.max(0, end.lastSeq() - head.seq);
        if (head.no < end.no() || head.seq < end.lastSeq()) {
            return false;
        }
        byte[] expected = head.seq == end.lastSeq() ? end.head() : hash(primary, end.realm(), head.seq);
        if (!Arrays.equals(head.head, expected)) {
            throw new StorageException(Kind.STATEMENT, "the journal there is not that of the primary");
        }
        return true;
    }

    /// The hash of an entry on the primary; empty if there is no such entry. The standby has it already if it was
    /// written since the primary was asked for its end.
    private static byte[] hash(Database primary, long realm, long seq) {
        List<JournalRow> rows = primary.read(reads -> reads.journal().entries(realm, seq - 1, seq, 1));
        return rows.isEmpty() ? new byte[0] : rows.getFirst().hash();
    }

    private static boolean sleep() {
        try {
            Thread.sleep(WAIT_STEP);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void lagging() {
        count(StandbyOutcome.LAGGING);
        pause(StandbyOutcome.LAGGING, PAUSE_LAGGING);
        if (mayWarn()) {
            LOG.warn("the standby lags behind by {} entries of a journal; the primary answers its reads", behind);
        }
    }

    private void failed(StorageException e) {
        count(StandbyOutcome.FAILED);
        pause(StandbyOutcome.FAILED, PAUSE_FAILED);
        schemaChecked = false;
        if (mayWarn()) {
            LOG.warn("the standby is not used for {} s: {}", PAUSE_FAILED.toSeconds(), e.getMessage());
        }
    }

    private void pause(StandbyOutcome reason, Duration length) {
        pause = new Pause(reason, System.nanoTime() + length.toNanos());
    }

    private boolean mayWarn() {
        long last = warnedNanos.get();
        long now = System.nanoTime();
        return now - last >= REPEAT_WARNING_AFTER.toNanos() && warnedNanos.compareAndSet(last, now);
    }

    private void count(StandbyOutcome outcome) {
        Objects.requireNonNull(counts.get(outcome)).increment();
    }

    /// How many reads had this outcome.
    long reads(StandbyOutcome outcome) {
        return Objects.requireNonNull(counts.get(outcome)).sum();
    }

    /// How many entries of its realm's journal the standby lacked when it was last asked.
    long behind() {
        return behind;
    }

    @Override
    public void close() {
        connections.close();
    }
}
