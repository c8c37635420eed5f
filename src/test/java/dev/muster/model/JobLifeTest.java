package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.job.Verdict;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The life of a job from reservation to review, and its effect on the user.
class JobLifeTest {
    private static final Digest TOKEN = new Digest(new byte[] {1});
    private static final Digest ANOTHER_TOKEN = new Digest(new byte[] {2});

    private final TestRealm realm = new TestRealm();
    private final UUID ada = realm.user(draft -> draft.externalId = TestRealm.externalId("ada"));

    private static JobRequest job(String jobId, int type, String who) {
        return new JobRequest(jobId, new JobType(type), forUser(who), "{\"a\":1}", null, false, false, Outcome.PASSED);
    }

    private static JobRequest.ForUser forUser(String who) {
        return new JobRequest.ForUser(UserRef.externalIdOrId(who), who, TestRealm.externalId(who));
    }

    private static JobRequest retry(JobRequest job) {
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

    private static JobRequest permitted(JobRequest job) {
        return new JobRequest(
                job.jobId(),
                job.type(),
                job.user(),
                job.extras(),
                job.callbackUrl(),
                true,
                job.retry(),
                Outcome.PASSED);
    }

    private static JobRequest inSandbox(JobRequest job, Outcome outcome) {
        return new JobRequest(
                job.jobId(),
                job.type(),
                job.user(),
                job.extras(),
                job.callbackUrl(),
                job.permit(),
                job.retry(),
                outcome);
    }

    private static Evidence evidence(int which) {
        return new Evidence(
                new UUID(3, which),
                which,
                new Digest(new byte[] {(byte) which}),
                new Evidence.Key(new byte[32]),
                TestRealm.START.plus(Duration.ofDays(90)));
    }

    private Result<Change> submit(JobRequest job) {
        return realm.ask(realm.admin, null, new JobCommand.SubmitJob(job, null, null));
    }

    private Job submitted(String jobId, int type) {
        return TestRealm.ok(submit(job(jobId, type, "ada"))).job();
    }

    private Result<Change> verdict(String jobId, Outcome outcome) {
        return verdict(jobId, outcome, null);
    }

    private Result<Change> verdict(String jobId, Outcome outcome, @Nullable String text) {
        return realm.ask(
                realm.admin, null, new JobCommand.GiveVerdict(jobId, new Verdict(outcome, BigDecimal.TEN, text)));
    }

    private Job.Completed judged(String jobId) {
        return (Job.Completed) realm.jobs.get(jobId).stage();
    }

    private Enrolment enrolment() {
        return realm.get(ada).enrolment();
    }

    // Verdicts

    @Test
    void anEnrolmentThatPassesEnrols() {
        submitted("j1", 1);
        realm.now = realm.now.plusSeconds(5);
        Change change = TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(change.events())
                .extracting(Event::action)
                .containsExactly(Event.Action.JOB_COMPLETED, Event.Action.USER_ENROLLED);
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j1", realm.now));
        assertThat(realm.get(ada).version()).isEqualTo(2);
        assertThat(judged("j1").at()).isEqualTo(realm.now);
        assertThat(change.job().outcomeWord()).isEqualTo("passed");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 5, 7, 9, 10, 12})
    void noOtherTypeEnrols(int type) {
        if (Set.of(2, 8).contains(type)) {
            submitted("first", 1);
            TestRealm.ok(verdict("first", Outcome.PASSED));
        }
        Enrolment before = enrolment();
        submitted("j1", type);
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(judged("j1").outcome()).isEqualTo(Outcome.PASSED);
        assertThat(enrolment()).isEqualTo(before);
    }

    @Test
    void failedAndProvisionalJobsDoNotEnrol() {
        submitted("j1", 1);
        submitted("j2", 1);
        TestRealm.ok(verdict("j1", Outcome.FAILED));
        TestRealm.ok(verdict("j2", Outcome.PROVISIONAL));
        assertThat(enrolment()).isEqualTo(new Enrolment.None());
        assertThat(TestRealm.ok(verdict("j2", Outcome.PASSED)).events()).hasSize(2);
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j2", realm.now));
    }

