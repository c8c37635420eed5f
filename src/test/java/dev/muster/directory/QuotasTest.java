package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Role;
import dev.muster.model.job.Evidence;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Digest;
import dev.muster.storage.EvidenceStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that exceed a realm's quotas are refused; others are not.
final class QuotasTest extends OnBothRunning {
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

    private static Quotas users(long users) {
        return new Quotas(users, 1_000, 1_000, 1_000, 1_000, 1_000);
    }

    private static Quotas evidence(long bytes) {
        return new Quotas(1_000, bytes, 1_000, 1_000, 1_000, 1_000);
    }

    private Result<Change> set(long realm, Quotas quotas, boolean dryRun) {
        Write write = new Write(Actor.ROOT, null, List.of(new Command.SetQuotas(quotas)), null);
        return running.core.directory().execute(new WriteRequest(realm, write, Running.origin(), null, dryRun, 0));
    }

    private void set(Quotas quotas) {
        Running.ok(set(TEST, quotas, false));
    }

    private Overview.Use use(long realm) {
        return Running.ok(running.core.overview().use(Actor.ROOT, realm));
    }

    private Result<Change> in(Command command) {
        return running.executeIn(TEST, command);
    }

    private static Command group(String name) {
        return new Command.CreateGroup(name, null);
    }

    private static Command policy(String name) {
        return new Command.CreatePolicy(name, null, List.of());
    }

    private static Command.CreateKey key(String name) {
        return new Command.CreateKey(
                UUID.randomUUID(),
                name,
                Role.VIEWER,
                Role.VIEWER.scopes(),
                Role.VIEWER.rank(),
                false,
                null,
                new Digest(new byte[32]),
                "secret");
    }

    // Settings

