package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// For every combination of conditions, a submission gets the first refusal that applies, in the order of [#expected].
class JobSubmissionTest {
    private static final String JOB = "the-job";
    private static final String NAME = "somebody";
    private static final Digest TOKEN = new Digest(new byte[] {1});
    private static final JobRequest.ForUser ANOTHER =
            new JobRequest.ForUser(UserRef.externalIdOrId("another"), "another", null);

    /// The state of an existing job with the requested job id.
    private enum There {
        NOTHING,
        RESERVED,
        LAPSED,
        AWAITING,
        PROVISIONAL,
        FINAL
    }

    private enum Whose {
        SAME,
        OTHER_TYPE,
        OTHER_USER
    }

    private enum Who {
        UNKNOWN,
        UNKNOWN_BARRED,
        NEVER_ENROLLED,
        ENROLLED,
        MAY_ENROL_AGAIN
    }

    private enum Held {
        NOT,
        BY_WHAT_IS_OVER,
        FRAUD,
        DEACTIVATED,
        SUSPENDED,
        BLOCKED,
        REMOVED,
        BARRED,
        ERASED,
        FRAUD_AND_BLOCKED
    }

    private record Row(
            There there, Whose whose, boolean retry, Who who, Held held, int type, boolean permit, boolean mayPermit) {
        boolean makesSense() {
            boolean known = who != Who.UNKNOWN && who != Who.UNKNOWN_BARRED;
            // An accepted enrolment has registered its user.
            boolean taken = there == There.AWAITING || there == There.PROVISIONAL || there == There.FINAL;
            boolean ofAStranger =
                    taken && !known && whose == Whose.SAME && Set.of(1, 4).contains(type);
            return (known || held == Held.NOT) && (there != There.NOTHING || whose == Whose.SAME) && !ofAStranger;
        }
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (There there : There.values()) {
            for (Whose whose : Whose.values()) {
                for (Who who : Who.values()) {
                    for (Held held : Held.values()) {
                        for (int type : new int[] {1, 4, 2, 8, 5, 12}) {
                            for (int flags = 0; flags < 8; flags++) {
                                Row row = new Row(
                                        there,
                                        whose,
                                        (flags & 1) != 0,
                                        who,
                                        held,
                                        type,
                                        (flags & 2) != 0,
                                        (flags & 4) != 0);
                                if (row.makesSense()) {
                                    rows.add(row);
                                }
                            }
                        }
                    }
                }
            }
        }
        return rows;
    }

    /// Returns the name of the first refusal that applies, in order of precedence, or `taken` if none does.
    private static String expected(Row row) {
        boolean exists = row.there != There.NOTHING && row.there != There.LAPSED;
        boolean replaceable = row.there == There.RESERVED || row.there == There.AWAITING;
        boolean enrolment = Set.of(1, 4, 6, 11).contains(row.type);
        boolean ofEnrolled = Set.of(2, 8).contains(row.type);
        boolean unknown = row.who == Who.UNKNOWN || row.who == Who.UNKNOWN_BARRED;
        if (exists && !(row.retry && replaceable && row.whose == Whose.SAME)) {
            return "JobExists";
        }
        if (row.held == Held.ERASED) {
            return "Erased";
        }
        if (row.held == Held.BARRED || row.who == Who.UNKNOWN_BARRED) {
            return "Barred";
        }
        if (row.held == Held.REMOVED) {
            return "Removed";
        }
        if (unknown && ofEnrolled) {
            return "NotEnrolled";
        }
        if (Set.of(Held.DEACTIVATED, Held.SUSPENDED, Held.BLOCKED, Held.FRAUD_AND_BLOCKED)
                .contains(row.held)) {
            return "Held";
        }
        if (row.who == Who.MAY_ENROL_AGAIN && !enrolment) {
            return "MustReenrol";
        }
        if (row.who == Who.ENROLLED && enrolment && !(row.permit && row.mayPermit)) {
            return "AlreadyEnrolled";
        }
        if (ofEnrolled && row.who == Who.NEVER_ENROLLED) {
            return "NotEnrolled";
        }
        return "taken";
    }

    @Test
    void theFirstLineThatAppliesRefuses() {
        Map<String, Integer> seen = new TreeMap<>();
        for (Row row : rows()) {
            TestRealm realm = new TestRealm();
            JobRequest request = arrange(realm, row);
            Actor actor = row.mayPermit
                    ? realm.admin
                    : realm.key(Set.of(Scope.JOBS_WRITE), Rank.REGULAR, null).actor();
            String expected = expected(row);
            seen.merge(expected, 1, Integer::sum);
            Script.More before = Script.More.of(realm);
            Result<Change> reserved = realm.ask(actor, null, new JobCommand.ReserveJob(request, TOKEN));
            assertThat(outcome(reserved)).as("%s, reserved", row).isEqualTo(expected);
            realm.jobs.clear();
            realm.jobs.putAll(before.jobs());
            int users = realm.users.size();
            Result<Change> submitted = realm.ask(actor, null, new JobCommand.SubmitJob(request, null, null));
            assertThat(outcome(submitted)).as("%s, submitted", row).isEqualTo(expected);
            if (submitted instanceof Result.Refused<Change>) {
                assertThat(realm.jobs).isEqualTo(before.jobs());
                assertThat(realm.users).hasSize(users);
            } else {
                taken(realm, row, request, users, ((Result.Ok<Change>) submitted).value());
            }
        }
        // Every outcome must be reached by at least one row.
        assertThat(seen)
                .containsOnlyKeys(
                        "AlreadyEnrolled",
                        "Barred",
                        "Erased",
                        "Held",
                        "JobExists",
                        "MustReenrol",
                        "NotEnrolled",
                        "Removed",
                        "taken");
    }

