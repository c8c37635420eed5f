package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.storage.Batch;
import dev.muster.storage.JobRow;
import dev.muster.storage.LaneStore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests jobs from reservation to review.
final class JobStagesTest extends OnBothRunning {
    private static final Digest TOKEN = new Digest(new byte[] {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    });

    static JobRequest job(String jobId, int type, String who) {
        Identifier identifier = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, who);
        return new JobRequest(
                jobId,
                new JobType(type),
                new JobRequest.ForUser(UserRef.externalIdOrId(who), who, identifier),
                "{\"extra\":\"of " + who + "\"}",
                "https://example.com/" + who,
                false,
                false,
                Outcome.PASSED);
    }

    static JobRequest retry(JobRequest job) {
        return new JobRequest(
                job.jobId(),
                job.type(),
                job.user(),
                job.extras(),
                job.callbackUrl(),
                job.permit(),
                true,
                Outcome.PASSED);
    }

    private Change submit(long realm, JobRequest job) {
        return Running.ok(running.executeIn(realm, new JobCommand.SubmitJob(job, null, null)));
    }

    private Change verdict(String jobId, Outcome outcome, String text) {
        return Running.ok(running.executeIn(PRODUCTION, verdictOf(jobId, outcome, text)));
    }

    private static Command verdictOf(String jobId, Outcome outcome, String text) {
        return new JobCommand.GiveVerdict(jobId, new Verdict(outcome, new BigDecimal("97.5"), text));
    }

    private Result<Change> onUser(long realm, UUID user, Command... commands) {
        Write write = new Write(Running.ADMIN, UserRef.id(user), List.of(commands), null);
        return running.core.directory().execute(new WriteRequest(realm, write, Running.origin(), null, false, 0));
    }

    private Job seen(String jobId) {
        return Running.ok(running.core.jobs().job(Running.ADMIN, PRODUCTION, jobId))
                .value();
    }

    private User user(long realm, UUID id) {
        return Running.ok(running.core.directory().find(Running.ADMIN, realm, UserRef.id(id)))
                .value();
    }

    private Page<Job> listed(JobQuery query) {
        return Running.ok(running.core.jobs().list(Running.ADMIN, PRODUCTION, query))
                .value();
    }

    private static JobQuery query(Set<String> outcomes, Boolean review) {
        return new JobQuery(null, outcomes, review, 50, null, 0);
    }

    @Test
    void aStrangerIsRegisteredJudgedAndEnrolled() {
        Change change = submit(PRODUCTION, job("j1", 1, "stranger"));
        UUID user = change.job().user();
        assertThat(user(PRODUCTION, user).enrolment()).isEqualTo(new Enrolment.None());
        assertThat(seen("j1")).isEqualTo(change.job());
        assertThat(seen("j1").outcomeWord()).isEqualTo("pending");
        Change judged = verdict("j1", Outcome.PASSED, "well");
        assertThat(seen("j1")).isEqualTo(judged.job());
        assertThat(user(PRODUCTION, user).enrolment()).isEqualTo(new Enrolment.Enrolled("j1", judged.at()));
        assertThat(Running.ok(running.core.journal().verify(Running.ADMIN, PRODUCTION))
                        .valid())
                .isTrue();
        // The user's own history contains only the entries about the user.
        assertThat(Running.ok(running.core.directory().history(Running.ADMIN, PRODUCTION, UserRef.id(user), 10, null))
                        .items())
                .extracting(JournalEntry::action)
                .containsExactly("user.enrolled", "user.registered");
    }

    @Test
    void aTestRealmGivesItsVerdictImmediately() {
        Change change = submit(TEST, job("j1", 1, "stranger"));
        Job job = Running.ok(running.core.jobs().job(Running.ADMIN, TEST, "j1")).value();
        assertThat(job).isEqualTo(change.job());
        assertThat(job.outcomeWord()).isEqualTo("passed");
        User user = user(TEST, job.user());
        assertThat(user.enrolment()).isEqualTo(new Enrolment.Enrolled("j1", change.at()));
        assertThat(user.version()).isEqualTo(1);
        assertThat(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1")).isInstanceOf(Result.Refused.class);
    }

    @Test
    void anUnknownUsersJobIsKeptWithWhatTheyWereCalled() {
        submit(PRODUCTION, job("j1", 5, "stranger"));
        verdict("j1", Outcome.FAILED, "no");
        Job job = seen("j1");
        assertThat(job.user()).isNull();
        assertThat(job.userText()).isEqualTo("stranger");
        assertThat(job.extras()).isEqualTo("{\"extra\":\"of stranger\"}");
        assertThat(Running.no(
                        running.core.directory().find(Running.ADMIN, PRODUCTION, UserRef.externalIdOrId("stranger"))))
                .isInstanceOf(Refusal.NotFound.class);
    }

    // Reservations

    @Test
    void aReservationIsFoundByItsTokenAndUsedOnce() {
        JobRequest asked = job("j1", 1, "ana");
        Change reserved = Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(asked, TOKEN)));
        UUID id = reserved.job().id();
        assertThat(Running.no(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("job", "j1"));
        assertThat(listed(query(Set.of(), null)).items()).isEmpty();
        Jobs.ReservedJob promised = Running.ok(running.core.jobs().promised(PRODUCTION, id, TOKEN));
        assertThat(promised.reservation().job()).isEqualTo(asked);
        assertThat(promised.actor().ref()).isEqualTo(Running.ADMIN.ref());
        for (Digest wrong : List.of(new Digest(new byte[32]), new Digest(new byte[0]))) {
            assertThat(Running.no(running.core.jobs().promised(PRODUCTION, id, wrong)))
                    .isInstanceOf(Refusal.NotFound.class);
        }
        assertThat(Running.no(running.core.jobs().promised(TEST, id, TOKEN))).isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(running.core.jobs().promised(4711, id, TOKEN))).isInstanceOf(Refusal.NotFound.class);
        Job job = Running.ok(running.executeIn(
                        PRODUCTION,
                        new JobCommand.SubmitJob(promised.reservation().job(), TOKEN, null)))
                .job();
        assertThat(job.id()).isEqualTo(id);
        assertThat(Running.no(running.core.jobs().promised(PRODUCTION, id, TOKEN)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(seen("j1")).isEqualTo(job);
    }

    @Test
    void aReservationOfARevokedKeyIsWorthNothing() {
        UUID second = new UUID(8, 8);
        Running.ok(running.executeIn(PRODUCTION, Scenario.adminKey(second)));
        Change reserved =
                Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(job("j1", 1, "ana"), TOKEN)));
        Running.ok(running.executeIn(PRODUCTION, new Command.RevokeKey(Running.KEY, false)));
        assertThat(Running.no(
                        running.core.jobs().promised(PRODUCTION, reserved.job().id(), TOKEN)))
                .isEqualTo(new Refusal.Unauthenticated());
    }

    @Test
    void aLapsedReservationIsTakenAwayAndItsIdIsFree() {
        Change reserved =
                Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(job("j1", 1, "ana"), TOKEN)));
        running.core.internals().cleanup().everything();
        assertThat(Running.ok(
                        running.core.jobs().promised(PRODUCTION, reserved.job().id(), TOKEN)))
                .isNotNull();
        running.advance(Duration.ofMinutes(61));
        assertThat(Running.no(
                        running.core.jobs().promised(PRODUCTION, reserved.job().id(), TOKEN)))
                .isInstanceOf(Refusal.NotFound.class);
        running.core.internals().cleanup().everything();
        assertThat(isKept("j1")).isTrue();
        running.advance(Duration.ofMinutes(61));
        running.core.internals().cleanup().everything();
        assertThat(isKept("j1")).isFalse();
        Job job = submit(PRODUCTION, job("j1", 5, "bea")).job();
        assertThat(job.number()).isEqualTo(2);
        // The journal still contains the entries of the job.
        assertThat(Running.ok(running.core.journal().verify(Running.ADMIN, PRODUCTION))
                        .valid())
                .isTrue();
    }

    private boolean isKept(String jobId) {
        return running.database().read(reads -> reads.jobs().job(PRODUCTION, jobId) != null);
    }

    @Test
    void aReservationOfAnErasedUserCannotBeUsed() {
        UUID ana = submit(PRODUCTION, job("first", 1, "ana")).job().user();
        JobRequest asked = job("j1", 5, "ana");
        Change reserved = Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(asked, TOKEN)));
        Running.ok(onUser(PRODUCTION, ana, new Command.Erase(null, null)));
        Result<Jobs.ReservedJob> promised =
                running.core.jobs().promised(PRODUCTION, reserved.job().id(), TOKEN);
        if (promised instanceof Result.Ok<Jobs.ReservedJob>(var what)) {
            JobRequest left = what.reservation().job();
            assertThat(left.extras()).isNull();
            assertThat(Running.no(running.executeIn(PRODUCTION, new JobCommand.SubmitJob(left, TOKEN, null))))
                    .isEqualTo(new Refusal.Erased());
        }
        assertThat(Running.no(running.executeIn(PRODUCTION, new JobCommand.SubmitJob(asked, TOKEN, null))))
                .isEqualTo(new Refusal.Erased());
    }

    /// A job id that was freed is free on every server, because each request reads the row again.
    @Test
    void aFreedJobIdIsStored() {
        JobRequest asked = job("j1", 5, "ana");
        Job reserved = Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(asked, TOKEN)))
                .job();
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.FreeJobId("j1", TOKEN)));
        assertThat(Running.no(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(job("j1", 5, "eve"), TOKEN))))
                .isInstanceOf(Refusal.JobExists.class);
        Digest token = new Digest(new byte[32]);
        Job again = Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(asked, token)))
                .job();
        assertThat(again.id()).isEqualTo(reserved.id());
        assertThat(Running.no(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(asked, TOKEN))))
                .isInstanceOf(Refusal.JobExists.class);
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.SubmitJob(asked, token, null)));
        assertThat(entriesOf(again.id()))
                .extracting(JournalEntry::action)
                .containsExactly("job.submitted", "job.reserved", "job.reserved", "job.reserved");
    }

    /// All entries about a job are sealed with one key, even if its user is renamed.
    @Test
    void aJobsHistoryStaysReadableWhenItsUserIsRenamed() {
        UUID ana = submit(PRODUCTION, job("j0", 1, "ana")).job().user();
        JobRequest asked = job("j1", 5, "ana");
        Change first = submit(PRODUCTION, asked);
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(retry(asked), TOKEN)));
        Running.ok(onUser(
                PRODUCTION,
                ana,
                Command.Update.of(edits -> edits.externalId = new dev.muster.model.value.Edit<>(
                        new Validator().identifier(Identifier.Kind.EXTERNAL_ID, "countess")))));
        submit(PRODUCTION, job("j2", 1, "ana"));
        Job again = Running.ok(running.executeIn(PRODUCTION, new JobCommand.SubmitJob(retry(asked), TOKEN, null)))
                .job();
        assertThat(again.user()).isEqualTo(first.job().user());
        assertThat(seen("j1")).isEqualTo(again);
        List<JournalEntry> entries = entriesOf(again.id());
        assertThat(entries)
                .extracting(JournalEntry::action)
                .containsExactly("job.resubmitted", "job.reserved", "job.submitted");
        assertThat(entries).allMatch(JournalEntry::readable);
    }

    private List<JournalEntry> entriesOf(UUID subject) {
        RealmKeys realmKeys =
                new RealmKeys(running.database(), dev.muster.sealing.MasterKeys.load(folder.resolve("master.key")));
        return running.database()
                .snapshot(reads -> new EntryReader(realmKeys.get(PRODUCTION))
                        .entries(reads, reads.journal().history(PRODUCTION, subject, Long.MAX_VALUE, 100)));
    }

    // Idempotent retries

    private Result<Change> again(String key, Command command) {
        WriteRequest plain = Running.requestIn(PRODUCTION, command, null, null, false);
        WriteRequest.Retry retry = WriteRequest.Retry.of(key, "test", plain.write());
        return running.core.directory().execute(Running.requestIn(PRODUCTION, command, retry, null, false));
    }

    @Test
    void retriesGetTheFirstResponseWhateverHappenedSince() {
        JobRequest asked = job("j1", 1, "ana");
        List<Command> commands = List.of(
                new JobCommand.SubmitJob(asked, null, null),
                verdictOf("j1", Outcome.PROVISIONAL, "perhaps"),
                new JobCommand.ReviewJob("j1", "looked", null),
                verdictOf("j1", Outcome.PASSED, "well"),
                verdictOf("j1", Outcome.PASSED, "well"));
        List<Change> first = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            first.add(Running.ok(again("k" + i, commands.get(i))));
            if (i == 0) {
                UUID user = first.getFirst().job().user();
                Running.ok(onUser(PRODUCTION, user, new Command.EnsureHold(HoldKind.FRAUD)));
            }
        }
        for (int i = 0; i < commands.size(); i++) {
            Change repeated = Running.ok(again("k" + i, commands.get(i)));
            assertThat(repeated.replayed()).isTrue();
            assertThat(repeated.job())
                    .as(commands.get(i).toString())
                    .isEqualTo(first.get(i).job());
            assertThat(repeated.at()).isEqualTo(first.get(i).at());
            assertThat(repeated.events()).isEmpty();
        }
        assertThat(Running.no(again("k0", new JobCommand.SubmitJob(job("j1", 4, "ana"), null, null))))
                .isEqualTo(new Refusal.IdempotencyMismatch());
        Running.ok(onUser(PRODUCTION, first.getFirst().job().user(), new Command.Erase(null, null)));
        for (int i = 0; i < commands.size(); i++) {
            assertThat(Running.no(again("k" + i, commands.get(i)))).isEqualTo(new Refusal.Erased());
        }
    }

    @Test
    void aReservationSentAgainTellsWhatItMadeAndNoToken() {
        Command reserve = new JobCommand.ReserveJob(job("j1", 1, "ana"), TOKEN);
        UUID id = Running.ok(again("k1", reserve)).job().id();
        Command again = new JobCommand.ReserveJob(job("j1", 1, "ana"), new Digest(new byte[32]));
        assertThat(Running.no(again("k1", again))).isEqualTo(new Refusal.SecretNotKept(id.toString()));
        assertThat(Running.ok(running.core.jobs().promised(PRODUCTION, id, TOKEN)))
                .isNotNull();
    }

    // Lists

    @Test
    void jobsAreListedNewestFirstByWhatCameOfThem() {
        for (int i = 1; i <= 9; i++) {
            submit(PRODUCTION, job("j" + i, 5, i % 2 == 0 ? "even" : "odd"));
        }
        UUID eve = submit(PRODUCTION, job("e1", 1, "eve")).job().user();
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(job("r1", 1, "eve"), TOKEN)));
        Running.ok(onUser(PRODUCTION, eve, new Command.EnsureHold(HoldKind.FRAUD)));
        submit(PRODUCTION, job("e2", 1, "eve"));
        verdict("e1", Outcome.PASSED, "x");
        verdict("e2", Outcome.PASSED, "x");
        verdict("j3", Outcome.PASSED, "x");
        verdict("j4", Outcome.FAILED, "x");
        verdict("j5", Outcome.PROVISIONAL, "x");
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReviewJob("e1", "fine", null)));
        assertThat(ids(query(Set.of(), null)))
                .containsExactly("e2", "e1", "j9", "j8", "j7", "j6", "j5", "j4", "j3", "j2", "j1");
        assertThat(ids(query(Set.of("pending"), null))).containsExactly("j9", "j8", "j7", "j6", "j2", "j1");
        assertThat(ids(query(Set.of("failed"), null))).containsExactly("e2", "e1", "j4");
        assertThat(ids(query(Set.of("passed", "provisional"), null))).containsExactly("j5", "j3");
        assertThat(ids(query(Set.of(), true))).containsExactly("e2");
        assertThat(ids(query(Set.of(), false))).containsExactly("e1");
        assertThat(ids(query(Set.of("pending"), true))).isEmpty();
        JobQuery ofEve = new JobQuery(UserRef.id(eve), Set.of("failed"), null, 1, null, 0);
        Page<Job> page = listed(ofEve);
        assertThat(page.total()).isEqualTo(2);
        assertThat(page.items()).extracting(Job::jobId).containsExactly("e2");
        Page<Job> rest = listed(new JobQuery(UserRef.id(eve), Set.of("failed"), null, 1, page.next(), 0));
        assertThat(rest.items()).extracting(Job::jobId).containsExactly("e1");
        assertThat(rest.next()).isNull();
        assertThat(Running.no(running.core
                        .jobs()
                        .list(
                                Running.ADMIN,
                                PRODUCTION,
                                new JobQuery(UserRef.externalIdOrId("nobody"), Set.of(), null, 5, null, 0))))
                .isInstanceOf(Refusal.NotFound.class);
        Actor mayNot = new Actor(Running.ADMIN.ref(), "x", Set.of(Scope.USERS_READ), Rank.REGULAR, 0);
        assertThat(Running.no(running.core.jobs().list(mayNot, PRODUCTION, query(Set.of(), null))))
                .isEqualTo(new Refusal.Forbidden("jobs:read"));
    }

    private List<String> ids(JobQuery query) {
        Page<Job> page = listed(query);
        assertThat(page.total()).isEqualTo(page.items().size());
        return page.items().stream().map(Job::jobId).toList();
    }

    // Erasure

    @Test
    void anErasedUsersJobsTellNothingOfThem() {
        Change change = submit(PRODUCTION, job("j1", 1, "ana"));
        UUID ana = change.job().user();
        Running.ok(onUser(PRODUCTION, ana, new Command.EnsureHold(HoldKind.FRAUD)));
        verdict("j1", Outcome.PROVISIONAL, "a scar on the chin");
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReviewJob("j1", "met in person", null)));
        Running.ok(onUser(PRODUCTION, ana, new Command.Erase(null, null)));
        Job job = seen("j1");
        assertThat(job.user()).isEqualTo(ana);
        assertThat(job.extras()).isNull();
        assertThat(job.callbackUrl()).isNull();
        Job.Completed completed = (Job.Completed) job.stage();
        assertThat(completed.verdict().text()).isNull();
        assertThat(completed.reason()).isEqualTo("fraud");
        assertThat(((Job.ClosedReview) completed.review()).note()).isNull();
        assertThat(entriesOf(job.id())).hasSize(3).noneMatch(JournalEntry::readable);
        // The job can still receive a verdict, but the text of the verdict is not stored.
        verdict("j1", Outcome.PASSED, "a scar on the chin");
        assertThat(((Job.Completed) seen("j1").stage()).verdict().text()).isNull();
        assertThat(entriesOf(job.id())).hasSize(4).noneMatch(JournalEntry::readable);
        assertThat(Running.ok(running.core.journal().verify(Running.ADMIN, PRODUCTION))
                        .valid())
                .isTrue();
    }

    private UUID register(Identifier.Kind kind, String text) {
        Identifier id = new Validator().identifier(kind, text);
        boolean email = kind == Identifier.Kind.EMAIL;
        return Running.ok(running.executeIn(
                        PRODUCTION,
                        new Command.Register(
                                email ? id : null, email ? null : id, null, null, null, null, Tag.USER, null)))
                .user()
                .id();
    }

    private JobRow row(String jobId) {
        return running.database().read(reads -> reads.jobs().job(PRODUCTION, jobId));
    }

    private void assertTellsNothing(String jobId) {
        Job job = seen(jobId);
        assertThat(job.userText()).isNull();
        assertThat(job.extras()).isNull();
        assertThat(job.callbackUrl()).isNull();
        assertThat(row(jobId))
                .extracting(JobRow::sealed, JobRow::seed, JobRow::userPrint)
                .containsExactly(null, null, null);
        assertThat(entriesOf(job.id())).isNotEmpty().noneMatch(JournalEntry::readable);
    }

    /// When a user registers, the jobs in the realm that name the user's external id become the user's.
    @Test
    void jobsOfAnExternalIdAreClaimedAtRegistration() {
        submit(PRODUCTION, job("j1", 5, "ana"));
        submit(PRODUCTION, job("j2", 7, "bob"));
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReserveJob(job("j3", 5, "ana"), TOKEN)));
        Running.ok(running.executeIn(TEST, new JobCommand.SubmitJob(job("j1", 5, "ana"), null, null)));
        assertThat(seen("j1").user()).isNull();
        assertThat(entriesOf(seen("j1").id())).isNotEmpty().allMatch(JournalEntry::readable);
        UUID ana = register(Identifier.Kind.EXTERNAL_ID, "ana");
        assertThat(seen("j1").user()).isEqualTo(ana);
        assertThat(seen("j1").extras()).contains("of ana");
        assertThat(row("j3").user()).isEqualTo(ana);
        assertThat(seen("j2").user()).isNull();
        assertThat(running.database()
                        .<JobRow>read(reads -> reads.jobs().job(TEST, "j1"))
                        .user())
                .isNull();
        // The journal entry of a verdict is sealed with the job's key too.
        verdict("j1", Outcome.PROVISIONAL, "a scar on the chin");
        assertThat(entriesOf(seen("j1").id())).hasSize(2).allMatch(JournalEntry::readable);
        Running.ok(onUser(PRODUCTION, ana, new Command.Erase(null, null)));
        assertTellsNothing("j1");
        assertThat(entriesOf(seen("j2").id())).allMatch(JournalEntry::readable);
        assertThat(running.core.journal().verify(Running.ADMIN, PRODUCTION))
                .extracting(result -> Running.ok(result).valid())
                .isEqualTo(true);
    }

    @Test
    void jobsOfAnExternalIdAreClaimedByRenamingOrEnrolment() {
        submit(PRODUCTION, job("j1", 5, "ana"));
        submit(PRODUCTION, job("j2", 5, "bob"));
        submit(PRODUCTION, job("j3", 5, "email:cyd@example.org"));
        UUID other = register(Identifier.Kind.EXTERNAL_ID, "other");
        Identifier name = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, "ana");
        Running.ok(onUser(PRODUCTION, other, Command.Update.of(edits -> edits.externalId = new Edit<>(name))));
        assertThat(seen("j1").user()).isEqualTo(other);
        UUID bob = submit(PRODUCTION, job("j4", 1, "bob")).job().user();
        assertThat(seen("j2").user()).isEqualTo(bob);
        assertThat(seen("j3").user()).isNull();
        assertThat(register(Identifier.Kind.EMAIL, "Cyd@Example.org"))
                .isEqualTo(seen("j3").user());
    }

    @Test
    void aJobIsErasedByItself() {
        submit(PRODUCTION, job("j1", 5, "ana"));
        UUID bob = submit(PRODUCTION, job("j2", 1, "bob")).job().user();
        verdict("j1", Outcome.PROVISIONAL, "a scar on the chin");
        for (String jobId : List.of("j1", "j2")) {
            Change change = Running.ok(running.executeIn(PRODUCTION, new JobCommand.EraseJob(jobId)));
            assertThat(change.events()).extracting(Event::action).containsExactly(Event.Action.JOB_ERASED);
            assertThat(seen(jobId).erasedAt()).isEqualTo(change.at());
            assertTellsNothing(jobId);
            assertThat(Running.ok(running.executeIn(PRODUCTION, new JobCommand.EraseJob(jobId)))
                            .events())
                    .isEmpty();
            assertThat(Running.no(running.executeIn(PRODUCTION, verdictOf(jobId, Outcome.PASSED, "seen"))))
                    .isEqualTo(new Refusal.Erased());
            assertThat(Running.no(running.executeIn(
                            PRODUCTION, new JobCommand.SubmitJob(retry(job(jobId, 5, "ana")), null, null))))
                    .isInstanceOf(Refusal.JobExists.class);
        }
        assertThat(seen("j2").user()).isEqualTo(bob);
        // A user who registers with this external id later does not get the job.
        register(Identifier.Kind.EXTERNAL_ID, "ana");
        assertThat(seen("j1").user()).isNull();
        assertThat(Running.no(running.executeIn(PRODUCTION, new JobCommand.EraseJob("none"))))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(running.core
                        .directory()
                        .execute(new WriteRequest(
                                PRODUCTION,
                                new Write(
                                        new Actor(Running.ADMIN.ref(), "", Set.of(Scope.JOBS_VERDICT), Rank.SUPER, 0),
                                        null,
                                        List.of(new JobCommand.EraseJob("j1")),
                                        null),
                                Running.origin(),
                                null,
                                false,
                                0))))
                .isEqualTo(new Refusal.Forbidden(Scope.BAR_WRITE.wireName()));
    }

    @Test
    void allJobsOfANameAreErased() {
        for (int i = 0; i < 120; i++) {
            submit(PRODUCTION, job("j" + i, 5, i % 4 == 0 ? "bob" : "ana"));
        }
        assertThat(eraseNamed("ana", true)).isEqualTo(90);
        assertThat(seen("j1").extras()).isNotNull();
        assertThat(eraseNamed("ana", false)).isEqualTo(90);
        assertTellsNothing("j1");
        assertTellsNothing("j119");
        assertThat(seen("j0").extras()).isNotNull();
        assertThat(eraseNamed("ana", false)).isZero();
    }

    private int eraseNamed(String name, boolean dryRun) {
        return Running.ok(running.core.jobs().eraseNamed(Running.ADMIN, PRODUCTION, name, Running.origin(), dryRun));
    }

    /// The cleanup, which also runs at startup, adds name fingerprints and keys to jobs that were stored before
    /// jobs had these.
    @Test
    void olderJobsGetTheirNamesAndUsers() {
        UUID cyd = submit(PRODUCTION, job("j5", 1, "cyd")).job().user();
        submit(PRODUCTION, job("j1", 5, "ana"));
        submit(PRODUCTION, job("j2", 5, "bob"));
        for (String jobId : List.of("j1", "j2")) {
            makeOld(jobId);
        }
        assertThat(seen("j1").extras()).contains("of ana");
        UUID ana = register(Identifier.Kind.EXTERNAL_ID, "ana");
        assertThat(seen("j1").user()).isNull();
        running.core.internals().cleanup().everything();
        assertThat(seen("j1").user()).as("who has the name by now").isEqualTo(ana);
        assertThat(seen("j1").extras()).contains("of ana");
        UUID bob = register(Identifier.Kind.EXTERNAL_ID, "bob");
        assertThat(seen("j2").user()).as("who gets it later").isEqualTo(bob);
        verdict("j2", Outcome.PROVISIONAL, "a scar on the chin");
        assertThat(((Job.Completed) seen("j2").stage()).verdict().text()).isEqualTo("a scar on the chin");
        for (UUID user : List.of(ana, bob, cyd)) {
            Running.ok(onUser(PRODUCTION, user, new Command.Erase(null, null)));
        }
        for (String jobId : List.of("j1", "j2", "j5")) {
            assertTellsNothing(jobId);
        }
    }

    /// Seals a job as earlier versions did, before jobs had seeds. Its journal entries are not changed, so they
    /// become unreadable.
    private void makeOld(String jobId) {
        RealmKeys.Entry realm = new RealmKeys(
                        running.database(),
                        dev.muster.sealing.MasterKeys.load(running.folder().resolve("master.key")))
                .get(PRODUCTION);
        Job job = seen(jobId);
        byte[] sealed = new EntrySealer()
                .sealJob(
                        realm.key(),
                        job,
                        realm.key().own(),
                        dev.muster.sealing.ReplayableRandom.draw(new java.security.SecureRandom()));
        try (LaneStore lane = running.database().lane()) {
            lane.lock(List.of(PRODUCTION), true);
            Batch batch = new Batch();
            batch.changedJobs.add(new JobRow(PRODUCTION, job, sealed, null, false, null));
            lane.save(batch);
            lane.commit();
        }
    }
}