    @Test
    void rootSetsThemForOneRealmAndItsJournalTellsOfIt() {
        assertThat(use(TEST).quotas()).isEqualTo(Quotas.DEFAULT);
        set(users(7));
        assertThat(use(TEST).quotas()).isEqualTo(users(7));
        assertThat(use(PRODUCTION).quotas()).isEqualTo(Quotas.DEFAULT);
        JournalEntry entry = Running.ok(running.core
                        .journal()
                        .page(
                                Running.ADMIN,
                                TEST,
                                new JournalQuery(
                                        "realm.quotas.changed",
                                        null,
                                        null,
                                        null,
                                        null,
                                        JournalQuery.Order.NEWEST_FIRST,
                                        10,
                                        null)))
                .items()
                .getFirst();
        assertThat(entry.actor().kind()).isEqualTo(ActorRef.Kind.ROOT);
        assertThat(entry.changes().byField().get("users"))
                .hasToString(new Changes.FieldChange(10_000_000L, 7L).toString());
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void onlyRootSetsQuotas() {
        assertThat(Running.no(in(new Command.SetQuotas(users(7))))).isEqualTo(new Refusal.Forbidden("root"));
        assertThat(use(TEST).quotas()).isEqualTo(Quotas.DEFAULT);
    }

    @Test
    void repeatsAndDryRunsChangeNothing() {
        set(users(7));
        assertThat(Running.ok(set(TEST, users(7), false)).events()).isEmpty();
        Running.ok(set(TEST, users(8), true));
        assertThat(use(TEST).quotas()).isEqualTo(users(7));
    }

    // Quotas checked in the lane

    @Test
    void usersBeyondTheQuotaAreRefusedHoweverTheyComeAndErasedOnesCount() {
        var ana = running.register("ana@example.com");
        set(users(2));
        running.register("bea@example.com");
        Refusal over = new Refusal.OverQuota("users", 2);
        assertThat(Running.no(in(Running.registration("cid@example.com")))).isEqualTo(over);
        assertThat(Running.no(in(new JobCommand.SubmitJob(JobStagesTest.job("job-1", 1, "dan"), null, null))))
                .isEqualTo(over);
        // A conflict of identifiers takes precedence over the quota: the user exists already.
        assertThat(Running.no(in(Running.registration("ana@example.com")))).isInstanceOf(Refusal.Taken.class);
        Running.ok(running.execute(ana, new Command.Erase(null, null)));
        assertThat(Running.no(in(Running.registration("cid@example.com")))).isEqualTo(over);
        assertThat(use(TEST).counters().users()).isEqualTo(2);
        set(users(3));
        running.register("cid@example.com");
        // Lowering a quota does not delete anything.
        set(users(1));
        assertThat(use(TEST).counters().users()).isEqualTo(3);
    }

    @Test
    void groupsPoliciesAndKeysBeyondTheQuotaAreRefusedUntilOneGoes() {
        set(new Quotas(10, 10, 1, 1, 2, 10));
        Change made = Running.ok(in(group("one")));
        assertThat(Running.no(in(group("two")))).isEqualTo(new Refusal.OverQuota("groups", 1));
        Running.ok(in(new Command.DeleteGroup(made.group().id())));
        Running.ok(in(group("two")));

        made = Running.ok(in(policy("one")));
        assertThat(Running.no(in(policy("two")))).isEqualTo(new Refusal.OverQuota("policies", 1));
        Running.ok(in(new Command.DeletePolicy(made.policy().id())));
        Running.ok(in(policy("two")));

        Command.CreateKey key = key("second");
        Running.ok(in(key));
        assertThat(Running.no(in(key("third")))).isEqualTo(new Refusal.OverQuota("keys", 2));
        // Root can create a key beyond the quota, for a realm that has lost its keys.
        Running.ok(running.core
                .directory()
                .execute(new WriteRequest(
                        TEST,
                        new Write(Actor.ROOT, null, List.of(key("rescue")), null),
                        Running.origin(),
                        null,
                        false,
                        0)));
        Running.ok(in(new Command.RevokeKey(key.id(), false)));
        Running.ok(in(new Command.RevokeKey(key.id(), false)));
        assertThat(use(TEST).counters().keys()).isEqualTo(2);
        assertThat(use(TEST).counters().groups()).isEqualTo(1);
        assertThat(use(TEST).counters().policies()).isEqualTo(1);
    }

    @Test
    void aBatchThatCrossesTheLimitInItsMiddleRegistersAsManyAsThereIsRoomFor() throws Exception {
        set(users(10));
        List<Callable<Result<Change>>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String email = "user" + i + "@example.com";
            all.add(() -> in(Running.registration(email)));
        }
        int registered = 0;
        try (ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Result<Change>> one : together.invokeAll(all)) {
                if (one.get() instanceof Result.Ok<Change>) {
                    registered++;
                } else {
                    assertThat(Running.no(one.get())).isEqualTo(new Refusal.OverQuota("users", 10));
                }
            }
        }
        assertThat(registered).isEqualTo(10);
        assertThat(use(TEST).counters().users()).isEqualTo(10);
    }

    @Test
    void aRehearsalIsJudgedByTheQuotaAndTakesNothingOfIt() {
        set(users(1));
        for (int i = 0; i < 2; i++) {
            Running.ok(running.core
                    .directory()
                    .execute(Running.requestIn(TEST, Running.registration("ana@example.com"), null, null, true)));
        }
        running.register("ana@example.com");
        assertThat(Running.no(running.core
                        .directory()
                        .execute(Running.requestIn(TEST, Running.registration("bea@example.com"), null, null, true))))
                .isEqualTo(new Refusal.OverQuota("users", 1));
    }

    // Evidence

    private EvidenceFiles files() {
        return running.core.evidence();
    }

    /// Uploads a file and submits a job with it. Returns the refusal; null if there was none.
    private Refusal upload(String jobId, long announced, int length) throws IOException {
        switch (files().take(TEST, announced)) {
            case Result.Refused<EvidenceFiles.Sink>(var refusal) -> {
                return refusal;
            }
            case Result.Ok<EvidenceFiles.Sink>(var taken) -> {
                try (EvidenceFiles.Sink sink = taken) {
                    Result<Evidence> filled = sink.fill(out -> out.write(new byte[length]));
                    if (filled instanceof Result.Refused<Evidence>(var refusal)) {
                        return refusal;
                    }
                    sink.settle(
                            in(new JobCommand.SubmitJob(JobStagesTest.job(jobId, 5, "ana"), null, Running.ok(filled))));
                    return null;
                }
            }
        }
    }

    @Test
    void uploadsAnnouncedBeyondTheQuotaAreRefusedUnread() throws Exception {
        set(evidence(1_000));
        assertThat(upload("job-1", 600, 600)).isNull();
        assertThat(use(TEST).evidenceBytes()).isEqualTo(600);
        assertThat(Running.no(files().take(TEST, 401))).isEqualTo(new Refusal.OverQuota("bytes of evidence", 1_000));
        assertThat(upload("job-2", 400, 400)).isNull();
        assertThat(use(TEST).evidenceBytes()).isEqualTo(1_000);
        assertThat(use(PRODUCTION).evidenceBytes()).isZero();
        assertThat(Running.no(files().take(TEST, 1))).isInstanceOf(Refusal.OverQuota.class);
    }

    @Test
    void unannouncedUploadsAreStoppedAtTheQuota() throws Exception {
        set(evidence(3 * CHUNK));
        assertThat(upload("job-1", 0, 3 * CHUNK + 1)).isEqualTo(new Refusal.OverQuota("bytes of evidence", 3 * CHUNK));
        assertThat(use(TEST).evidenceBytes()).isZero();
        assertThat(upload("job-1", 0, 3 * CHUNK)).isNull();
        assertThat(use(TEST).evidenceBytes()).isEqualTo(3 * CHUNK);
    }

    @Test
    void uploadsSideBySideTakeNoMoreThanTheQuota() throws Exception {
        set(evidence(1_000));
        List<EvidenceFiles.Sink> both =
                List.of(Running.ok(files().take(TEST, 500)), Running.ok(files().take(TEST, 500)));
        assertThat(Running.no(files().take(TEST, 1))).isInstanceOf(Refusal.OverQuota.class);
        assertThat(use(TEST).evidenceBytes()).isEqualTo(1_000);
        both.forEach(EvidenceFiles.Sink::close);
        // When an upload is aborted, the bytes reserved for it are free again.
        assertThat(use(TEST).evidenceBytes()).isZero();
        // When an upload is shorter than announced, the rest of its reservation is free again.
        assertThat(upload("job-1", 1_000, 10)).isNull();
        assertThat(use(TEST).evidenceBytes()).isEqualTo(10);
    }

    @Test
    void evidenceThatIsTakenAwayGivesItsRoomBack() throws Exception {
        set(evidence(1_000));
        assertThat(upload("job-1", 1_000, 1_000)).isNull();
        running.advance(Duration.ofDays(91));
        running.core.internals().cleanup().everything();
        eventually(() -> use(TEST).evidenceBytes() == 0);
        assertThat(upload("job-2", 1_000, 1_000)).isNull();
    }
}
