package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Page;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.job.Job;
import dev.muster.model.user.UserRef;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Jobs, and those that failed under a fraud hold and wait for somebody to look.
public final class JobsPage {
    private static final int LIMIT = 50;
    private static final List<String> OUTCOMES = List.of("pending", "passed", "failed", "provisional");
    private static final List<String> REVIEWS = List.of("open", "done");

    private final Jobs jobs;
    private final Directory directory;
    private final EvidenceFiles evidence;
    private final CommandSender sender;
    private final Pages pages;
    private final Labels words;

    JobsPage(Jobs jobs, Directory directory, EvidenceFiles evidence, CommandSender sender, Pages pages, Labels words) {
        this.jobs = jobs;
        this.directory = directory;
        this.evidence = evidence;
        this.sender = sender;
        this.pages = pages;
        this.words = words;
    }

    /// What the list shows.
    public record Model(
            String outcome,
            String review,
            String user,
            List<Row> rows,
            String total,
            @Nullable String next,
            @Nullable ErrorMessage error) {
        public List<String> outcomes() {
            return OUTCOMES;
        }

        public boolean isFiltered() {
            return !outcome.isEmpty() || !review.isEmpty() || !user.isEmpty();
        }
    }

    /// A job in words.
    ///
    /// @param user the page of whose it is; null where the user is not known here
    /// @param name what the user is called
    /// @param review what came of looking at it; empty where nobody has to
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

    /// What the page of one job shows.
    public record One(
            Row row,
            String reason,
            String confidence,
            String judged,
            @Nullable ErrorMessage error,
            @Nullable String done) {}

    Reply show(PageVisit visit) {
        FormFields in = new FormFields(visit.request()::query);
        String outcome = in.choice("outcome", OUTCOMES, word -> word);
        String review = in.choice("review", REVIEWS, word -> word);
        UUID user = in.id("user");
        Long before = in.number("before");
        Result<AsOf<Page<Job>>> found = in.result(() -> new JobQuery(
                        user == null ? null : UserRef.id(user),
                        outcome == null ? Set.of() : Set.of(outcome),
                        review == null ? null : review.equals("open"),
                        LIMIT,
                        before,
                        0))
                .then(query -> jobs.list(visit.actor(), visit.realm().id(), query));
        Model model = switch (found) {
            case Result.Ok<AsOf<Page<Job>>>(var seen) -> {
                Page<Job> page = seen.value();
                UserNames names = names(visit, page.items());
                Long next = page.next();
                yield new Model(
                        typed(outcome),
                        typed(review),
                        user == null ? "" : user.toString(),
                        page.items().stream().map(job -> row(visit, job, names)).toList(),
                        (page.totalIsAtLeast() ? "more than " : "") + Labels.number(page.total()),
                        next == null
                                ? null
                                : new LinkBuilder(visit.base() + "/jobs")
                                        .with("outcome", outcome)
                                        .with("review", review)
                                        .with("user", user == null ? null : user.toString())
                                        .with("before", Long.toString(next))
                                        .toString(),
                        null);
            }
            case Result.Refused<AsOf<Page<Job>>>(var refusal) ->
                new Model("", "", "", List.of(), "", null, words.error(refusal));
        };
        ErrorMessage error = model.error;
        return pages.page(
                error == null ? 200 : error.status(), "jobs", pages.frame(visit, NavSection.JOBS, "Jobs"), model);
    }

    private static String typed(@Nullable String text) {
        return text == null ? "" : text;
    }

