package dev.muster.directory;

import dev.muster.directory.keys.PlatformThread;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Change;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.value.Digest;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.Database;
import dev.muster.storage.EvidenceStore;
import dev.muster.storage.JobRow;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores and returns evidence files in chunks. An upload is sealed and stored while it arrives.
///
/// Each file has its own key, which is stored in the sealed details of its job. Therefore a file that has no job, or
/// whose job or user was erased, cannot be opened.
public final class EvidenceFiles {
    /// The size of a chunk before sealing. The last chunk may be shorter.
    private static final int CHUNK_BYTES = 256 << 10;

    /// How long evidence is kept.
    private static final Duration RETENTION = Duration.ofDays(90);

    private static final int MAX_CONCURRENT = 4;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFiles.class);

    private final Database database;
    private final EvidenceStore store;
    private final Jobs jobs;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final RandomGenerator random;
    private final Semaphore uploads = new Semaphore(MAX_CONCURRENT);

    EvidenceFiles(
            Database database,
            EvidenceStore store,
            Jobs jobs,
            RealmKeys realmKeys,
            ReadClock now,
            RandomGenerator random) {
        this.database = database;
        this.store = store;
        this.jobs = jobs;
        this.realmKeys = realmKeys;
        this.now = now;
        this.random = random;
    }

    /// Starts an upload. Refuses: OverQuota if the realm may not store that much, StorageFull if too little disk
    /// space would remain, Busy if four other uploads are in progress or storage is unavailable.
    ///
    /// @param announced the length of the file in bytes; 0 if it is unknown, in which case the quota is checked as
    ///     the file arrives
    public Result<Sink> take(long realm, long announced) {
        if (!uploads.tryAcquire()) {
            return Result.refused(new Refusal.Busy(RETRY_AFTER));
        }
        boolean begun = false;
        try {
            Result<Sink> sink = StorageFailures.of(() -> begin(realm, announced));
            begun = sink instanceof Result.Ok<Sink>;
            return sink;
        } finally {
            if (!begun) {
                uploads.release();
            }
        }
    }

    private Result<Sink> begin(long realm, long announced) {
        // The quota is not cached, so that a quota set by root applies to the next upload on every server.
        long limit = realmKeys
                .get(realm)
                .macs()
                .quotas(database.read(reads -> reads.realms().quotas(realm)))
                .evidenceBytes();
        Sink sink = new Sink(realm, announced, limit);
        return store.begin(realm, sink.id, now.instant(), announced, limit)
                ? Result.ok(sink)
                : Result.refused(overQuota(limit));
    }

    private static Refusal overQuota(long limit) {
        return new Refusal.OverQuota("bytes of evidence", limit);
    }

    /// Writes a file as it arrives. If it throws an exception, the exception is passed on and nothing is kept.
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Receives one file. If it is closed before [#settle], the file is deleted.
    public final class Sink implements AutoCloseable {
        private final long realm;
        private final UUID id;
        private final Evidence.Key seed;
        private final SealingKey key;
        private final Sealer sealer = new Sealer();
        private final MessageDigest digest = Digest.startSha256();
        private final byte[] chunk = new byte[CHUNK_BYTES];
        private final long limit;
        private long taken;
        private int filled;
        private int number;
        private long size;
        private boolean finished;
        private boolean settled;
        private boolean closed;

        private Sink(long realm, long announced, long limit) {
            this.realm = realm;
            this.taken = announced;
            this.limit = limit;
            ReplayableRandom drawn = ReplayableRandom.draw(random);
            id = drawn.uuidV7(now.instant().toEpochMilli());
            seed = new Evidence.Key(drawn.next(RealmKey.SEED_BYTES));
            key = realmKeys.get(realm).key().evidence(seed.bytes());
        }

        /// Receives the whole file, which is durable when this method returns. Refuses: OverQuota and
        /// StorageFull as [#take] does, Busy if storage is unavailable.
        ///
        /// @param content writes the file; called on another thread while this one waits
        public Result<Evidence> fill(Content content) throws IOException {
            try {
                return PlatformThread.call("evidence", () -> StorageFailures.of(() -> filled(content)));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (OverQuotaException e) {
                return Result.refused(overQuota(limit));
            }
        }

        private Result<Evidence> filled(Content content) {
            try {
                content.writeTo(new Chunks());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Result.ok(finish());
        }

        private final class Chunks extends OutputStream {
            @Override
            public void write(int b) {
                take(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                take(bytes, offset, length);
            }
        }

        private void take(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
            size += length;
            for (int at = offset; at < offset + length; ) {
                // Hold back a full chunk until more data arrives, because the last chunk is sealed differently.
                if (filled == CHUNK_BYTES) {
                    seal(false);
                }
                int taken = Math.min(CHUNK_BYTES - filled, offset + length - at);
                System.arraycopy(bytes, at, chunk, filled, taken);
                filled += taken;
                at += taken;
            }
        }

        private void seal(boolean last) {
            if (size > taken) {
                long more = size - taken;
                if (!store.grow(realm, id, more, limit)) {
                    throw new OverQuotaException();
                }
                taken = size;
            }
            byte[] plain = Arrays.copyOf(chunk, filled);
            store.append(
                    realm,
                    id,
                    number,
                    sealer.seal(key, new SealingContext.EvidenceChunk(realm, id, number, last), random, plain));
            number++;
            filled = 0;
        }

        private Evidence finish() {
            seal(true);
            store.finish(realm, id, size);
            finished = true;
            return new Evidence(
                    id, size, new Digest(digest.digest()), seed, now.instant().plus(RETENTION));
        }

        /// Determines whether [#close] deletes the file. The file is kept if the command succeeded and a job
        /// now refers to it. It is deleted if the command was refused, was a dry run, or was a repetition of an
        /// earlier request. If the outcome is unknown or storage is unavailable, `Cleanup` decides later.
        public void settle(Result<Change> result) {
            settled = switch (result) {
                case Result.Ok<Change> _ -> isNamed();
                case Result.Refused<Change>(var refusal) -> refusal instanceof Refusal.OutcomeUnknown;
            };
        }

        private boolean isNamed() {
            boolean[] named = {true};
            ignoringFailure(() -> {
                named[0] = database.read(reads -> reads.jobs().namedEvidence(realm, List.of(id)))
                        .contains(id);
                if (named[0]) {
                    store.named(realm, id);
                }
            });
            return named[0];
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            uploads.release();
            if (!settled || !finished) {
                ignoringFailure(() -> store.delete(realm, id));
            }
        }
    }

    /// Thrown during a write to abort an upload that exceeds the realm's quota.
    private static final class OverQuotaException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OverQuotaException() {
            super("more evidence than the quota allows", null, false, false);
        }
    }

    /// Runs `chore` and ignores failures, because `Cleanup` later finds files that no job refers to.
    private static void ignoringFailure(Runnable chore) {
        try {
            chore.run();
        } catch (StorageException e) {
            LOG.warn("evidence: {}", e.getMessage());
        }
    }

    /// Returns the evidence of a job. Refuses: NotFound if there is none or it has expired, Forbidden without
    /// `evidence:read`.
    public Result<Opened> open(Actor actor, long realm, String jobId) {
        return actor.may(Scope.EVIDENCE_READ)
                ? open(realm, jobId)
                : Result.refused(Refusal.Forbidden.to(actor, Scope.EVIDENCE_READ));
    }

    /// Returns the evidence of a job to a caller who is authorized by other means, such as a signed link.
    public Result<Opened> open(long realm, String jobId) {
        return StorageFailures.of(() -> {
            Job job = database.snapshot(reads -> {
                JobRow row = reads.jobs().job(realm, jobId);
                return row == null ? null : jobs.open(reads, row);
            });
            Evidence evidence = job == null ? null : job.evidence();
            return evidence == null || evidence.key().bytes().length == 0 || !evidence.isKept(now.instant())
                    ? Result.refused(new Refusal.NotFound("evidence", jobId))
                    : Result.ok(new Opened(realm, evidence));
        });
    }

    /// A file that can be read from any offset.
    public interface Stored {
        /// The length in bytes.
        long size();

        /// Returns the content starting at `offset`, which is read lazily. Reading throws an IOException if a
        /// chunk is missing.
        InputStream from(long offset) throws IOException;
    }

    /// Readable evidence. Each chunk is verified before its bytes are returned.
    public final class Opened implements Stored {
        private final long realm;
        private final Evidence evidence;

        private Opened(long realm, Evidence evidence) {
            this.realm = realm;
            this.evidence = evidence;
        }

        @Override
        public long size() {
            return evidence.size();
        }

        @Override
        public InputStream from(long offset) throws IOException {
            InputStream in = new OpenedChunks(realm, evidence, (int) (offset / CHUNK_BYTES));
            in.skipNBytes(offset % CHUNK_BYTES);
            return in;
        }

        /// Writes the whole content.
        ///
        /// @throws IOException if `out` throws it or a chunk is missing
        public void writeTo(OutputStream out) throws IOException {
            from(0).transferTo(out);
        }
    }

    /// Reads a file starting at a given chunk. Holds one chunk in memory.
    private final class OpenedChunks extends InputStream {
        private final Sealer sealer = new Sealer();
        private final SealingKey key;
        private final long realm;
        private final Evidence evidence;
        private final int chunks;
        private int next;
        private byte[] chunk = {};
        private int at;

        OpenedChunks(long realm, Evidence evidence, int first) {
            this.key = realmKeys.get(realm).key().evidence(evidence.key().bytes());
            this.realm = realm;
            this.evidence = evidence;
            this.chunks = Math.max(1, Math.toIntExact(Math.ceilDiv(evidence.size(), CHUNK_BYTES)));
            this.next = first;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (at == chunk.length) {
                if (next == chunks) {
                    return -1;
                }
                byte[] sealed = store.chunk(realm, evidence.id(), next);
                if (sealed == null) {
                    throw new IOException("evidence was deleted while it was being read");
                }
                SealingContext place = new SealingContext.EvidenceChunk(realm, evidence.id(), next, next == chunks - 1);
                chunk = sealer.open(key, place, sealed);
                at = 0;
                next++;
            }
            int count = Math.min(length, chunk.length - at);
            System.arraycopy(chunk, at, into, offset, count);
            at += count;
            return count;
        }
    }
}
