package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobFields;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.ReviewDecision;
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

/// Decides requests about jobs: reserving, submitting, freeing job ids, giving verdicts, closing reviews and erasing.
///
/// If a job registers or enrols a user, a separate journal entry about the user records that.
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

    static void plan(JobCommand command, LoadPlan plan, Fingerprint.Maker fingerprints) {
        switch (command) {
            case JobCommand.ReserveJob(var job, var _) -> plan(job, plan, fingerprints);
            case JobCommand.SubmitJob(var job, var _, var _, var _) -> plan(job, plan, fingerprints);
            case JobCommand.FreeJobId(var jobId, var _) -> plan.jobs.ids.add(jobId);
            case JobCommand.GiveVerdict(var jobId, var _) -> plan.jobs.ids.add(jobId);
            case JobCommand.ReviewJob(var jobId, var _, var _) -> plan.jobs.ids.add(jobId);
            case JobCommand.EraseJob(var jobId) -> plan.jobs.ids.add(jobId);
            case JobCommand.NoteEvidenceRead(var jobId) -> plan.jobs.ids.add(jobId);
        }
    }

    private static void plan(JobRequest job, LoadPlan plan, Fingerprint.Maker fingerprints) {
        plan.jobs.ids.add(job.jobId());
        if (job.user() != null) {
            Lookup.plan(job.user().ref(), plan, fingerprints);
            IdentifierRules.plan(job.user().register(), plan, fingerprints);
        }
    }

    Result<Change> decide(JobCommand command, Supplier<UUID> freshId) {
        return switch (command) {
            case JobCommand.ReserveJob(var request, var token) -> reserve(request, token, freshId);
            case JobCommand.SubmitJob submit -> submit(submit, freshId);
            case JobCommand.FreeJobId(var jobId, var token) -> free(jobId, token);
            case JobCommand.GiveVerdict(var jobId, var verdict) -> giveVerdict(jobId, verdict);
            case JobCommand.ReviewJob(var jobId, var note, var decision) -> review(jobId, note, decision);
            case JobCommand.EraseJob(var jobId) -> erase(jobId);
            case JobCommand.NoteEvidenceRead(var jobId) ->
                readableJob(jobId)
                        .map(job ->
                                context.changed(new Change.OfJob(job), Event.Action.JOB_EVIDENCE_READ, Changes.NONE));
        };
    }

    // Submission

    private Result<Change> reserve(JobRequest request, Digest token, Supplier<UUID> freshId) {
        User user = user(request);
        Job existing = existing(request.jobId());
        if (existing != null && !mayReplace(existing, request, user)) {
            return Result.refused(new Refusal.JobExists(existing.jobId()));
        }
        Refusal refusal = refused(request, user);
        if (refusal != null) {
            return Result.refused(refusal);
        }
        Job.Reservation reservation = new Job.Reservation(
                token, now.plus(JobRules.RESERVATION_LIFETIME), context.actor().ref(), request);
        Job job;
        if (existing != null && existing.stage() instanceof Job.Awaiting(var submission, var _)) {
            job = existing.at(new Job.Awaiting(submission, reservation));
        } else {
            job = build(request, user, new Job.Reserved(reservation), null, request.callbackUrl(), freshId);
        }
        jobs.put(job);
        return Result.ok(
                change(job, List.of(event(job, Event.Action.JOB_RESERVED, null, JobFields.diff(existing, job)))));
    }

    private Result<Change> submit(JobCommand.SubmitJob submit, Supplier<UUID> freshId) {
        JobRequest request = submit.job();
        Job existing = existing(request.jobId());
        User known = submit.token() == null ? user(request) : reservedFor(existing, request);
        Refusal refusal = submit.token() == null
                ? existing != null && !mayReplace(existing, request, known)
                        ? new Refusal.JobExists(existing.jobId())
                        : null
                : tokenRefusal(existing, request.jobId(), submit.token());
        if (refusal == null) {
            refusal = refused(request, known);
        }
        if (refusal == null && submit.token() != null && differsFromReservation(existing, request)) {
            refusal = new Refusal.JobExists(request.jobId());
        }
        if (refusal != null) {
            return Result.refused(refusal);
        }
        List<Event> events = new ArrayList<>(4);
        Job row = jobs.find(request.jobId());
        UUID id = row == null ? freshId.get() : row.id();
        User user = known;
        if (user == null && request.type().kind() == JobType.Kind.ENROLMENT) {
            switch (register(request, freshId, events)) {
                case Result.Refused<User>(var why) -> {
                    return Result.refused(why);
                }
                case Result.Ok<User>(var made) -> user = made;
            }
        }
        Job.Submission submission = new Job.Submission(now, JobRules.failingHold(user, now));
        Job earlier = existing != null && existing.stage() instanceof Job.Awaiting ? existing : null;
        Evidence evidence = submit.evidence() == null && earlier != null ? earlier.evidence() : submit.evidence();
        // A job that is submitted again keeps its owner, or remains without one, because its journal entries are sealed
        // accordingly.
        User owner = earlier != null && earlier.user() == null ? null : user;
        String callbackUrl = request.callbackUrl() == null ? submit.callbackUrl() : request.callbackUrl();
        Job job = build(request, owner, new Job.Awaiting(submission, null), evidence, callbackUrl, () -> id);
        events.add(event(
                job,
                earlier == null ? Event.Action.JOB_SUBMITTED : Event.Action.JOB_RESUBMITTED,
                null,
                JobFields.diff(earlier, job)));
        if (context.environment() == Environment.TEST) {
            job = complete(job, submission, user, new Verdict(request.sandboxResult(), null, null), events);
        }
        jobs.put(job);
        return Result.ok(change(job, events));
    }

    private Result<Change> free(String jobId, Digest token) {
        Job existing = existing(jobId);
        Refusal refusal = tokenRefusal(existing, jobId, token);
        if (refusal != null) {
            return Result.refused(refusal);
        }
        Job job = Objects.requireNonNull(existing);
        if (!(job.stage() instanceof Job.Reserved(var reservation)) || reservation.evidenceRefused()) {
            return Result.ok(change(job, List.of()));
        }
        Job next = job.at(new Job.Reserved(reservation.withEvidenceRefused()));
        jobs.put(next);
        return Result.ok(
                change(next, List.of(event(next, Event.Action.JOB_RESERVED, null, JobFields.diff(job, next)))));
    }

    private @Nullable User user(JobRequest request) {
        User user = request.user() == null ? null : people.find(request.user().ref());
        return user == null ? null : user.at(now);
    }

    /// The user that the job was reserved for, even if their identifiers have changed since. The job still belongs
    /// to that user, and is refused if the user has been erased.
    private @Nullable User reservedFor(@Nullable Job existing, JobRequest request) {
        if (existing == null || existing.user() == null) {
            return user(request);
        }
        User user = people.find(UserRef.id(existing.user()));
        return user == null ? null : user.at(now);
    }

    /// The job with this id; null if there is none or its reservation has lapsed.
    private @Nullable Job existing(String jobId) {
        Job job = jobs.find(jobId);
        return job == null || job.isLapsed(now) ? null : job;
    }

    private static boolean mayReplace(Job existing, JobRequest request, @Nullable User user) {
        boolean freed = existing.stage() instanceof Job.Reserved(var reservation) && reservation.evidenceRefused();
        return (request.retry() || freed)
                && existing.erasedAt() == null
                && !(existing.stage() instanceof Job.Completed)
                && JobRules.isSame(existing, request, user);
    }

    /// Whether the request differs from the reservation.
    private static boolean differsFromReservation(@Nullable Job existing, JobRequest request) {
        Job.Reservation reservation = existing == null ? null : existing.reservation();
        return reservation != null && !reservation.job().equals(request);
    }

    /// Why `token` does not allow submitting this job; null if it does.
    private @Nullable Refusal tokenRefusal(@Nullable Job existing, String jobId, Digest token) {
        if (existing == null) {
            return new Refusal.NotFound("upload", jobId);
        }
        Job.Reservation reservation = existing.reservation();
        return reservation != null
                        && reservation.isOpen(now)
                        && reservation.token().equals(token)
                ? null
                : new Refusal.JobExists(jobId);
    }

    private @Nullable Refusal refused(JobRequest request, @Nullable User user) {
        JobRequest.ForUser forUser = request.user();
        if (user == null && forUser != null && lookup.isBarred(forUser.ref())) {
            return new Refusal.Barred();
        }
        Refusal refusal = rules.refused(request.type(), user, isPermitted(request));
        if (refusal != null || user != null || request.type().kind() != JobType.Kind.ENROLMENT) {
            return refusal;
        }
        if (forUser == null) {
            return new Refusal.Invalid("user", "required", "An enrolment needs a user.");
        }
        return forUser.register() == null ? lookup.missing(forUser.ref()) : null;
    }

    private boolean isPermitted(JobRequest request) {
        return request.permit() && context.actor().may(Scope.HOLDS_WRITE);
    }

    private Result<User> register(JobRequest request, Supplier<UUID> freshId, List<Event> events) {
        JobRequest.ForUser forUser = request.user();
        if (forUser == null) {
            throw new IllegalStateException("an enrolment without a user was accepted");
        }
        Command.Register command =
                new Command.Register(null, forUser.register(), null, null, null, null, Tag.USER, null);
        return new UserDecider(context).register(command, freshId.get(), events);
    }

    /// Builds a job. A job that already exists keeps its id and number. A lapsed reservation also passes them on to
    /// the next job with the same job id.
    private Job build(
            JobRequest request,
            @Nullable User user,
            Job.Stage stage,
            @Nullable Evidence evidence,
            @Nullable String callbackUrl,
            Supplier<UUID> freshId) {
        Job row = jobs.find(request.jobId());
        UUID id = row == null ? freshId.get() : row.id();
        long number = row == null ? jobs.takeNumber() : row.number();
        String text = user == null && request.user() != null ? request.user().text() : null;
        return new Job(
                id,
                request.jobId(),
                number,
                request.type(),
                user == null ? null : user.id(),
                text,
                request.extras(),
                callbackUrl,
                isPermitted(request),
                stage,
                evidence,
                null);
    }

    // Verdicts and reviews

    private Result<Change> giveVerdict(String jobId, Verdict verdict) {
        return readableJob(jobId).then(job -> {
            if (job.stage() instanceof Job.Completed completed) {
                if (completed.verdict().equals(verdict)) {
                    return Result.ok(change(job, List.of()));
                }
                if (completed.isFinal() || !verdict.isFinal()) {
                    return Result.refused(new Refusal.JobComplete(jobId));
                }
            }
            Job.Submission submission = job.submission();
            if (submission == null) {
                throw new IllegalStateException("a job without a submission was accepted");
            }
            List<Event> events = new ArrayList<>(2);
            User user = job.user() == null ? null : people.find(UserRef.id(job.user()));
            Job next = complete(job, submission, user == null ? null : user.at(now), verdict, events);
            jobs.put(next);
            return Result.ok(change(next, events));
        });
    }

    private Job complete(Job job, Job.Submission submission, @Nullable User user, Verdict verdict, List<Event> events) {
        Job.Completed completed = rules.completed(job, submission, user, verdict);
        Job next = job.at(completed);
        events.add(event(next, Event.Action.JOB_COMPLETED, null, JobFields.diff(job, next)));
        // The user as stored, with expired holds, because the end of a hold is journalled separately.
        User stored = user == null ? null : people.find(UserRef.id(user.id()));
        if (stored != null && JobRules.enrols(job, completed)) {
            // A user registered by this request already has a new version.
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

    private Result<Change> review(String jobId, @Nullable String note, @Nullable ReviewDecision decision) {
        return readableJob(jobId).then(job -> {
            Job.Review review =
                    job.stage() instanceof Job.Completed completed ? completed.review() : new Job.NoReview();
            return switch (review) {
                case Job.NoReview() -> Result.refused(new Refusal.NotFound("review", jobId));
                case Job.ClosedReview _ -> Result.ok(change(job, List.of()));
                case Job.OpenReview() -> {
                    Job.Completed completed = (Job.Completed) job.stage();
                    Job next = job.at(
                            completed.with(new Job.ClosedReview(context.actor().ref(), now, note, decision)));
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
            // The journal entry must not contain the erased data.
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
