package dev.muster.storage;

import dev.muster.storage.engine.Engine;
import dev.muster.storage.sql.IdleSessions;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.SharedSession;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Stores evidence in sealed chunks, either in a separate file next to the embedded database or in PostgreSQL tables.
/// Thread-safe. Writers take turns after each chunk, and never wait for a lane.
///
/// A piece of evidence is begun, appended to and finished; then a job names it. Evidence that no job names is kept
/// until it is deleted; see [#pending].
public final class EvidenceStore implements AutoCloseable {
    private static final int READERS = 4;

    /// How many chunks one transaction deletes, so that writers need not wait for a large file to be deleted.
    private static final int CHUNKS_PER_DELETE = 32;

    private final Engine engine;
    private final SharedSession writer;
    private final Semaphore reading = new Semaphore(READERS, true);
    private final IdleSessions readers = new IdleSessions();
    private volatile boolean closed;

    EvidenceStore(Engine engine) {
        this.engine = engine;
        writer = new SharedSession(() -> {
            checkOpen();
            return engine.evidenceWriter();
        });
    }

    /// Evidence that was begun but has not been named by a job yet.
    public record PendingEvidence(long realm, UUID id, Instant at) {}

    /// Begins a piece of evidence and counts `bytes` towards the realm's quota.
    ///
    /// @param limit the quota for all of the realm's evidence
    /// @return false if the quota would be exceeded; then nothing is begun
    public boolean begin(long realm, UUID id, Instant at, long bytes, long limit) {
        engine.checkRoomForEvidence(bytes);
        return writer.inTransaction(session -> {
            session.update("evidence_use_begin", realm);
            return take(session, realm, bytes, limit) && session.update("evidence_begin", realm, id, at, bytes) == 1;
        });
    }

    /// Counts `more` bytes for evidence in progress, up to the same limit as [#begin].
    ///
    /// @return false if the quota would be exceeded, or the evidence is no longer in progress
    public boolean grow(long realm, UUID id, long more, long limit) {
        return writer.inTransaction(session -> {
            if (!take(session, realm, more, limit)) {
                return false;
            }
            if (session.update("evidence_grow", more, realm, id) == 1) {
                return true;
            }
            // The evidence was finished or deleted in the meantime, so the bytes just taken are given back.
            take(session, realm, -more, Long.MAX_VALUE);
            return false;
        });
    }

    private static boolean take(Session session, long realm, long bytes, long limit) {
        return session.update("evidence_use_take", bytes, realm, bytes, limit) == 1;
    }

    /// The size of all of a realm's evidence in bytes, including bytes counted for uploads in progress.
    public long used(long realm) {
        Long bytes = read(session -> session.one("evidence_used", Row::numberOrNull, realm));
        return bytes == null ? 0 : bytes;
    }

    /// Appends a chunk to evidence that is not finished. The chunk is not guaranteed to be durable until [#finish]
    /// has returned.
    ///
    /// @param number the number of the chunk, counting from 0
    public void append(long realm, UUID id, int number, byte[] sealed) {
        engine.checkRoomForEvidence(sealed.length);
        int rows = writer.inTransaction(session -> session.update("evidence_append", number, sealed, realm, id));
        checkTouched(rows);
    }

    /// Finishes the evidence. All of it is durable when this method returns.
    ///
    /// @param bytes the length of the evidence; bytes counted beyond it are released
    public void finish(long realm, UUID id, long bytes) {
        int rows = writer.inTransaction(session -> {
            give(session, realm, id, bytes);
            return session.update("evidence_finish", bytes, realm, id);
        });
        checkTouched(rows);
    }

    private static void checkTouched(int rows) {
        if (rows != 1) {
            throw new StorageException(Kind.STATEMENT, "the evidence was finished or deleted meanwhile");
        }
    }

    /// Records that a job names this evidence, so that it is no longer pending. Idempotent.
    ///
    /// @return false if there is no such evidence, or it is not finished
    public boolean named(long realm, UUID id) {
        return writer.inTransaction(session -> session.update("evidence_name", realm, id)) == 1;
    }

    /// A chunk; null if there is none.
    public byte @Nullable [] chunk(long realm, UUID id, int number) {
        return read(session -> session.one("evidence_chunk", Row::bytes, realm, id, number));
    }

    /// Deletes evidence in several small transactions. Idempotent, so it can be repeated after an interruption.
    public void delete(long realm, UUID id) {
        int rows;
        do {
            rows = writer.inTransaction(session -> {
                int chunks = session.update("evidence_delete_chunks", realm, id, CHUNKS_PER_DELETE);
                if (chunks < CHUNKS_PER_DELETE) {
                    give(session, realm, id, 0);
                    session.update("evidence_delete", realm, id);
                }
                return chunks;
            });
        } while (rows == CHUNKS_PER_DELETE);
    }

    /// Releases the bytes counted for a piece of evidence, except `kept` bytes.
    private static void give(Session session, long realm, UUID id, long kept) {
        session.update("evidence_use_give", kept, realm, id, realm);
    }

    /// Returns evidence, across all realms, that was begun before the given time and has not been marked by
    /// [#named], oldest first. A server that stopped may have failed to mark it, so check [JobTables#namedEvidence]
    /// before deleting it.
    public List<PendingEvidence> pending(Instant before, int limit) {
        return read(session -> session.list(
                "evidence_pending",
                row -> new PendingEvidence(row.number(), row.uuid(), row.instant()),
                before,
                limit));
    }

    private <T extends @Nullable Object> T read(Function<Session, T> work) {
        try {
            reading.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting to read", e);
        }
        try {
            checkOpen();
            Session idle = readers.take();
            Session session = idle == null ? engine.evidenceReader() : idle;
            boolean sound = false;
            try {
                T result = work.apply(session);
                sound = true;
                return result;
            } finally {
                if (sound && !closed) {
                    readers.release(session);
                } else {
                    session.close();
                }
            }
        } finally {
            reading.release();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new StorageException(Kind.UNREACHABLE, "the store of evidence is closed");
        }
    }

    /// Closes the store once running reads and writes have finished.
    @Override
    public void close() {
        closed = true;
        writer.close();
        reading.acquireUninterruptibly(READERS);
        readers.close();
        reading.release(READERS);
    }
}
