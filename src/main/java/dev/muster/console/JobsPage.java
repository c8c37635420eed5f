package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.api.evidence.EvidencePictures;
import dev.muster.directory.Credentials;
import dev.muster.directory.Directory;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.JobCallbacks;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Page;
import dev.muster.http.Reply;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.job.Callback;
import dev.muster.model.job.Job;
import dev.muster.model.user.UserRef;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Jobs, including those that failed under a fraud hold and await review.
public record JobsPage(
        Jobs jobs,
        JobCallbacks callbacks,
        Directory directory,
        EvidenceFiles evidence,
        EvidencePictures pictures,
        ReviewPage reviews,
        CommandSender sender,
        Pages pages,
        Labels labels) {
    private static final int LIMIT = 50;
    private static final List<String> OUTCOMES = List.of("pending", "passed", "failed", "provisional");
    private static final List<String> REVIEWS = List.of("open", "done");

    /// The content of the list.
    public record Model(
            String outcome,
            String review,
            String user,
            List<Row> rows,
            String total,
            @Nullable String next) {
        public List<String> outcomes() {
            return OUTCOMES;
        }

        public boolean isFiltered() {
            return !outcome.isEmpty() || !review.isEmpty() || !user.isEmpty();
        }
    }

    /// A job in the list, with all values formatted.
    ///
    /// @param user the link to the user's page; null if the user is unknown
    /// @param name the user's name
    /// @param review the state or result of the review; empty if none is needed
    public record Row(
            Job job,
            String href,
            String type,
            String outcome,
            String submitted,
            @Nullable String user,
            String name,
            String review,
            boolean open) {}

    /// The content of a job's page.
    ///
    /// @param results the results sent to the partner, oldest first; null if the job has no callback address
    /// @param review the open review; null if none is open
    /// @param decided the decision about another job after which the operator was sent here; null if there was none
    public record JobModel(
            Row row,
            String reason,
            String confidence,
            String verdictAt,
            @Nullable List<SentResult> results,
            ReviewPage.@Nullable Review review,
            ReviewPage.@Nullable Decided decided) {}

    /// A result that is sent to the partner.
    ///
    /// @param outcome the outcome; empty if the job was erased
    /// @param attempts the result of each attempt to send it, oldest first
    public record SentResult(String outcome, String state, List<String> attempts) {}

    Reply show(PageVisit visit) {
        FormFields in = visit.query();
        String outcome = in.choice("outcome", OUTCOMES, word -> word);
        String review = in.choice("review", REVIEWS, word -> word);
        UUID user = in.id("user");
        Long before = in.number("before");
        try {
            in.check();
            JobQuery query = new JobQuery(
                    user == null ? null : UserRef.id(user),
                    outcome == null ? Set.of() : Set.of(outcome),
                    review == null ? null : review.equals("open"),
                    LIMIT,
                    before,
                    0);
            Page<Job> page = unlessRefused(jobs.list(visit.actor(), visit.realmId(), query))
                    .value();
            UserNames names = names(visit, page.items());
            LinkBuilder next = new LinkBuilder(visit.base() + "/jobs")
                    .with("outcome", outcome)
                    .with("review", review)
                    .with("user", user == null ? null : user.toString());
            Model model = new Model(
                    FormFields.orEmpty(outcome),
                    FormFields.orEmpty(review),
                    user == null ? "" : user.toString(),
                    page.items().stream().map(job -> row(visit, job, names)).toList(),
                    Labels.total(page.total(), page.totalIsAtLeast()),
                    page.next() == null
                            ? null
                            : next.with("before", Long.toString(page.next())).toString());
            return pages.page(visit, "jobs", "Jobs", model);
        } catch (RefusedException e) {
            Model empty = new Model("", "", "", List.of(), "", null);
            return pages.page(visit.with(labels.error(e.refusal())), "jobs", "Jobs", empty);
        }
    }

    private Row row(PageVisit visit, Job job, UserNames names) {
        Job.Submission submission = job.submission();
        Job.Review review = job.stage() instanceof Job.Completed completed ? completed.review() : new Job.NoReview();
        UUID user = job.user();
        return new Row(
                job,
                visit.base() + path(job.jobId()),
                Integer.toString(job.type().number()),
                job.outcomeWord(),
                submission == null ? "" : Labels.time(submission.at()),
                user == null ? null : visit.base() + "/users/" + user,
                user == null ? FormFields.orEmpty(job.userText()) : names.of(user),
                switch (review) {
                    case Job.NoReview() -> "";
                    case Job.OpenReview() -> "open";
                    case Job.ClosedReview(var by, var at, var note, var _) ->
                        "by " + labels.actor(visit.realmId(), by) + ", " + Labels.time(at)
                                + decision(visit, job)
                                + (note == null ? "" : ": " + note);
                },
                review instanceof Job.OpenReview);
    }

    private String decision(PageVisit visit, Job job) {
        String decision = new FraudDecisions(directory).of(visit, job);
        return decision.isEmpty() ? "" : " (" + decision + ")";
    }

    private UserNames names(PageVisit visit, List<Job> of) {
        return UserNames.of(
                directory,
                visit,
                of.stream().map(Job::user).filter(Objects::nonNull).toList());
    }

    Reply one(PageVisit visit) {
        Job job = unlessRefused(jobs.job(visit.actor(), visit.realmId(), jobId(visit)))
                .value();
        Job.Completed completed = job.stage() instanceof Job.Completed known ? known : null;
        BigDecimal confidence = completed == null ? null : completed.verdict().confidence();
        JobModel model = new JobModel(
                row(visit, job, names(visit, List.of(job))),
                completed == null ? "" : FormFields.orEmpty(completed.reason()),
                confidence == null ? "" : confidence.toPlainString(),
                completed == null ? "" : Labels.time(completed.at()),
                sentResults(visit, job),
                ReviewPage.isOpen(job) ? reviews.of(visit, job) : null,
                reviews.decided(visit));
        return pages.page(visit, "job", "Job " + job.jobId(), model);
    }

    private @Nullable List<SentResult> sentResults(PageVisit visit, Job job) {
        Result<JobCallbacks.OfJob> found = callbacks.of(visit.actor(), visit.realmId(), job.jobId());
        return found instanceof Result.Refused<JobCallbacks.OfJob>(Refusal.NotFound _)
                ? null
                : unlessRefused(found).results().stream()
                        .map(JobsPage::sentResults)
                        .toList();
    }

    private static SentResult sentResults(JobCallbacks.CallbackHistory history) {
        Instant dueAt = history.callback().dueAt();
        String state = switch (history.callback().state()) {
            case WAITING ->
                history.attempts().isEmpty() || dueAt == null
                        ? "Not sent yet"
                        : "Not accepted yet. Next attempt " + Labels.time(dueAt);
            case DELIVERED -> "Accepted";
            case GAVE_UP -> "Given up";
            case ERASED -> "Not sent: the job was erased";
        };
        return new SentResult(
                history.outcome() == null ? "" : history.outcome().wireName(),
                state,
                history.attempts().stream().map(JobsPage::attempt).toList());
    }

    private static String attempt(JobCallbacks.Attempt made) {
        Callback.Attempt attempt = made.attempt();
        String end = attempt.status() == null ? FormFields.orEmpty(attempt.error()) : "status " + attempt.status();
        String reply = made.reply() == null ? "" : ": " + made.reply();
        return Labels.time(attempt.at()) + ", " + end + reply;
    }

    /// Sends the latest result to the partner again.
    Reply sendAgain(PageVisit visit) {
        visit.fields().check();
        unlessRefused(callbacks.repeat(visit.actor(), visit.realmId(), jobId(visit)));
        return visit.done(path(jobId(visit)), Flash.SENT_AGAIN);
    }

    /// Erases a job if the operator typed its id to confirm.
    Reply erase(PageVisit visit) {
        FormFields in = visit.fields();
        String job = jobId(visit);
        in.requireName(job, "Type the job's id, " + job + ", to confirm.");
        in.check();
        sender.carryOut(visit, new JobCommand.EraseJob(job));
        return visit.done(path(job), Flash.JOB_ERASED);
    }

    /// Returns the evidence as the ZIP file that was uploaded.
    Reply evidence(PageVisit visit) {
        EvidenceFiles.Opened opened = unlessRefused(evidence.open(visit.actor(), visit.realmId(), jobId(visit)));
        return Pages.guarded(Reply.stream(200, "application/zip", opened::writeTo))
                .with("Content-Length", Long.toString(opened.size()))
                .with("Content-Disposition", "attachment; filename=\"evidence.zip\"");
    }

    /// Returns the picture of the user's face from the evidence.
    Reply picture(PageVisit visit) {
        EvidenceFiles.Opened opened = unlessRefused(evidence.open(visit.actor(), visit.realmId(), jobId(visit)));
        return Pages.guarded(unlessRefused(Credentials.answered(() -> pictures.of(opened))));
    }

    private static String jobId(PageVisit visit) {
        return visit.request().path("job");
    }

    private static String path(String jobId) {
        return "/jobs/" + LinkBuilder.encoded(jobId);
    }
}
