package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.storage.EvidenceStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests the evidence uploaded with jobs, from the upload to the end of retention.
final class EvidenceTest extends OnBothRunning {
    private static final int CHUNK = 256 << 10;

    private EvidenceStore store;

    @BeforeEach
    void openStore() {
        store = running.database().evidence();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private EvidenceFiles files() {
        return running.core.evidence();
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static JobRequest job(String jobId) {
        return JobStagesTest.job(jobId, 5, "ana");
    }

    /// The evidence of a complete upload, and the result of submitting its job.
    private record Upload(Evidence evidence, Result<Change> result) {}

    private Upload upload(JobRequest job, byte[] bytes) {
        return upload(Running.requestIn(PRODUCTION, new Command.NoteSignature(), null, null, false), job, bytes);
    }

    /// Uploads evidence with the retry key, proof and dry-run flag of `like`.
    private Upload upload(WriteRequest like, JobRequest job, byte[] bytes) {
        try (EvidenceFiles.Sink sink = Running.ok(files().take(PRODUCTION, 0))) {
            Evidence evidence = Running.ok(sink.fill(out -> out.write(bytes)));
            Command command = new JobCommand.SubmitJob(job, null, evidence);
            WriteRequest request = Running.requestIn(PRODUCTION, command, like.retry(), like.proof(), like.dryRun());
            Result<Change> result = running.core.directory().execute(request);
            sink.settle(result);
            return new Upload(evidence, result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(String jobId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            EvidenceFiles.Opened opened = Running.ok(files().open(Running.ADMIN, PRODUCTION, jobId));
            opened.writeTo(out);
            assertThat(opened.size()).isEqualTo(out.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private boolean isThere(UUID evidence) {
        return store.chunk(PRODUCTION, evidence, 0) != null;
    }

    /// Returns the files that are not yet known to belong to a job.
    private List<UUID> pending() {
        return store.pending(running.clock.instant().plus(Duration.ofDays(1)), 100).stream()
                .map(EvidenceStore.PendingEvidence::id)
                .toList();
    }

    private void register() {
        Running.ok(running.executeIn(
                PRODUCTION, new JobCommand.SubmitJob(JobStagesTest.job("registers", 1, "ana"), null, null)));
    }

    private Result<Change> onAna(Command command) {
        Write write = new Write(Running.ADMIN, UserRef.externalIdOrId("ana"), List.of(command), null);
        return running.core.directory().execute(new WriteRequest(PRODUCTION, write, Running.origin(), null, false, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17})
    void uploadsAreReadBackUnchanged(int length) throws Exception {
        byte[] bytes = bytes(length, 1);
        Evidence evidence;
        try (EvidenceFiles.Sink sink = Running.ok(files().take(PRODUCTION, 0))) {
            // Writes pieces of random sizes, with single bytes in between.
            evidence = Running.ok(sink.fill(out -> {
                Random random = new Random(length);
                for (int at = 0; at < length; ) {
                    int piece = Math.min(1 + random.nextInt(100_000), length - at);
                    if (random.nextInt(4) == 0) {
                        out.write(bytes[at]);
                        piece = 1;
                    } else {
                        out.write(bytes, at, piece);
                    }
                    at += piece;
                }
            }));
            Result<Change> result = running.executeIn(PRODUCTION, new JobCommand.SubmitJob(job("j1"), null, evidence));
            sink.settle(result);
        }
        assertThat(evidence.size()).isEqualTo(length);
        assertThat(evidence.sha256())
                .isEqualTo(new Digest(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(read("j1")).isEqualTo(bytes);
        assertThat(pending()).isEmpty();
        int chunks = Math.max(1, (length + CHUNK - 1) / CHUNK);
        assertThat(store.chunk(PRODUCTION, evidence.id(), chunks - 1)).isNotNull();
        assertThat(store.chunk(PRODUCTION, evidence.id(), chunks)).isNull();
        Job job = Running.ok(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1"))
                .value();
        assertThat(job.evidence()).isEqualTo(evidence);
    }

    @Test
    void severalReadAtOnceAndEachAtTheirOwnPace() throws Exception {
        byte[] bytes = bytes(5 * CHUNK, 2);
        upload(job("j1"), bytes);
        List<Callable<byte[]>> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(() -> read("j1"));
        }
        ByteArrayOutputStream slow = new ByteArrayOutputStream();
        Running.ok(files().open(Running.ADMIN, PRODUCTION, "j1")).writeTo(new OutputStream() {
            @Override
            public void write(int b) {
                slow.write(b);
            }

            @Override
            public void write(byte[] some, int offset, int length) {
                slow.write(some, offset, length);
                if (slow.size() == CHUNK) {
                    // The other readers read the whole file between two chunks that the slow one reads.
                    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                        for (Future<byte[]> each : threads.invokeAll(readers)) {
                            assertThat(each.get()).isEqualTo(bytes);
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }
            }
        });
        assertThat(slow.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void fourUploadsAreAcceptedConcurrently() {
        List<EvidenceFiles.Sink> sinks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sinks.add(Running.ok(files().take(PRODUCTION, 0)));
        }
        assertThat(Running.no(files().take(PRODUCTION, 0))).isInstanceOf(Refusal.Busy.class);
        sinks.getFirst().close();
        sinks.getFirst().close();
        sinks.add(Running.ok(files().take(TEST, 0)));
        assertThat(Running.no(files().take(PRODUCTION, 0))).isInstanceOf(Refusal.Busy.class);
        sinks.forEach(EvidenceFiles.Sink::close);
        assertThat(pending()).isEmpty();
        // An upload that failed to start does not keep its slot either.
        for (int i = 0; i < 6; i++) {
            assertThatThrownBy(() -> files().take(4711, 0)).isInstanceOf(IllegalStateException.class);
        }
        Running.ok(files().take(PRODUCTION, 0)).close();
    }

    @Test
    void abortedUploadsAreDeleted() {
        for (RuntimeException cause : List.of(new UncheckedIOException(new IOException("gone")), new AssertionLike())) {
            try (EvidenceFiles.Sink sink = Running.ok(files().take(PRODUCTION, 0))) {
                assertThatThrownBy(() -> sink.fill(out -> {
                            out.write(bytes(3 * CHUNK, 1));
                            if (cause instanceof UncheckedIOException broken) {
                                throw broken.getCause();
                            }
                            throw cause;
                        }))
                        .isInstanceOf(cause instanceof UncheckedIOException ? IOException.class : cause.getClass());
                assertThat(pending()).hasSize(1);
            }
            assertThat(pending()).isEmpty();
        }
    }

    private static final class AssertionLike extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void filesWithoutAJobAreDeleted() {
        register();
        byte[] bytes = bytes(10, 1);
        WriteRequest plain = Running.requestIn(PRODUCTION, new Command.NoteSignature(), null, null, false);
        WriteRequest rehearsed = Running.requestIn(PRODUCTION, new Command.NoteSignature(), null, null, true);
        Upload refused = upload(plain, job("registers"), bytes);
        assertThat(refused.result()).isInstanceOf(Result.Refused.class);
        Upload judged = upload(rehearsed, job("j1"), bytes);
        assertThat(judged.result()).isInstanceOf(Result.Ok.class);
        for (Upload upload : List.of(refused, judged)) {
            assertThat(isThere(upload.evidence().id())).isFalse();
        }
        assertThat(pending()).isEmpty();
    }

    @Test
    void anUploadSentAgainKeepsTheFirstFileAndNoOther() {
        Command command = new JobCommand.SubmitJob(job("j1"), null, null);
        WriteRequest plain = Running.requestIn(PRODUCTION, command, null, null, false);
        WriteRequest like =
                Running.requestIn(PRODUCTION, command, WriteRequest.Retry.of("k1", "test", plain.write()), null, false);
        Upload first = upload(like, job("j1"), bytes(10, 1));
        Upload again = upload(like, job("j1"), bytes(10, 1));
        assertThat(Running.ok(again.result()).replayed()).isTrue();
        Evidence told = Running.ok(again.result()).job().evidence();
        assertThat(told.id()).isEqualTo(first.evidence().id());
        assertThat(told.sha256()).isEqualTo(first.evidence().sha256());
        assertThat(told.keptUntil()).isEqualTo(first.evidence().keptUntil());
        assertThat(isThere(first.evidence().id())).isTrue();
        assertThat(isThere(again.evidence().id())).isFalse();
        assertThat(read("j1")).isEqualTo(bytes(10, 1));
    }

    @Test
    void anotherFileTakesThePlaceOfTheFirst() throws Exception {
        register();
        Upload first = upload(job("j1"), bytes(2 * CHUNK, 1));
        Upload second = upload(JobStagesTest.retry(job("j1")), bytes(10, 2));
        assertThat(read("j1")).isEqualTo(bytes(10, 2));
        eventually(() -> !isThere(first.evidence().id()));
        assertThat(isThere(second.evidence().id())).isTrue();
        // Submitting the job again without a file keeps the existing file.
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.SubmitJob(JobStagesTest.retry(job("j1")), null, null)));
        assertThat(read("j1")).isEqualTo(bytes(10, 2));
    }

    /// Concurrent replacements share transactions. Files that are replaced again in the same transaction are
    /// deleted too.
    @Test
    void concurrentReplacementsLeaveOneFile() throws Exception {
        register();
        upload(job("j1"), bytes(10, 1));
        List<UUID> all = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            List<Callable<UUID>> uploads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                EvidenceFiles.Sink sink = Running.ok(files().take(PRODUCTION, 0));
                Evidence evidence = Running.ok(sink.fill(out -> out.write(7)));
                uploads.add(() -> {
                    try (sink) {
                        Command command = new JobCommand.SubmitJob(JobStagesTest.retry(job("j1")), null, evidence);
                        sink.settle(running.executeIn(PRODUCTION, command));
                        return evidence.id();
                    }
                });
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<UUID> id : threads.invokeAll(uploads)) {
                    all.add(id.get());
                }
            }
        }
        Job job = Running.ok(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1"))
                .value();
        UUID left = job.evidence().id();
        assertThat(all).contains(left);
        eventually(() -> all.stream().filter(this::isThere).toList().equals(List.of(left)));
        assertThat(pending()).isEmpty();
    }

    @Test
    void readingItNeedsTheScope() {
        upload(job("j1"), bytes(10, 1));
        Actor mayNot = new Actor(Running.ADMIN.ref(), "x", Set.of(Scope.JOBS_READ), Rank.REGULAR, 0);
        assertThat(Running.no(files().open(mayNot, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.Forbidden("evidence:read"));
        assertThat(Running.no(files().open(Running.ADMIN, TEST, "j1"))).isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(files().open(Running.ADMIN, PRODUCTION, "j2"))).isInstanceOf(Refusal.NotFound.class);
    }

    // Deletion

    @Test
    void erasingTheUserEndsItImmediately() throws Exception {
        register();
        Upload upload = upload(job("j1"), bytes(3 * CHUNK, 1));
        EvidenceFiles.Opened opened = Running.ok(files().open(Running.ADMIN, PRODUCTION, "j1"));
        Running.ok(onAna(new Command.Erase(null, null)));
        assertThat(Running.no(files().open(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("evidence", "j1"));
        assertThat(Running.no(files().open(PRODUCTION, "j1"))).isEqualTo(new Refusal.NotFound("evidence", "j1"));
        Job job = Running.ok(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1"))
                .value();
        assertThat(job.evidence()).isNull();
        eventually(() -> !isThere(upload.evidence().id()));
        for (int number = 0; number < 3; number++) {
            assertThat(store.chunk(PRODUCTION, upload.evidence().id(), number)).isNull();
        }
        assertThatThrownBy(() -> opened.writeTo(new ByteArrayOutputStream())).isInstanceOf(IOException.class);
        eventually(() -> running.database()
                        .read(reads -> reads.jobs().job(PRODUCTION, "j1"))
                        .job()
                        .evidence()
                == null);
    }

    @Test
    void itIsKeptForItsTimeAndNoLonger() {
        Upload first = upload(job("j1"), bytes(10, 1));
        running.advance(Duration.ofDays(80));
        Upload second = upload(job("j2"), bytes(10, 2));
        running.core.internals().cleanup().everything();
        assertThat(read("j1")).isEqualTo(bytes(10, 1));
        running.advance(Duration.ofDays(11));
        assertThat(Running.no(files().open(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("evidence", "j1"));
        assertThat(Running.ok(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1"))
                        .value()
                        .evidence())
                .isNull();
        running.core.internals().cleanup().everything();
        assertThat(isThere(first.evidence().id())).isFalse();
        assertThat(running.database()
                        .read(reads -> reads.jobs().job(PRODUCTION, "j1"))
                        .job()
                        .evidence())
                .isNull();
        assertThat(isThere(second.evidence().id())).isTrue();
        assertThat(read("j2")).isEqualTo(bytes(10, 2));
        // The job continues without evidence.
        Running.ok(running.executeIn(
                PRODUCTION, new JobCommand.GiveVerdict("j1", new Verdict(Outcome.PASSED, null, null))));
    }

    /// An upload whose outcome is unknown, for example because the server crashed before the response, is checked
    /// later.
    @Test
    void unsettledUploadsAreCheckedLater() throws Exception {
        List<UUID> ids = new ArrayList<>();
        for (String jobId : Arrays.asList("j1", null)) {
            EvidenceFiles.Sink sink = Running.ok(files().take(PRODUCTION, 0));
            Evidence evidence = Running.ok(sink.fill(out -> out.write(bytes(10, 1))));
            ids.add(evidence.id());
            if (jobId != null) {
                Running.ok(running.executeIn(PRODUCTION, new JobCommand.SubmitJob(job(jobId), null, evidence)));
            }
            sink.settle(Result.refused(new Refusal.OutcomeUnknown()));
            sink.close();
        }
        running.core.internals().cleanup().everything();
        assertThat(pending()).containsExactlyInAnyOrderElementsOf(ids);
        running.advance(Duration.ofMinutes(61));
        running.core.internals().cleanup().everything();
        assertThat(pending()).isEmpty();
        assertThat(isThere(ids.getFirst())).isTrue();
        assertThat(isThere(ids.getLast())).isFalse();
        assertThat(read("j1")).isEqualTo(bytes(10, 1));
    }
}
