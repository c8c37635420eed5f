package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobFields;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Verdict;
import dev.muster.model.state.JobState;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.PeopleState;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides requests about jobs: reserves, submits, frees job ids, gives verdicts and closes reviews.
///
/// What a job brings about for its user, a registration or an enrolment, is an entry of that user's own.
final class JobDecider {
    private final Context context;
    private final PeopleState people;
    private final JobState jobs;
    private final Lookup lookup;
    private final JobRules rules;
    private final Instant now;

    JobDecider(Context context) {
        this.context = context;
        this.people = context.realm().people();
        this.jobs = context.realm().jobs();
        this.lookup = new Lookup(context);
        this.rules = new JobRules(context.now());
        this.now = context.now();
    }

    static void plan(Command.OnJobs command, LoadPlan plan, Fingerprint.Maker prints) {
        switch (command) {
            case Command.ReserveJob(var job, var _) -> plan(job, plan, prints);
            case Command.SubmitJob(var job, var _, var _) -> plan(job, plan, prints);
            case Command.FreeJobId(var jobId, var _) -> plan.jobs.ids.add(jobId);
            case Command.GiveVerdict(var jobId, var _) -> plan.jobs.ids.add(jobId);
            case Command.ReviewJob(var jobId, var _) -> plan.jobs.ids.add(jobId);
            case Command.EraseJob(var jobId) -> plan.jobs.ids.add(jobId);
        }
    }

    private static void plan(JobRequest job, LoadPlan plan, Fingerprint.Maker prints) {
        plan.jobs.ids.add(job.jobId());
        if (job.user() != null) {
            Lookup.plan(job.user().ref(), plan, prints);
            IdentifierRules.plan(job.user().register(), plan, prints);
        }
    }

