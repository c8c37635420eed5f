package dev.muster.storage;

import dev.muster.storage.StorageException.Kind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Evidence, a chunk at a time, sealed by others: in a file of its own beside the embedded database, or in tables of
/// PostgreSQL's. For any number of threads, which take turns to write, each for one chunk; nobody waits for a lane.
///
/// A piece of evidence is begun, appended to, and finished; then a job names it. What was begun and is named by no job
/// stays until somebody deletes it: see [#pending].
public final class EvidenceStore implements AutoCloseable {
    private static final int READERS = 4;

    /// How many chunks go in one transaction, so that who writes meanwhile does not wait for all of a large file.
    private static final int DELETED_AT_ONCE = 32;

    private final Engine engine;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Semaphore reading = new Semaphore(READERS, true);
    private final ConcurrentLinkedDeque<Session> readers = new ConcurrentLinkedDeque<>();
    private @Nullable Session writer;
    private volatile boolean closed;

    EvidenceStore(Engine engine) {
        this.engine = engine;
    }

    /// Evidence that was begun.
    public record Begun(long realm, UUID id, Instant at) {}

    /// Begins a piece of evidence, for which `bytes` are taken from what the realm may store.
    ///
    /// @param limit what all of the realm's evidence may have together
    /// @return false when that would be more; then nothing is begun
    public boolean begin(long realm, UUID id, Instant at, long bytes, long limit) {
        engine.checkRoomForEvidence(bytes);
        return write(session -> {
                    session.update("evidence_use_begin", to -> to.number(realm));
                    if (!take(session, realm, bytes, limit)) {
                        return 0;
                    }
                    return session.update(
                            "evidence_begin",
                            to -> to.number(realm).uuid(id).instant(at).number(bytes));
                })
                == 1;
    }

    /// Takes `more` bytes for what was begun, as [#begin] does.
    public boolean grow(long realm, UUID id, long more, long limit) {
        return write(session -> take(session, realm, more, limit)
                        ? session.update(
                                "evidence_grow",
                                to -> to.number(more).number(realm).uuid(id))
                        : 0)
                == 1;
    }

    private static boolean take(Session session, long realm, long bytes, long limit) {
        return session.update(
                        "evidence_use_take",
                        to -> to.number(bytes).number(realm).number(bytes).number(limit))
                == 1;
    }

    /// How many bytes all of a realm's evidence has, with those that were taken for what is being uploaded.
    public long used(long realm) {
        Long bytes = read(session -> session.one("evidence_used", to -> to.number(realm), Row::numberOrNull));
        return bytes == null ? 0 : bytes;
    }

    /// Adds a chunk to what was begun and is not finished. It is durable when [#finish] has returned, or before.
    ///
    /// @param no counts from 0
    public void append(long realm, UUID id, int no, byte[] sealed) {
        engine.checkRoomForEvidence(sealed.length);
        write(session -> {
            int rows = session.update(
                    "evidence_append",
                    to -> to.small(no).bytes(sealed).number(realm).uuid(id));
            if (rows != 1) {
                throw new StorageException(Kind.STATEMENT, "the evidence was finished or deleted meanwhile");
            }
            return rows;
        });
    }

    /// Ends what was begun; all of it is durable when this returns.
    ///
    /// @param bytes how long it is; what was taken beyond that is given back
    public void finish(long realm, UUID id, long bytes) {
        int rows = write(session -> {
            give(session, realm, id, bytes);
            return session.update(
                    "evidence_finish", to -> to.number(bytes).number(realm).uuid(id));
        });
        if (rows != 1) {
            throw new StorageException(Kind.STATEMENT, "the evidence was finished or deleted meanwhile");
        }
    }

    /// Notes that a job names this evidence, so that it is no longer pending. Again, it changes nothing.
    ///
    /// @return false when there is no such evidence, or it is not finished
    public boolean named(long realm, UUID id) {
        return write(session ->
                        session.update("evidence_name", to -> to.number(realm).uuid(id)))
                == 1;
    }

    /// A chunk, or null when there is none.
    public byte @Nullable [] chunk(long realm, UUID id, int no) {
        return read(session ->
                session.one("evidence_chunk", to -> to.number(realm).uuid(id).small(no), Row::bytes));
    }

    /// Deletes all of it, in slices; broken off, it can be done again. What is not there is deleted already.
    public void delete(long realm, UUID id) {
        int rows;
        do {
            rows = write(session -> {
                int chunks = session.update(
                        "evidence_delete_chunks",
                        to -> to.number(realm).uuid(id).number(DELETED_AT_ONCE));
                if (chunks < DELETED_AT_ONCE) {
                    give(session, realm, id, 0);
                    session.update("evidence_delete", to -> to.number(realm).uuid(id));
                }
                return chunks;
            });
        } while (rows == DELETED_AT_ONCE);
    }

    /// Gives back what a piece of evidence takes up, but for `kept`.
    private static void give(Session session, long realm, UUID id, long kept) {
        session.update(
                "evidence_use_give",
                to -> to.number(kept).number(realm).uuid(id).number(realm));
    }

    /// What was begun before `before`, in any realm, and was not said to be named by a job, the oldest first. A server
    /// that ended between the one and the other may not have said it: ask [Reads#namedEvidence] before deleting.
    public List<Begun> pending(Instant before, int limit) {
        return read(session -> session.list(
                "evidence_pending",
                to -> to.instant(before).number(limit),
                row -> new Begun(row.number(), row.uuid(), row.instant())));
    }

    private int write(Function<Session, Integer> work) {
        turn.lock();
        try {
            checkOpen();
            Session known = writer;
            if (known == null) {
                known = engine.evidenceWriter();
                writer = known;
            }
            known.begin();
            int rows = work.apply(known);
            known.commit();
            return rows;
        } catch (RuntimeException e) {
            // Closing gives up a transaction that may be open; the next one opens another connection.
            closeWriter();
            throw e;
        } finally {
            turn.unlock();
        }
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
            Session idle = readers.poll();
            Session session = idle == null ? engine.evidenceReader() : idle;
            boolean sound = false;
            try {
                T result = work.apply(session);
                sound = true;
                return result;
            } finally {
                if (sound && !closed) {
                    readers.push(session);
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

    private void closeWriter() {
        Session known = writer;
        writer = null;
        if (known != null) {
            known.close();
        }
    }

    /// Waits for who is reading or writing.
    @Override
    public void close() {
        closed = true;
        turn.lock();
        try {
            closeWriter();
        } finally {
            turn.unlock();
        }
        reading.acquireUninterruptibly(READERS);
        try {
            for (Session reader = readers.poll(); reader != null; reader = readers.poll()) {
                reader.close();
            }
        } finally {
            reading.release(READERS);
        }
    }
}