    private static void taken(TestRealm realm, Row row, JobRequest request, int users, Change change) {
        Job job = change.job();
        boolean registers = row.who == Who.UNKNOWN && request.type().kind() == JobType.Kind.ENROLMENT;
        assertThat(realm.users).hasSize(users + (registers ? 1 : 0));
        assertThat(job.stage()).isInstanceOf(Job.Awaiting.class);
        assertThat(job.permitted()).isEqualTo(row.permit && row.mayPermit);
        assertThat(job.submission().heldBy()).isEqualTo(row.held == Held.FRAUD ? HoldKind.FRAUD : null);
        if (row.who == Who.UNKNOWN && !registers) {
            assertThat(job.user()).isNull();
            assertThat(job.userText()).isEqualTo(NAME);
        } else {
            assertThat(realm.get(job.user()).externalId()).isEqualTo(TestRealm.externalId(NAME));
            assertThat(job.userText()).isNull();
        }
        assertThat(change.events().getLast().action())
                .isEqualTo(row.there == There.AWAITING ? Event.Action.JOB_RESUBMITTED : Event.Action.JOB_SUBMITTED);
    }

    private static String outcome(Result<Change> result) {
        return switch (result) {
            case Result.Ok<Change> _ -> "taken";
            case Result.Refused<Change>(var refusal) -> refusal.getClass().getSimpleName();
        };
    }

    private static JobRequest arrange(TestRealm realm, Row row) {
        UUID user = user(realm, row);
        JobRequest.ForUser forUser = new JobRequest.ForUser(
                user == null ? UserRef.externalIdOrId(NAME) : UserRef.id(user), NAME, TestRealm.externalId(NAME));
        UUID other = realm.user("other@x.org");
        if (row.there != There.NOTHING) {
            JobType type = new JobType(row.whose == Whose.OTHER_TYPE ? (row.type == 1 ? 5 : 1) : row.type);
            boolean same = row.whose != Whose.OTHER_USER;
            JobRequest there =
                    new JobRequest(JOB, type, same ? forUser : ANOTHER, null, null, false, false, Outcome.PASSED);
            realm.counters = realm.counters.withAnotherJob();
            realm.jobs.put(
                    JOB,
                    new Job(
                            realm.freshId(),
                            JOB,
                            1,
                            type,
                            same ? user : other,
                            same && user == null ? NAME : null,
                            "{\"old\":1}",
                            null,
                            false,
                            stage(realm, row.there, there),
                            null,
                            null));
        }
        return new JobRequest(JOB, new JobType(row.type), forUser, null, null, row.permit, row.retry, Outcome.PASSED);
    }

    private static Job.Stage stage(TestRealm realm, There there, JobRequest job) {
        Job.Submission submission = new Job.Submission(realm.now.minusSeconds(9), null);
        boolean lapsed = there == There.LAPSED;
        Job.Reservation reservation =
                new Job.Reservation(TOKEN, lapsed ? realm.now : realm.now.plusMillis(1), realm.admin.ref(), job);
        return switch (there) {
            case NOTHING -> throw new IllegalArgumentException();
            case RESERVED, LAPSED -> new Job.Reserved(reservation);
            case AWAITING -> new Job.Awaiting(submission, null);
            case PROVISIONAL, FINAL -> {
                Outcome outcome = there == There.FINAL ? Outcome.FAILED : Outcome.PROVISIONAL;
                yield new Job.Completed(
                        submission, new Verdict(outcome, null, null), outcome, null, realm.now, new Job.NoReview());
            }
        };
    }

    private static @Nullable UUID user(TestRealm realm, Row row) {
        if (row.who == Who.UNKNOWN_BARRED) {
            realm.bars.put(TestRealm.PRINTS.of(TestRealm.externalId(NAME).key()), new UUID(9, 9));
        }
        if (row.who == Who.UNKNOWN || row.who == Who.UNKNOWN_BARRED) {
            return null;
        }
        Enrolment.Enrolled enrolled = new Enrolment.Enrolled("before", realm.now);
        return realm.user(draft -> {
            draft.externalId = TestRealm.externalId(NAME);
            draft.enrolment = switch (row.who) {
                case ENROLLED -> enrolled;
                case MAY_ENROL_AGAIN -> new Enrolment.ReenrolmentAllowed(enrolled);
                default -> new Enrolment.None();
            };
            switch (row.held) {
                case NOT -> {}
                case BY_WHAT_IS_OVER ->
                    draft.holds = Holds.NONE.with(
                            new Hold(HoldKind.BLOCKED, Hold.MAIN, null, null, ActorRef.ROOT, realm.now, realm.now));
                case FRAUD -> hold(draft, realm, HoldKind.FRAUD);
                case DEACTIVATED -> hold(draft, realm, HoldKind.DEACTIVATED);
                case SUSPENDED -> hold(draft, realm, HoldKind.SUSPENDED);
                case BLOCKED -> hold(draft, realm, HoldKind.BLOCKED);
                case REMOVED -> hold(draft, realm, HoldKind.REMOVED);
                case BARRED -> hold(draft, realm, HoldKind.BARRED, HoldKind.REMOVED, HoldKind.BLOCKED);
                case ERASED -> {
                    hold(draft, realm, HoldKind.REMOVED);
                    draft.erasedAt = realm.now;
                }
                case FRAUD_AND_BLOCKED -> hold(draft, realm, HoldKind.FRAUD, HoldKind.BLOCKED);
            }
        });
    }

    private static void hold(User.Draft draft, TestRealm realm, HoldKind... kinds) {
        for (HoldKind kind : kinds) {
            draft.holds = draft.holds.with(new Hold(kind, Hold.MAIN, null, null, ActorRef.ROOT, realm.now, null));
        }
    }
}