    @Test
    void aProvisionalVerdictIsFollowedByOneFinalOne() {
        submitted("j1", 5);
        TestRealm.ok(verdict("j1", Outcome.PROVISIONAL, "perhaps"));
        assertThat(TestRealm.ok(verdict("j1", Outcome.PROVISIONAL, "perhaps")).events())
                .isEmpty();
        assertThat(TestRealm.no(verdict("j1", Outcome.PROVISIONAL, "maybe"))).isEqualTo(new Refusal.JobComplete("j1"));
        TestRealm.ok(verdict("j1", Outcome.FAILED));
        assertThat(judged("j1").outcome()).isEqualTo(Outcome.FAILED);
        for (Outcome outcome : List.of(Outcome.PASSED, Outcome.PROVISIONAL)) {
            assertThat(TestRealm.no(verdict("j1", outcome))).isEqualTo(new Refusal.JobComplete("j1"));
        }
        assertThat(TestRealm.no(verdict("j1", Outcome.FAILED, "in other words")))
                .isEqualTo(new Refusal.JobComplete("j1"));
    }

    @Test
    void theSameVerdictAgainChangesNothingWhateverHappenedSince() {
        submitted("j1", 5);
        Job first = TestRealm.ok(verdict("j1", Outcome.PASSED)).job();
        realm.done(ada, new Command.EnsureHold(HoldKind.FRAUD));
        realm.now = realm.now.plusSeconds(9);
        Change again = TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(again.events()).isEmpty();
        assertThat(again.job()).isEqualTo(first);
    }

