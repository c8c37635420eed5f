package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.Fingerprint;
import dev.muster.storage.JobTables.ClaimRow;
import dev.muster.storage.JobTables.ErasedRow;
import dev.muster.storage.JobTables.EvidenceRef;
import dev.muster.storage.JobTables.JobNameRow;
import dev.muster.storage.JobTables.JobSealRow;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.sql.StorageException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Tests jobs, evidence retention and signatures: the behaviour that both databases have in common.
final class JobStorageTest extends OnBothDatabases {
    private List<JobRow> jobs(long realm, int count, UUID... users) {
        List<JobRow> rows = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            int which = testRows.random.nextInt(users.length + 1);
            rows.add(testRows.job(realm, number, which == 0 ? null : users[which - 1]));
        }
        return rows;
    }

    /// Creates a reserved job.
    private JobRow reserved(long realm, long number, Instant until) {
        String jobId = "job-" + number;
        JobType type = new JobType(1);
        Job.Stage stage = new Job.Reserved(testRows.reservation(jobId, type, until));
        Job job = new Job(testRows.uuid(), jobId, number, type, null, null, null, null, false, stage, null, null);
        return new JobRow(realm, job, testRows.bytes(20), testRows.bytes(32), false, null);
    }

    /// Returns the row of the same job with the state of another job.
    private static JobRow become(JobRow row, JobRow other) {
        Job job = other.job();
        return new JobRow(
                row.realm(),
                new Job(
                        row.id(),
                        row.jobId(),
                        job.number(),
                        job.type(),
                        job.user(),
                        null,
                        null,
                        null,
                        job.permitted(),
                        inRow(row, job.stage()),
                        job.evidence(),
                        job.erasedAt()),
                other.sealed(),
                other.seed(),
                other.realmKey(),
                other.userPrint());
    }

    /// Returns the stage as it is read from storage, where a reservation gets the job id of its row.
    private static Job.Stage inRow(JobRow row, Job.Stage stage) {
        return switch (stage) {
            case Job.Reserved(var reservation) -> new Job.Reserved(inRow(row, reservation));
            case Job.Awaiting(var submission, var again) ->
                new Job.Awaiting(submission, again == null ? null : inRow(row, again));
            case Job.Completed completed -> completed;
        };
    }

    private static Job.Reservation inRow(JobRow row, Job.Reservation stored) {
        JobRequest asked = JobRequest.bare(row.jobId(), stored.job().type());
        return new Job.Reservation(stored.token(), stored.until(), stored.by(), asked);
    }

    private static JobRow withEvidence(JobRow row, Evidence evidence, byte[] sealed) {
        Job job = row.job();
        return new JobRow(
                row.realm(),
                new Job(
                        job.id(),
                        job.jobId(),
                        job.number(),
                        job.type(),
                        job.user(),
                        null,
                        null,
                        null,
                        job.permitted(),
                        job.stage(),
                        evidence,
                        job.erasedAt()),
                sealed,
                sealed == null ? null : row.seed(),
                row.realmKey(),
                sealed == null ? null : row.userPrint());
    }

    private JobRow read(JobRow row) {
        return database.read(reads -> reads.jobs().job(row.realm(), row.id()));
    }

    @Test
    void jobsComeBackAsTheyWereAndAsTheyBecame() {
        List<JobRow> rows = jobs(1, 200, testRows.uuid(), testRows.uuid());
        save(List.of(1L), batch -> batch.newJobs.addAll(rows));
        for (JobRow row : rows) {
            assertSame(read(row), row);
            assertSame(database.<JobRow>read(reads -> reads.jobs().job(1, row.jobId())), row);
            assertThat(database.<JobRow>read(reads -> reads.jobs().job(2, row.jobId())))
                    .isNull();
        }
        List<JobRow> changed = new ArrayList<>();
        for (JobRow row : rows) {
            changed.add(become(row, testRows.job(1, row.number() + 1000, testRows.uuid())));
        }
        save(List.of(1L), batch -> batch.changedJobs.addAll(changed));
        changed.forEach(row -> assertSame(read(row), row));
    }

    @Test
    void jobIdsAreUniqueInTheirRealm() {
        JobRow first = reserved(1, 1, Instant.EPOCH);
        save(List.of(1L, 2L), batch -> batch.newJobs.addAll(List.of(first, reserved(2, 1, Instant.EPOCH))));
        lane.lock(List.of(1L), true);
        Batch batch = new Batch();
        batch.newJobs.add(reserved(1, 1, Instant.EPOCH));
        assertFails(Kind.DUPLICATE, () -> lane.save(batch));
        lane.rollback();
        assertThat(read(first)).isNotNull();
    }

    @Test
    void aJobIsLoadedByItsIdAndItsUserWithIt() {
        UserRow ada = testRows.plain(1, 1, "ada@example.com");
        UserRow bob = testRows.plain(1, 2, "bob@example.com");
        JobRow job = testRows.job(1, 1, ada.user().id());
        JobRow unknown = testRows.job(1, 2, null);
        JobRow elsewhere = testRows.job(2, 1, bob.user().id());
        save(List.of(1L, 2L), batch -> {
            batch.newUsers.addAll(List.of(ada, bob));
            batch.newJobs.addAll(List.of(job, unknown, elsewhere));
        });
        LoadPlan needs = new LoadPlan();
        needs.jobs.ids.add(job.jobId());
        needs.jobs.ids.add(unknown.jobId());
        needs.jobs.ids.add(elsewhere.jobId());
        needs.jobs.ids.add("nothing");
        LoadedRows loaded = loadAll(Map.of(1L, needs), List.of());
        assertThat(loaded.jobs).usingRecursiveFieldByFieldElementComparator().containsExactlyInAnyOrder(job, unknown);
        assertSame(loaded.users, List.of(ada));
        assertThat(needs.people.ids).containsExactly(ada.user().id());
    }

    @Test
    void pagesAndFiltersCombineNewestFirst() {
        UUID ada = testRows.uuid();
        UUID bob = testRows.uuid();
        List<JobRow> rows = jobs(1, 200, ada, bob);
        save(List.of(1L, 2L), batch -> {
            batch.newJobs.addAll(rows);
            batch.newJobs.addAll(jobs(2, 20, ada));
        });
        for (int i = 0; i < 400; i++) {
            Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                if (testRows.random.nextInt(3) == 0) {
                    outcomes.add(outcome);
                }
            }
            assertFiltered(
                    rows,
                    new JobFilter(
                            1,
                            testRows.random.nextInt(3) > 0 ? null : testRows.random.nextBoolean() ? ada : bob,
                            testRows.random.nextInt(3) == 0,
                            outcomes,
                            testRows.random.nextInt(3) > 0 ? null : testRows.random.nextBoolean(),
                            testRows.random.nextBoolean() ? Long.MAX_VALUE : testRows.random.nextInt(210)));
        }
        assertFiltered(rows, new JobFilter(1, null, false, Set.of(), null, Long.MAX_VALUE));
    }

    private void assertFiltered(List<JobRow> rows, JobFilter filter) {
        boolean any = !filter.pending() && filter.outcomes().isEmpty();
        Predicate<JobRow> passes = row -> row.job().submission() != null
                && row.number() < filter.before()
                && (filter.user() == null || filter.user().equals(row.user()))
                && (any
                        || (filter.pending() && row.job().stage() instanceof Job.Awaiting)
                        || (row.job().stage() instanceof Job.Completed completed
                                && filter.outcomes().contains(completed.outcome())))
                && (filter.reviewOpen() == null
                        || (row.job().stage() instanceof Job.Completed completed
                                && (filter.reviewOpen()
                                        ? completed.review() instanceof Job.OpenReview
                                        : completed.review() instanceof Job.ClosedReview)));
        List<Long> expected = rows.stream()
                .filter(passes)
                .map(JobRow::number)
                .sorted(Comparator.reverseOrder())
                .toList();
        int limit = 1 + testRows.random.nextInt(20);
        int offset = testRows.random.nextInt(10);
        database.search(reads -> {
            assertThat(reads.jobs().jobs(filter, limit, offset))
                    .as("%s", filter)
                    .extracting(JobRow::number)
                    .isEqualTo(expected.stream().skip(offset).limit(limit).toList());
            assertThat(reads.jobs().count(filter, 1000)).as("%s", filter).isEqualTo(expected.size());
            assertThat(reads.jobs().count(filter, 5)).isEqualTo(Math.min(5, expected.size()));
            return "";
        });
    }

    @Test
    void seedsOfSeveralJobsAreReadTogether() {
        JobRow hers = testRows.job(1, 1, testRows.uuid());
        JobRow nobodys = testRows.job(1, 2, null);
        save(List.of(1L), batch -> batch.newJobs.addAll(List.of(hers, nobodys)));
        List<UUID> asked = List.of(hers.id(), nobodys.id(), hers.id(), testRows.uuid());
        assertSame(
                List.copyOf(seals(1, asked).values()).stream()
                        .sorted(java.util.Comparator.comparing(JobSealRow::id))
                        .toList(),
                java.util.stream.Stream.of(hers.seal(), nobodys.seal())
                        .sorted(java.util.Comparator.comparing(JobSealRow::id))
                        .toList());
        assertThat(seals(2, asked)).isEmpty();
        assertThat(seals(1, List.of())).isEmpty();
    }

    private Map<UUID, JobSealRow> seals(long realm, List<UUID> jobs) {
        return database.read(reads -> reads.jobs().sealsOfJobs(realm, jobs));
    }

    /// Only jobs in the same realm that have this name and no user are found.
    @Test
    void jobsAreClaimedByTheNameInThem() {
        byte[] ada = testRows.bytes(16);
        byte[] bob = testRows.bytes(16);
        JobRow hers = unclaimed(1, 1, ada);
        JobRow old = withoutSeed(unclaimed(1, 2, ada));
        JobRow his = unclaimed(1, 3, bob);
        JobRow elsewhere = unclaimed(2, 1, ada);
        save(List.of(1L, 2L), batch -> batch.newJobs.addAll(List.of(hers, old, his, elsewhere)));
        List<byte[]> named = load(1, needs -> {
                    needs.jobs.names.add(new Fingerprint(ada));
                    needs.jobs.names.add(new Fingerprint(testRows.bytes(16)));
                })
                .jobNames
                .stream()
                .map(JobNameRow::fingerprint)
                .toList();
        assertThat(named).containsExactly(ada);
        assertThat(database.<List<String>>read(reads -> reads.jobs().jobsNamed(1, new Fingerprint(ada), 10)))
                .containsExactlyInAnyOrder(hers.jobId(), old.jobId());
        UUID user = testRows.uuid();
        save(List.of(1L), batch -> batch.claimedJobs.add(new ClaimRow(1, ada, user)));
        assertThat(read(hers))
                .extracting(JobRow::user, JobRow::realmKey, JobRow::userPrint)
                .containsExactly(user, false, null);
        assertThat(read(old))
                .extracting(JobRow::user, JobRow::realmKey, JobRow::userPrint)
                .containsExactly(user, true, null);
        assertThat(read(his).user()).isNull();
        assertThat(read(elsewhere).user()).isNull();
    }

    private JobRow unclaimed(long realm, long number, byte[] fingerprint) {
        Job.Stage stage = new Job.Awaiting(new Job.Submission(Instant.EPOCH, null), null);
        Job job = reserved(realm, number, Instant.EPOCH).job().at(stage);
        return new JobRow(realm, job, testRows.bytes(20), testRows.bytes(32), false, fingerprint);
    }

    private static JobRow withoutSeed(JobRow row) {
        return new JobRow(row.realm(), row.job(), row.sealed(), null, false, row.userPrint());
    }

    @Test
    void anErasedUsersJobsForgetWhatIsSealedAndTheirEvidenceIsDueAtOnce() {
        UUID ada = testRows.uuid();
        List<JobRow> rows = jobs(1, 60, ada, testRows.uuid());
        save(List.of(1L), batch -> batch.newJobs.addAll(rows));
        JobRow late = testRows.job(1, 61, ada);
        save(List.of(1L), batch -> {
            batch.newJobs.add(late);
            batch.erasedUsers.add(new ErasedRow(1, ada));
        });
        List<EvidenceRef> due = new ArrayList<>();
        for (JobRow row : rows) {
            if (ada.equals(row.user())) {
                Evidence evidence = row.job().evidence();
                Evidence left = evidence == null
                        ? null
                        : new Evidence(
                                evidence.id(), evidence.size(), evidence.sha256(), evidence.key(), Instant.EPOCH);
                assertSame(read(row), withEvidence(row, left, null));
                if (evidence != null) {
                    due.add(new EvidenceRef(1, row.id(), evidence.id()));
                }
            } else {
                assertSame(read(row), row);
            }
        }
        if (late.job().evidence() != null) {
            due.add(new EvidenceRef(1, late.id(), late.job().evidence().id()));
        }
        assertThat(read(late).sealed()).isNull();
        assertThat(due).isNotEmpty();
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.dueEvidence(Instant.EPOCH, 1000)).containsExactlyInAnyOrderElementsOf(due);
        }
    }

    @Test
    void evidenceIsDueInEveryRealmAndForgottenUnlessItIsOtherEvidenceByThen() {
        List<JobRow> rows = new ArrayList<>();
        for (long realm = 1; realm <= 3; realm++) {
            for (int number = 1; number <= 3; number++) {
                JobRow row = reserved(realm, number, Instant.EPOCH);
                rows.add(withEvidence(row, testRows.evidence(7, Instant.ofEpochMilli(1000L * number)), row.sealed()));
            }
        }
        save(List.of(1L, 2L, 3L), batch -> batch.newJobs.addAll(rows));
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.dueEvidence(Instant.ofEpochMilli(999), 10)).isEmpty();
            List<EvidenceRef> due = choreStore.dueEvidence(Instant.ofEpochMilli(2000), 10);
            assertThat(due).hasSize(6);
            assertThat(choreStore.dueEvidence(Instant.ofEpochMilli(9000), 4)).hasSize(4);
            JobRow again = rows.getFirst();
            JobRow other = withEvidence(again, testRows.evidence(8, Instant.ofEpochMilli(5000)), again.sealed());
            save(List.of(1L), batch -> batch.changedJobs.add(other));
            choreStore.evidenceGone(due);
            choreStore.evidenceGone(due);
            choreStore.evidenceGone(List.of());
            assertSame(read(again), other);
            JobRow gone = rows.get(3);
            assertSame(read(gone), withEvidence(gone, null, gone.sealed()));
            assertThat(choreStore.dueEvidence(Instant.ofEpochMilli(9000), 100)).hasSize(4);
            UUID named = rows.get(2).job().evidence().id();
            assertThat(database.<Set<UUID>>read(reads -> reads.jobs()
                            .namedEvidence(
                                    1, List.of(named, gone.job().evidence().id(), testRows.uuid()))))
                    .containsExactly(named);
        }
    }

    @Test
    void reservationsThatLapsedAreDroppedInSlicesUnlessTheyWereUsed() {
        List<JobRow> rows = new ArrayList<>();
        for (int number = 1; number <= 6; number++) {
            rows.add(reserved(1 + number % 2, number, Instant.ofEpochMilli(1000L * number)));
        }
        JobRow used = rows.getFirst();
        save(List.of(1L, 2L), batch -> batch.newJobs.addAll(rows));
        JobRow judged;
        do {
            judged = become(used, testRows.job(2, 1, testRows.uuid()));
        } while (judged.job().submission() == null);
        JobRow submitted = judged;
        save(List.of(2L), batch -> batch.changedJobs.add(submitted));
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.dropReservations(Instant.ofEpochMilli(5000), 2))
                    .isEqualTo(2);
            assertThat(choreStore.dropReservations(Instant.ofEpochMilli(5000), 2))
                    .isEqualTo(1);
            assertThat(choreStore.dropReservations(Instant.ofEpochMilli(5000), 2))
                    .isZero();
        }
        assertSame(read(used), submitted);
        assertThat(rows.subList(1, 4)).allMatch(row -> read(row) == null);
        assertThat(rows.subList(4, 6)).allMatch(row -> read(row) != null);
    }

    // Signatures

    @Test
    void theFirstRequestOfASignatureIsKeptAndForgottenInTime() {
        byte[] signature = testRows.bytes(16);
        SignatureRow first = new SignatureRow(1, signature, testRows.bytes(16), Instant.ofEpochMilli(1000));
        SignatureRow later = new SignatureRow(1, signature, testRows.bytes(16), Instant.ofEpochMilli(2000));
        SignatureRow other = new SignatureRow(1, testRows.bytes(16), testRows.bytes(16), Instant.ofEpochMilli(3000));
        SignatureRow elsewhere = new SignatureRow(2, signature, testRows.bytes(16), Instant.ofEpochMilli(4000));
        save(List.of(1L, 2L), batch -> batch.signatures.addAll(List.of(first, elsewhere)));
        save(List.of(1L), batch -> batch.signatures.addAll(List.of(later, other)));
        assertThat(signatures(List.of(first, other, elsewhere)))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(first, other, elsewhere);
        assertThat(signatures(List.of())).isEmpty();
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.forgetSignatures(Instant.ofEpochMilli(500), 10))
                    .isZero();
            assertThat(choreStore.forgetSignatures(Instant.ofEpochMilli(2000), 10))
                    .isEqualTo(1);
            assertThat(choreStore.forgetSignatures(Instant.ofEpochMilli(9000), 1))
                    .isEqualTo(1);
            assertThat(choreStore.forgetSignatures(Instant.ofEpochMilli(9000), 10))
                    .isEqualTo(1);
        }
        assertThat(signatures(List.of(first, other, elsewhere))).isEmpty();
    }

    private List<SignatureRow> signatures(List<SignatureRow> asked) {
        List<Long> realms =
                asked.stream().map(SignatureRow::realm).distinct().sorted().toList();
        lane.lock(realms, true);
        try {
            return lane.load(Map.of(), List.of(), asked).signatures;
        } finally {
            lane.rollback();
        }
    }
}