    private Row row(PageVisit visit, Job job, UserNames names) {
        Job.Submission submission = job.submission();
        Job.Review review = job.stage() instanceof Job.Judged judged ? judged.review() : new Job.NoReview();
        UUID user = job.user();
        return new Row(
                job,
                visit.base() + "/jobs/" + LinkBuilder.encoded(job.jobId()),
                Integer.toString(job.type().number()),
                job.outcomeWord(),
                submission == null ? "" : Labels.time(submission.at()),
                user == null ? null : visit.base() + "/users/" + user,
                user == null ? typed(job.userText()) : names.of(user),
                switch (review) {
                    case Job.NoReview() -> "";
                    case Job.OpenReview() -> "open";
                    case Job.ClosedReview(var by, var at, var note) ->
                        "by " + words.actor(visit.realm().id(), by) + ", " + Labels.time(at)
                                + (note == null ? "" : ": " + note);
                },
                review instanceof Job.OpenReview);
    }

    private UserNames names(PageVisit visit, List<Job> of) {
        return UserNames.of(
                directory,
                visit,
                of.stream().map(Job::user).filter(Objects::nonNull).toList());
    }

    Reply one(PageVisit visit) {
        return one(visit, null);
    }

    private Reply one(PageVisit visit, @Nullable ErrorMessage error) {
        return switch (jobs.job(
                visit.actor(), visit.realm().id(), visit.request().path("job"))) {
            case Result.Refused<AsOf<Job>>(var refusal) -> {
                ErrorMessage why = words.error(refusal);
                yield pages.page(why.status(), "trouble", pages.frame(visit, NavSection.JOBS, "No such job"), why);
            }
            case Result.Ok<AsOf<Job>>(var seen) -> {
                Job job = seen.value();
                Job.Judged judged = job.stage() instanceof Job.Judged known ? known : null;
                One model = new One(
                        row(visit, job, names(visit, List.of(job))),
                        judged == null || judged.reason() == null ? "" : judged.reason(),
                        judged == null || judged.given().confidence() == null
                                ? ""
                                : judged.given().confidence().toPlainString(),
                        judged == null ? "" : Labels.time(judged.at()),
                        error,
                        visit.done());
                yield pages.page(
                        error == null ? 200 : error.status(),
                        "job",
                        pages.frame(visit, NavSection.JOBS, "Job " + job.jobId()),
                        model);
            }
        };
    }

    /// Closes a review.
    Reply review(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        String note = in.note();
        String job = visit.request().path("job");
        Result<Change> result =
                in.result(() -> new Command.ReviewJob(job, note)).then(command -> sender.send(visit, command));
        return switch (result) {
            case Result.Ok<Change> _ -> visit.done(visit.base() + "/jobs/" + LinkBuilder.encoded(job), Flash.SAVED);
            case Result.Refused<Change>(var refusal) -> one(visit, words.error(refusal));
        };
    }

    /// Erases a job, once its id was typed.
    Reply erase(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        String job = visit.request().path("job");
        if (!TextComparison.of(in.text("name"), job)) {
            in.fault("name", "mismatch", "Type the job's id, " + job + ", to say that you mean it.");
        }
        Result<Change> result = in.result(() -> new Command.EraseJob(job)).then(command -> sender.send(visit, command));
        return switch (result) {
            case Result.Ok<Change> _ ->
                visit.done(visit.base() + "/jobs/" + LinkBuilder.encoded(job), Flash.JOB_ERASED);
            case Result.Refused<Change>(var refusal) -> one(visit, words.error(refusal));
        };
    }

    /// What was handed in, as the zip that it came in.
    Reply evidence(PageVisit visit) {
        return switch (evidence.open(
                visit.actor(), visit.realm().id(), visit.request().path("job"))) {
            case Result.Refused<EvidenceFiles.Opened>(var refusal) -> {
                ErrorMessage error = words.error(refusal);
                yield pages.page(error.status(), "trouble", pages.frame(visit, NavSection.JOBS, "Evidence"), error);
            }
            case Result.Ok<EvidenceFiles.Opened>(var opened) ->
                Pages.guarded(Reply.stream(200, "application/zip", opened::writeTo))
                        .with("Content-Length", Long.toString(opened.size()))
                        .with("Content-Disposition", "attachment; filename=\"evidence.zip\"");
        };
    }
}