    Result<Change> decide(Command.OnJobs command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.ReserveJob(var asked, var token) -> reserve(asked, token, freshId);
            case Command.SubmitJob submit -> submit(submit, freshId);
            case Command.FreeJobId(var jobId, var token) -> free(jobId, token);
            case Command.GiveVerdict(var jobId, var verdict) -> giveVerdict(jobId, verdict);
            case Command.ReviewJob(var jobId, var note) -> review(jobId, note);
            case Command.EraseJob(var jobId) -> erase(jobId);
        };
    }

    // Submission.

    private Result<Change> reserve(JobRequest asked, Digest token, Supplier<UUID> freshId) {
        User user = user(asked);
        Job there = there(asked.jobId());
        if (there != null && !mayReplace(there, asked, user)) {
            return Result.refused(new Refusal.JobExists(there.jobId()));
        }
        Refusal refusal = refused(asked, user);
        if (refusal != null) {
            return Result.refused(refusal);
        }
        Job.Reservation reservation = new Job.Reservation(
                token, now.plus(JobRules.RESERVED_FOR), context.actor().ref(), asked);
        Job job;
        if (there != null && there.stage() instanceof Job.Awaiting(var submission, var _)) {
            job = there.at(new Job.Awaiting(submission, reservation));
        } else {
            job = place(asked, user, new Job.Reserved(reservation), null, freshId);
        }
        jobs.put(job);
        return Result.ok(change(job, List.of(event(job, Event.Action.JOB_RESERVED, null, JobFields.diff(there, job)))));
    }

    private Result<Change> submit(Command.SubmitJob submit, Supplier<UUID> freshId) {
        JobRequest asked = submit.job();
        Job there = there(asked.jobId());
        User known = submit.token() == null ? user(asked) : promisedTo(there, asked);
        Refusal refusal = submit.token() == null
                ? there != null && !mayReplace(there, asked, known) ? new Refusal.JobExists(there.jobId()) : null
                : unpromised(there, asked.jobId(), submit.token());
        if (refusal == null) {
            refusal = refused(asked, known);
        }
        if (refusal == null && submit.token() != null && isAnother(there, asked)) {
            refusal = new Refusal.JobExists(asked.jobId());
        }
        if (refusal != null) {
            return Result.refused(refusal);
        }
        List<Event> events = new ArrayList<>(4);
        Job row = jobs.find(asked.jobId());
        UUID id = row == null ? freshId.get() : row.id();
        User user = known;
        if (user == null && asked.type().kind() == JobType.Kind.ENROLMENT) {
            switch (register(asked, freshId, events)) {
                case Result.Refused<User>(var why) -> {
                    return Result.refused(why);
                }
                case Result.Ok<User>(var made) -> user = made;
            }
        }
        Job.Submission submission = new Job.Submission(now, JobRules.spoiling(user, now));
        Job earlier = there != null && there.stage() instanceof Job.Awaiting ? there : null;
        Evidence evidence = submit.evidence() == null && earlier != null ? earlier.evidence() : submit.evidence();
        // Whose job it is stays as it was told first: what the journal says of it is sealed accordingly.
        User owner = earlier != null && earlier.user() == null ? null : user;
        Job job = place(asked, owner, new Job.Awaiting(submission, null), evidence, () -> id);
        events.add(event(
                job,
                earlier == null ? Event.Action.JOB_SUBMITTED : Event.Action.JOB_RESUBMITTED,
                null,
                JobFields.diff(earlier, job)));
        if (context.environment() == Environment.TEST) {
            job = complete(job, submission, user, new Verdict(asked.sandboxResult(), null, null), events);
        }
        jobs.put(job);
        return Result.ok(change(job, events));
    }

    private Result<Change> free(String jobId, Digest token) {
        Job there = there(jobId);
        Refusal refusal = unpromised(there, jobId, token);
        if (refusal != null) {
            return Result.refused(refusal);
        }
        Job job = Objects.requireNonNull(there);
        if (!(job.stage() instanceof Job.Reserved(var reservation)) || reservation.evidenceRefused()) {
            return Result.ok(change(job, List.of()));
        }
        Job next = job.at(new Job.Reserved(reservation.withEvidenceRefused()));
        jobs.put(next);
        return Result.ok(
                change(next, List.of(event(next, Event.Action.JOB_RESERVED, null, JobFields.diff(job, next)))));
    }

    private @Nullable User user(JobRequest asked) {
        User user = asked.user() == null ? null : people.find(asked.user().ref());
        return user == null ? null : user.at(now);
    }

    /// Whose job was reserved, whatever they are called by now: it stays theirs, and is refused once they
    /// are erased.
    private @Nullable User promisedTo(@Nullable Job there, JobRequest asked) {
        if (there == null || there.user() == null) {
            return user(asked);
        }
        User user = people.find(UserRef.id(there.user()));
        return user == null ? null : user.at(now);
    }

    /// The job with that id; null if none or lapsed.
    private @Nullable Job there(String jobId) {
        Job job = jobs.find(jobId);
        return job == null || job.isLapsed(now) ? null : job;
    }

    private static boolean mayReplace(Job there, JobRequest asked, @Nullable User user) {
        boolean freed = there.stage() instanceof Job.Reserved(var reservation) && reservation.evidenceRefused();
        return (asked.retry() || freed)
                && there.erasedAt() == null
                && !(there.stage() instanceof Job.Judged)
                && JobRules.isSame(there, asked, user);
    }

    /// Whether something else was reserved than what is asked for now.
    private static boolean isAnother(@Nullable Job there, JobRequest asked) {
        Job.Reservation reservation = there == null ? null : there.reservation();
        return reservation != null && !reservation.job().equals(asked);
    }

    /// Why `token` does not open the way to submit this job, or null when it does.
    private @Nullable Refusal unpromised(@Nullable Job there, String jobId, Digest token) {
        if (there == null) {
            return new Refusal.NotFound("upload", jobId);
        }
        Job.Reservation reservation = there.reservation();
        return reservation != null
                        && reservation.isOpen(now)
                        && reservation.token().equals(token)
                ? null
                : new Refusal.JobExists(jobId);
    }

    private @Nullable Refusal refused(JobRequest asked, @Nullable User user) {
        JobRequest.ForUser asks = asked.user();
        if (user == null && asks != null && lookup.isBarred(asks.ref())) {
            return new Refusal.Barred();
        }
        Refusal refusal = rules.refused(asked.type(), user, isPermitted(asked));
        if (refusal != null || user != null || asked.type().kind() != JobType.Kind.ENROLMENT) {
            return refusal;
        }
        if (asks == null) {
            return new Refusal.Invalid("user", "required", "An enrolment is of somebody.");
        }
        return asks.register() == null ? lookup.missing(asks.ref()) : null;
    }

    private boolean isPermitted(JobRequest asked) {
        return asked.permit() && context.actor().may(Scope.HOLDS_WRITE);
    }

    private Result<User> register(JobRequest asked, Supplier<UUID> freshId, List<Event> events) {
        JobRequest.ForUser asks = asked.user();
        if (asks == null) {
            throw new IllegalStateException("an enrolment of nobody was let through");
        }
        Command.Register command = new Command.Register(null, asks.register(), null, null, null, null, Tag.USER, null);
        return new UserDecider(context).register(command, freshId.get(), events);
    }

    /// The id and number of a job stay its own; one whose reservation lapsed leaves them to the next of its
    /// job id.
    private Job place(
            JobRequest asked,
            @Nullable User user,
            Job.Stage stage,
            @Nullable Evidence evidence,
            Supplier<UUID> freshId) {
        Job row = jobs.find(asked.jobId());
        UUID id = row == null ? freshId.get() : row.id();
        long number = row == null ? jobs.takeNumber() : row.number();
        String text = user == null && asked.user() != null ? asked.user().text() : null;
        return new Job(
                id,
                asked.jobId(),
                number,
                asked.type(),
                user == null ? null : user.id(),
                text,
                asked.extras(),
                asked.callbackUrl(),
                isPermitted(asked),
                stage,
                evidence,
                null);
    }

    // Verdicts and reviews.

    private Result<Change> giveVerdict(String jobId, Verdict verdict) {
        return readableJob(jobId).then(job -> {
            if (job.stage() instanceof Job.Judged judged) {
                if (judged.given().equals(verdict)) {
                    return Result.ok(change(job, List.of()));
                }
                if (judged.isFinal() || !verdict.isFinal()) {
                    return Result.refused(new Refusal.JobComplete(jobId));
                }
            }
            Job.Submission submission = job.submission();
            if (submission == null) {
                throw new IllegalStateException("a job without a submission was let through");
            }
            List<Event> events = new ArrayList<>(2);
            User user = job.user() == null ? null : people.find(UserRef.id(job.user()));
            Job next = complete(job, submission, user == null ? null : user.at(now), verdict, events);
            jobs.put(next);
            return Result.ok(change(next, events));
        });
    }

    private Job complete(Job job, Job.Submission submission, @Nullable User user, Verdict verdict, List<Event> events) {
        Job.Judged judged = rules.judged(job, submission, user, verdict);
        Job next = job.at(judged);
        events.add(event(next, Event.Action.JOB_COMPLETED, null, JobFields.diff(job, next)));
        // With the holds that are stored, also those that are over: their endings are entries of their own.
        User stored = user == null ? null : people.find(UserRef.id(user.id()));
        if (stored != null && JobRules.enrols(job, judged)) {
            // A user whom this request registered has changed in it once.
            boolean fresh = events.stream().anyMatch(event -> event.action() == Event.Action.USER_REGISTERED);
            User enrolled = JobRules.enrolled(job, stored, stored.version() + (fresh ? 0 : 1), now);
            people.put(enrolled);
            events.add(context.event(
                    Event.Action.USER_ENROLLED,
                    new Change.OfUser(enrolled).subject(),
                    UserFields.diff(stored, enrolled)));
        }
        return next;
    }

    private Result<Change> review(String jobId, @Nullable String note) {
        return readableJob(jobId).then(job -> {
            Job.Review review = job.stage() instanceof Job.Judged judged ? judged.review() : new Job.NoReview();
            return switch (review) {
                case Job.NoReview() -> Result.refused(new Refusal.NotFound("review", jobId));
                case Job.ClosedReview _ -> Result.ok(change(job, List.of()));
                case Job.OpenReview() -> {
                    Job.Judged judged = (Job.Judged) job.stage();
                    Job next = job.at(
                            judged.with(new Job.ClosedReview(context.actor().ref(), now, note)));
                    jobs.put(next);
                    yield Result.ok(change(
                            next, List.of(event(next, Event.Action.JOB_REVIEWED, note, JobFields.diff(job, next)))));
                }
            };
        });
    }

    private Result<Job> submitted(String jobId) {
        Job job = jobs.find(jobId);
        return job == null || job.submission() == null
                ? Result.refused(new Refusal.NotFound("job", jobId))
                : Result.ok(job);
    }

    private Result<Job> readableJob(String jobId) {
        return submitted(jobId)
                .then(job -> job.erasedAt() == null ? Result.ok(job) : Result.refused(new Refusal.Erased()));
    }

    private Result<Change> erase(String jobId) {
        return submitted(jobId).then(job -> {
            if (job.erasedAt() != null) {
                return Result.ok(change(job, List.of()));
            }
            Job next = job.erased(now);
            jobs.put(next);
            // What was erased must not be in the entry that records it.
            return Result.ok(change(next, List.of(event(next, Event.Action.JOB_ERASED, null, Changes.NONE))));
        });
    }

    private Change change(Job job, List<Event> events) {
        return context.changed(new Change.OfJob(job), events);
    }

    private Event event(Job job, Event.Action action, @Nullable String note, Changes changes) {
        return context.event(action, new Change.OfJob(job).subject(), null, note, changes);
    }
}