    @Test
    void nothingIsSaidOfAJobThatIsNotThereOrOnlyReserved() {
        assertThat(TestRealm.no(verdict("j1", Outcome.PASSED))).isEqualTo(new Refusal.NotFound("job", "j1"));
        TestRealm.ok(realm.ask(realm.admin, null, new JobCommand.ReserveJob(job("j1", 1, "ada"), TOKEN)));
        assertThat(TestRealm.no(verdict("j1", Outcome.PASSED))).isEqualTo(new Refusal.NotFound("job", "j1"));
        assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReviewJob("j1", null, null))))
                .isEqualTo(new Refusal.NotFound("job", "j1"));
    }

    @ParameterizedTest
    @EnumSource(
            value = HoldKind.class,
            names = {"FRAUD", "BLOCKED", "SUSPENDED", "DEACTIVATED"})
    void jobsOfHeldUsersFailWhateverTheVerdict(HoldKind kind) {
        submitted("j1", 1);
        realm.done(ada, new Command.EnsureHold(kind));
        TestRealm.ok(verdict("j1", Outcome.PASSED, "well"));
        assertThat(judged("j1").verdict()).isEqualTo(new Verdict(Outcome.PASSED, BigDecimal.TEN, "well"));
        assertThat(judged("j1").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(judged("j1").reason()).isEqualTo(kind.wireName());
        assertThat(judged("j1").review()).isEqualTo(kind == HoldKind.FRAUD ? new Job.OpenReview() : new Job.NoReview());
        assertThat(enrolment()).isEqualTo(new Enrolment.None());
    }

    @Test
    void jobsOfRemovedBarredOrErasedUsersFail() {
        submitted("j1", 1);
        submitted("j2", 1);
        submitted("j3", 1);
        realm.done(ada, new Command.Remove(null, null));
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        realm.done(ada, new Command.Bar(null, null));
        TestRealm.ok(verdict("j2", Outcome.PASSED));
        realm.done(ada, new Command.Erase(null, null));
        TestRealm.ok(verdict("j3", Outcome.PASSED));
        assertThat(judged("j1").reason()).isEqualTo("removed");
        assertThat(judged("j2").reason()).isEqualTo("barred");
        assertThat(judged("j3").reason()).isEqualTo("barred");
        assertThat(enrolment()).isEqualTo(new Enrolment.None());
    }

    @Test
    void theGravestHoldDecides() {
        submitted("j1", 1);
        realm.done(ada, new Command.EnsureHold(HoldKind.FRAUD), new Command.EnsureHold(HoldKind.SUSPENDED));
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(judged("j1").reason()).isEqualTo("suspended");
        assertThat(judged("j1").review()).isEqualTo(new Job.NoReview());
    }

    @Test
    void jobsSubmittedUnderFraudFailEvenOnceItIsLifted() {
        realm.done(ada, new Command.EnsureHold(HoldKind.FRAUD));
        Job job = submitted("j1", 1);
        assertThat(job.submission().heldBy()).isEqualTo(HoldKind.FRAUD);
        realm.done(ada, new Command.LiftHold(HoldKind.FRAUD));
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(judged("j1").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(judged("j1").reason()).isEqualTo("fraud");
        assertThat(judged("j1").review()).isEqualTo(new Job.OpenReview());
        assertThat(enrolment()).isEqualTo(new Enrolment.None());
    }

    @Test
    void aHoldThatIsOverSpoilsNothingAndItsEndIsStillToBeTold() {
        realm.done(ada, new Command.PlaceHold(HoldKind.FRAUD, Hold.MAIN, null, null, realm.now.plusSeconds(10)));
        realm.now = realm.now.plusSeconds(10);
        assertThat(submitted("j1", 1).submission().heldBy()).isNull();
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j1", realm.now));
        assertThat(realm.get(ada).holds().has(HoldKind.FRAUD)).isTrue();
        Change ended = TestRealm.ok(realm.ask(Actor.SYSTEM, UserRef.id(ada), new Command.EndHolds()));
        assertThat(ended.events()).extracting(Event::action).containsExactly(Event.Action.USER_HOLD_ENDED);
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j1", realm.now));
    }

    @Test
    void theFirstOfSeveralJobsThatPassesEnrols() {
        submitted("j1", 1);
        submitted("j2", 4);
        submitted("j3", 1);
        TestRealm.ok(verdict("j2", Outcome.PASSED));
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        TestRealm.ok(verdict("j3", Outcome.FAILED));
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j2", realm.now));
        assertThat(judged("j1").verdict().outcome()).isEqualTo(Outcome.PASSED);
        assertThat(judged("j1").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(judged("j1").reason()).isEqualTo("already_enrolled");
        assertThat(judged("j1").review()).isEqualTo(new Job.NoReview());
        assertThat(judged("j3").reason()).isNull();
    }

    @Test
    void aPermissionIsUsedUpByTheJobThatPasses() {
        submitted("j1", 1);
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        realm.done(ada, new Command.AllowReenrolment(true));
        submitted("j2", 1);
        submitted("j3", 1);
        TestRealm.ok(verdict("j2", Outcome.FAILED));
        assertThat(enrolment()).isInstanceOf(Enrolment.ReenrolmentAllowed.class);
        TestRealm.ok(verdict("j3", Outcome.PASSED));
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j3", realm.now));
        assertThat(TestRealm.no(submit(job("j4", 1, "ada")))).isEqualTo(new Refusal.AlreadyEnrolled());
    }

    @Test
    void aPermissionThatIsWithdrawnIsNoneForJobsUnderWay() {
        submitted("j1", 1);
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        realm.done(ada, new Command.AllowReenrolment(true));
        submitted("j2", 1);
        realm.done(ada, new Command.AllowReenrolment(false));
        TestRealm.ok(verdict("j2", Outcome.PASSED));
        assertThat(judged("j2").reason()).isEqualTo("already_enrolled");
        assertThat(enrolment())
                .isInstanceOfSatisfying(
                        Enrolment.Enrolled.class,
                        enrolled -> assertThat(enrolled.jobId()).isEqualTo("j1"));
    }

    @Test
    void aPermittedJobEnrolsAgainOfWhatNobodyAllowedTheUser() {
        submitted("j1", 1);
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        TestRealm.ok(submit(permitted(job("j2", 1, "ada"))));
        TestRealm.ok(verdict("j2", Outcome.PASSED));
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j2", realm.now));
        Actor mayNot = realm.key(Set.of(Scope.JOBS_WRITE), Rank.REGULAR, null).actor();
        assertThat(TestRealm.no(
                        realm.ask(mayNot, null, new JobCommand.SubmitJob(permitted(job("j3", 1, "ada")), null, null))))
                .isEqualTo(new Refusal.AlreadyEnrolled());
    }

    @Test
    void mayGiveAVerdictWhoHasTheScopeForIt() {
        submitted("j1", 1);
        Actor mayNot = realm.key(Set.of(Scope.JOBS_WRITE), Rank.REGULAR, null).actor();
        assertThat(TestRealm.no(realm.ask(
                        mayNot, null, new JobCommand.GiveVerdict("j1", new Verdict(Outcome.PASSED, null, null)))))
                .isEqualTo(new Refusal.Forbidden("jobs:verdict"));
    }

    // Test realms

    @Test
    void aTestRealmGivesAVerdictImmediately() {
        realm.environment = Environment.TEST;
        Change change = TestRealm.ok(submit(job("j1", 1, "new")));
        assertThat(change.events())
                .extracting(Event::action)
                .containsExactly(
                        Event.Action.USER_REGISTERED,
                        Event.Action.JOB_SUBMITTED,
                        Event.Action.JOB_COMPLETED,
                        Event.Action.USER_ENROLLED);
        User user = realm.get(change.job().user());
        assertThat(user.enrolment()).isEqualTo(new Enrolment.Enrolled("j1", realm.now));
        // Registration and verdict happen in one request, so the version is still 1.
        assertThat(user.version()).isEqualTo(1);
        TestRealm.ok(submit(inSandbox(job("j2", 5, "ada"), Outcome.FAILED)));
        TestRealm.ok(submit(inSandbox(job("j3", 1, "ada"), Outcome.PROVISIONAL)));
        assertThat(judged("j2").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(judged("j3").outcome()).isEqualTo(Outcome.PROVISIONAL);
        assertThat(enrolment()).isEqualTo(new Enrolment.None());
        TestRealm.ok(verdict("j3", Outcome.PASSED));
        assertThat(enrolment()).isEqualTo(new Enrolment.Enrolled("j3", realm.now));
    }

    @Test
    void fraudIsFoundInATestRealmToo() {
        realm.environment = Environment.TEST;
        realm.done(ada, new Command.EnsureHold(HoldKind.FRAUD));
        Job job = TestRealm.ok(submit(job("j1", 1, "ada"))).job();
        assertThat(job.outcomeWord()).isEqualTo("failed");
        assertThat(judged("j1").verdict().outcome()).isEqualTo(Outcome.PASSED);
        assertThat(judged("j1").review()).isEqualTo(new Job.OpenReview());
    }

    // Unknown users

    @Test
    void anEnrolmentRegistersAStrangerByExternalId() {
        Change change = TestRealm.ok(submit(job("j1", 1, "Stranger")));
        User user = realm.get(change.job().user());
        assertThat(user.externalId()).isEqualTo(TestRealm.externalId("Stranger"));
        assertThat(user.tag()).isEqualTo(Tag.USER);
        assertThat(change.job().userText()).isNull();
        // The next job finds the registered user.
        assertThat(TestRealm.ok(submit(job("j2", 1, "Stranger"))).job().user()).isEqualTo(user.id());
        assertThat(realm.users).hasSize(2);
    }

    @Test
    void onlyEnrolmentJobsWithAnExternalIdRegisterUsers() {
        Job job = TestRealm.ok(submit(job("j1", 5, "stranger"))).job();
        assertThat(job.user()).isNull();
        assertThat(job.userText()).isEqualTo("stranger");
        JobRequest byNumber = new JobRequest(
                "j2",
                new JobType(1),
                new JobRequest.ForUser(UserRef.number(99), "99", null),
                null,
                null,
                false,
                false,
                Outcome.PASSED);
        assertThat(TestRealm.no(submit(byNumber))).isEqualTo(new Refusal.NotFound("user", "99"));
        JobRequest ofNobody = new JobRequest("j2", new JobType(1), null, null, null, false, false, Outcome.PASSED);
        assertThat(TestRealm.no(submit(ofNobody))).isInstanceOf(Refusal.Invalid.class);
        assertThat(realm.users).hasSize(1);
        assertThat(realm.counters.jobs()).isEqualTo(1);
    }

    @Test
    void aStrangersJobIsTheirsOnceTheyAreRegistered() {
        TestRealm.ok(submit(job("j1", 5, "stranger")));
        UUID user = TestRealm.ok(submit(job("j2", 1, "stranger"))).job().user();
        Job again = TestRealm.ok(submit(retry(job("j1", 5, "stranger")))).job();
        assertThat(again.user()).isEqualTo(user);
        assertThat(again.userText()).isNull();
        // Once registered, the user is checked like any other.
        realm.done(user, new Command.EnsureHold(HoldKind.BLOCKED));
        assertThat(TestRealm.no(submit(retry(job("j1", 5, "stranger"))))).isInstanceOf(Refusal.Held.class);
    }

    // Reservations

    private Change reserved(JobRequest job, Digest token) {
        return TestRealm.ok(realm.ask(realm.admin, null, new JobCommand.ReserveJob(job, token)));
    }

    private Result<Change> use(JobRequest job, Digest token, int evidence) {
        return realm.ask(realm.admin, null, new JobCommand.SubmitJob(job, token, evidence(evidence)));
    }

    @Test
    void aReservationIsUsedOnce() {
        JobRequest job = job("j1", 1, "ada");
        Change change = reserved(job, TOKEN);
        assertThat(change.job().submission()).isNull();
        assertThat(change.events()).extracting(Event::action).containsExactly(Event.Action.JOB_RESERVED);
        assertThat(TestRealm.no(submit(job))).isEqualTo(new Refusal.JobExists("j1"));
        assertThat(TestRealm.no(use(job, ANOTHER_TOKEN, 1))).isEqualTo(new Refusal.JobExists("j1"));
        Job submitted = TestRealm.ok(use(job, TOKEN, 1)).job();
        assertThat(submitted.id()).isEqualTo(change.job().id());
        assertThat(submitted.evidence()).isEqualTo(evidence(1));
        assertThat(TestRealm.no(use(job, TOKEN, 2))).isEqualTo(new Refusal.JobExists("j1"));
    }

    @Test
    void onlyWhatWasReservedIsSubmitted() {
        reserved(job("j1", 1, "ada"), TOKEN);
        assertThat(TestRealm.no(use(job("j1", 4, "ada"), TOKEN, 1))).isEqualTo(new Refusal.JobExists("j1"));
        assertThat(TestRealm.no(use(job("j1", 1, "bob"), TOKEN, 1))).isEqualTo(new Refusal.JobExists("j1"));
        TestRealm.ok(use(job("j1", 1, "ada"), TOKEN, 1));
        // A resubmission must also have the type that was reserved.
        JobRequest again = retry(job("j1", 1, "ada"));
        reserved(again, ANOTHER_TOKEN);
        assertThat(TestRealm.no(use(retry(job("j1", 4, "ada")), ANOTHER_TOKEN, 2)))
                .isEqualTo(new Refusal.JobExists("j1"));
        assertThat(TestRealm.ok(use(again, ANOTHER_TOKEN, 2)).job().type()).isEqualTo(new JobType(1));
    }

    @Test
    void aReservationLapsesAndFreesTheId() {
        JobRequest job = job("j1", 1, "ada");
        UUID id = reserved(job, TOKEN).job().id();
        realm.now = realm.now.plus(Duration.ofHours(1));
        assertThat(TestRealm.no(use(job, TOKEN, 1))).isEqualTo(new Refusal.NotFound("upload", "j1"));
        Job other = TestRealm.ok(submit(job("j1", 5, "somebody else"))).job();
        assertThat(other.type()).isEqualTo(new JobType(5));
        assertThat(other.id()).isEqualTo(id);
        assertThat(other.number()).isEqualTo(1);
        assertThat(realm.counters.jobs()).isEqualTo(1);
    }

    @Test
    void aReservationHoldsToItsLastMoment() {
        JobRequest job = job("j1", 1, "ada");
        reserved(job, TOKEN);
        realm.now = realm.now.plus(Duration.ofHours(1)).minusMillis(1);
        TestRealm.ok(use(job, TOKEN, 1));
    }

    @Test
    void aRetryReservesAgainForTheSameUserAndTypeOnly() {
        JobRequest job = job("j1", 1, "ada");
        reserved(job, TOKEN);
        assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReserveJob(job, ANOTHER_TOKEN))))
                .isEqualTo(new Refusal.JobExists("j1"));
        for (JobRequest other : List.of(retry(job("j1", 4, "ada")), retry(job("j1", 1, "bea")))) {
            assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReserveJob(other, ANOTHER_TOKEN))))
                    .isEqualTo(new Refusal.JobExists("j1"));
        }
        reserved(retry(job), ANOTHER_TOKEN);
        assertThat(TestRealm.no(use(job, TOKEN, 1))).isEqualTo(new Refusal.JobExists("j1"));
        TestRealm.ok(use(retry(job), ANOTHER_TOKEN, 1));
    }

    private Result<Change> free(Digest token) {
        return realm.ask(realm.admin, null, new JobCommand.FreeJobId("j1", token));
    }

    @Test
    void evidenceOfNoUseFreesTheIdForItsUserAndType() {
        JobRequest job = job("j1", 1, "ada");
        Job before = reserved(job, TOKEN).job();
        Change freed = TestRealm.ok(free(TOKEN));
        assertThat(freed.events()).extracting(Event::action).containsExactly(Event.Action.JOB_RESERVED);
        assertThat(freed.job().reservation().until())
                .isEqualTo(before.reservation().until());
        assertThat(TestRealm.ok(free(TOKEN)).events()).isEmpty();
        for (JobRequest other : List.of(job("j1", 4, "ada"), job("j1", 1, "bea"))) {
            assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReserveJob(other, ANOTHER_TOKEN))))
                    .isEqualTo(new Refusal.JobExists("j1"));
        }
        Job again = reserved(job, ANOTHER_TOKEN).job();
        assertThat(again.id()).isEqualTo(before.id());
        // The new reservation works like any other.
        assertThat(TestRealm.no(use(job, TOKEN, 1))).isEqualTo(new Refusal.JobExists("j1"));
        assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReserveJob(job, TOKEN))))
                .isEqualTo(new Refusal.JobExists("j1"));
        TestRealm.ok(use(job, ANOTHER_TOKEN, 1));
    }

    @Test
    void evidenceOfNoUseLeavesTheReservationOpen() {
        JobRequest job = job("j1", 1, "ada");
        reserved(job, TOKEN);
        TestRealm.ok(free(TOKEN));
        TestRealm.ok(use(job, TOKEN, 1));
        assertThat(TestRealm.no(submit(job))).isEqualTo(new Refusal.JobExists("j1"));
    }

    @Test
    void anIdIsFreedByWhoHoldsItsReservationOnly() {
        assertThat(TestRealm.no(free(TOKEN))).isEqualTo(new Refusal.NotFound("upload", "j1"));
        reserved(job("j1", 1, "ada"), TOKEN);
        assertThat(TestRealm.no(free(ANOTHER_TOKEN))).isEqualTo(new Refusal.JobExists("j1"));
        realm.now = realm.now.plus(Duration.ofHours(1));
        assertThat(TestRealm.no(free(TOKEN))).isEqualTo(new Refusal.NotFound("upload", "j1"));
    }

    /// Freeing the reservation of a retry does not free the id of the job that was already submitted: any further
    /// submission must still be marked as a retry.
    @Test
    void theIdOfASubmittedJobIsNotFreed() {
        JobRequest job = job("j1", 1, "ada");
        TestRealm.ok(submit(job));
        reserved(retry(job), TOKEN);
        assertThat(TestRealm.ok(free(TOKEN)).events()).isEmpty();
        assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReserveJob(job, ANOTHER_TOKEN))))
                .isEqualTo(new Refusal.JobExists("j1"));
    }

    @Test
    void aJobThatAwaitsItsVerdictIsSubmittedAgainWithOtherEvidence() {
        JobRequest job = job("j1", 1, "ada");
        reserved(job, TOKEN);
        TestRealm.ok(use(job, TOKEN, 1));
        Change promise = reserved(retry(job), ANOTHER_TOKEN);
        // The job is unchanged until the new evidence arrives.
        assertThat(promise.job().evidence()).isEqualTo(evidence(1));
        Change again = TestRealm.ok(use(retry(job), ANOTHER_TOKEN, 2));
        assertThat(again.events()).extracting(Event::action).containsExactly(Event.Action.JOB_RESUBMITTED);
        assertThat(again.job().evidence()).isEqualTo(evidence(2));
        assertThat(again.job().reservation()).isNull();
    }

    @Test
    void aVerdictEndsThePromiseOfOtherEvidence() {
        JobRequest job = job("j1", 1, "ada");
        TestRealm.ok(submit(job));
        reserved(retry(job), TOKEN);
        TestRealm.ok(verdict("j1", Outcome.PROVISIONAL));
        assertThat(TestRealm.no(use(retry(job), TOKEN, 1))).isEqualTo(new Refusal.JobExists("j1"));
        assertThat(TestRealm.no(submit(retry(job)))).isEqualTo(new Refusal.JobExists("j1"));
    }

    @Test
    void aSubmissionAgainKeepsEvidenceWhereItBringsNone() {
        TestRealm.ok(realm.ask(realm.admin, null, new JobCommand.SubmitJob(job("j1", 1, "ada"), null, evidence(1))));
        assertThat(TestRealm.ok(submit(retry(job("j1", 1, "ada")))).job().evidence())
                .isEqualTo(evidence(1));
    }

    /// A reserved job stays with its user even if the user's external id changes before the upload.
    @Test
    void aReservedJobStaysTheUsersForWhomItWasReserved() {
        JobRequest job = job("j1", 5, "ada");
        TestRealm.ok(submit(job));
        reserved(retry(job), TOKEN);
        realm.done(ada, renamed("countess"));
        realm.user(draft -> draft.externalId = TestRealm.externalId("ada"));
        assertThat(TestRealm.ok(use(retry(job), TOKEN, 1)).job().user()).isEqualTo(ada);

        JobRequest enrolment = job("j2", 1, "countess");
        reserved(enrolment, TOKEN);
        realm.done(ada, renamed("lady"));
        assertThat(TestRealm.ok(use(enrolment, TOKEN, 1)).job().user()).isEqualTo(ada);
        assertThat(realm.users).hasSize(2);
    }

    private static Command renamed(String to) {
        return Command.Update.of(edits -> edits.externalId = new Edit<>(TestRealm.externalId(to)));
    }

    @Test
    void aReservedJobIsJudgedAgainWhenItIsSubmitted() {
        JobRequest job = job("j1", 5, "ada");
        reserved(job, TOKEN);
        realm.done(ada, new Command.EnsureHold(HoldKind.BLOCKED));
        assertThat(TestRealm.no(use(job, TOKEN, 1))).isInstanceOf(Refusal.Held.class);
        realm.done(ada, new Command.Bar(null, null));
        assertThat(TestRealm.no(use(job, TOKEN, 1))).isEqualTo(new Refusal.Barred());
        realm.done(ada, new Command.Erase(null, null));
        assertThat(TestRealm.no(use(job, TOKEN, 1))).isEqualTo(new Refusal.Erased());
        // After an erasure, the reservation records only which user it belonged to.
        JobRequest bare = new JobRequest("j1", new JobType(5), null, null, null, false, false, Outcome.PASSED);
        assertThat(TestRealm.no(use(bare, TOKEN, 1))).isEqualTo(new Refusal.Erased());
    }

    // Reviews

    @Test
    void aReviewIsClosedOnceWithANote() {
        realm.done(ada, new Command.EnsureHold(HoldKind.FRAUD));
        submitted("j1", 5);
        assertThat(TestRealm.no(realm.ask(realm.admin, null, new JobCommand.ReviewJob("j1", "n", null))))
                .isEqualTo(new Refusal.NotFound("review", "j1"));
        TestRealm.ok(verdict("j1", Outcome.PROVISIONAL));
        realm.now = realm.now.plusSeconds(3);
        Change closed = TestRealm.ok(
                realm.ask(realm.manager, null, new JobCommand.ReviewJob("j1", "a mistake", ReviewDecision.NOT_FRAUD)));
        Job.Review review = new Job.ClosedReview(realm.manager.ref(), realm.now, "a mistake", ReviewDecision.NOT_FRAUD);
        assertThat(judged("j1").review()).isEqualTo(review);
        assertThat(closed.events().getFirst().note()).isEqualTo("a mistake");
        assertThat(closed.events().getFirst().changes().byField().get("reviewDecision"))
                .isEqualTo(new Changes.FieldChange(null, "not_fraud"));
        assertThat(TestRealm.ok(realm.ask(
                                realm.admin, null, new JobCommand.ReviewJob("j1", "again", ReviewDecision.FRAUD)))
                        .events())
                .isEmpty();
        // A later verdict does not reopen the review.
        TestRealm.ok(verdict("j1", Outcome.PASSED));
        assertThat(judged("j1").review()).isEqualTo(review);
        assertThat(judged("j1").outcome()).isEqualTo(Outcome.FAILED);
    }
}
