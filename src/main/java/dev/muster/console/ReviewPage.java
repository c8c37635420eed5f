package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Page;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Guides an operator through the fraud reviews, one after the other. The operator confirms the fraud or releases the
/// fraud hold, and continues with the next job that awaits review.
public record ReviewPage(Jobs jobs, Directory directory, CommandSender sender, Pages pages, Labels labels) {
    private static final int MAX_OTHER_JOBS = 10;
    private static final int ENTRIES = 6;

    /// The content of a job's page while its review is open.
    ///
    /// @param version the user's version; 0 if the user is unknown
    /// @param isClearable whether this operator may clear the user
    /// @param others the user's other jobs, newest first
    /// @param entries the newest journal entries about the user
    /// @param waiting the number of open reviews
    /// @param next the link to the next job that awaits review; null if there is none
    public record Review(
            long version,
            boolean isClearable,
            List<FraudHold> holds,
            List<UserPage.JobRow> others,
            List<TimelineEntry> entries,
            String waiting,
            @Nullable String next) {}

    /// A fraud hold, with all values formatted.
    ///
    /// @param by the actor who placed it
    public record FraudHold(String title, String by, String since, String until, Hold hold) {}

    /// The content of the page when no review is open.
    ///
    /// @param reviewed the number of jobs reviewed so far
    /// @param decided the decision after which the operator was sent here; null if there was none
    public record NoneOpen(String reviewed, @Nullable Decided decided) {}

    /// The message about the decision that was just made.
    ///
    /// @param before the text before the user's name
    /// @param href the link to the user's page
    /// @param after the text after the user's name
    /// @param undo the released hold, as encoded by [HoldUndo.ChangedUser#text]; null if undo is not offered. A
    ///     confirmed fraud changes no hold, and a review stays closed
    public record Decided(
            String before,
            String name,
            String href,
            String after,
            @Nullable String undo) {}

    /// Redirects to the newest job that awaits review. If there is none, shows a page that says so.
    Reply start(PageVisit visit) {
        Job first = open(visit, null).items().stream().findFirst().orElse(null);
        if (first != null) {
            return Pages.seeOther(visit.base() + path(first));
        }
        Page<Job> reviewed = list(visit, new JobQuery(null, Set.of(), false, 1, null, 0));
        return pages.page(
                visit,
                "reviews",
                "Fraud review",
                new NoneOpen(Labels.total(reviewed.total(), reviewed.totalIsAtLeast()), decided(visit)));
    }

    /// Returns the message about what the operator decided on the previous page; null if nothing was decided.
    @Nullable
    Decided decided(PageVisit visit) {
        UUID fraud = reviewedUser(visit, Flash.CONFIRMED);
        UUID released = reviewedUser(visit, Flash.CLEARED);
        if (fraud != null) {
            return new Decided(
                    "Fraud of ", name(visit, fraud), href(visit, fraud), " confirmed. The hold stays in place.", null);
        }
        return released == null
                ? null
                : new Decided(
                        "Fraud hold of ",
                        name(visit, released),
                        href(visit, released),
                        " released.",
                        undo(visit, released));
    }

    /// Returns the value of the form that places the released hold again; null if the user has changed since, or if
    /// several holds were released.
    private @Nullable String undo(PageVisit visit, UUID released) {
        UserRef ref = UserRef.id(released);
        return directory.find(visit.actor(), visit.realmId(), ref) instanceof Result.Ok<AsOf<User>>(var seen)
                        && directory.history(visit.actor(), visit.realmId(), ref, ENTRIES, null)
                                instanceof Result.Ok<Page<JournalEntry>>(var page)
                        && HoldUndo.offered(visit, seen.value(), page.items(), seen.at()) != null
                ? HoldUndo.ChangedUser.of(seen.value()).text()
                : null;
    }

    private static @Nullable UUID reviewedUser(PageVisit visit, Flash done) {
        String user = visit.about(done);
        return user == null ? null : FormFields.uuid(user);
    }

    private String name(PageVisit visit, UUID user) {
        return directory.find(visit.actor(), visit.realmId(), UserRef.id(user))
                        instanceof Result.Ok<AsOf<User>>(var seen)
                ? Labels.name(seen.value())
                : "the user";
    }

    private static String href(PageVisit visit, UUID user) {
        return visit.base() + "/users/" + user;
    }

    Review of(PageVisit visit, Job job) {
        AsOf<User> seen = user(visit, job);
        UserRef ref = seen == null ? null : UserRef.id(seen.value().id());
        Page<Job> waiting = open(visit, null);
        Job next = next(visit, job);
        return new Review(
                seen == null ? 0 : seen.value().version(),
                seen != null && visit.actor().may(Scope.HOLDS_WRITE),
                seen == null
                        ? List.of()
                        : frauds(seen).stream().map(hold -> row(visit, hold)).toList(),
                ref == null ? List.of() : others(visit, ref, job),
                ref == null ? List.of() : timelineEntries(visit, ref),
                Labels.total(waiting.total(), waiting.totalIsAtLeast()),
                next == null ? null : visit.base() + path(next));
    }

    /// Closes the review. The user's holds stay in place.
    Reply confirm(PageVisit visit) {
        FormFields in = visit.fields();
        String note = in.note();
        in.check();
        Job job = job(visit);
        Change change = sender.carryOut(visit, new JobCommand.ReviewJob(job.jobId(), note, ReviewDecision.FRAUD));
        return toNext(visit, job, Flash.CONFIRMED.adjustedFor(change));
    }

    /// Releases the user's fraud holds, and then closes the review. Because of this order, the form can be sent
    /// again after a failure between the two steps.
    ///
    /// Refuses: Stale if the user has changed since the page was shown, or another operator has confirmed
    /// the fraud.
    Reply clear(PageVisit visit) {
        FormFields in = visit.fields();
        String note = in.note();
        Long version = in.number("version");
        in.check();
        if (!visit.actor().may(Scope.JOBS_VERDICT)) {
            throw new RefusedException(Refusal.Forbidden.to(visit.actor(), Scope.JOBS_VERDICT));
        }
        Job job = job(visit);
        AsOf<User> seen = user(visit, job);
        List<Hold> frauds = seen == null ? List.of() : frauds(seen);
        if (seen != null && !frauds.isEmpty()) {
            if (!isOpen(job)) {
                throw new RefusedException(new Refusal.Stale(seen.value().version()));
            }
            List<Command> releases = frauds.stream()
                    .<Command>map(hold -> new Command.ReleaseHold(hold.kind(), hold.label(), null, note))
                    .toList();
            unlessRefused(sender.send(visit, UserRef.id(seen.value().id()), releases, version));
        }
        Change change = sender.carryOut(visit, new JobCommand.ReviewJob(job.jobId(), note, ReviewDecision.NOT_FRAUD));
        return toNext(visit, job, Flash.CLEARED.adjustedFor(change));
    }

    private Reply toNext(PageVisit visit, Job job, Flash done) {
        Job next = next(visit, job);
        String path = next == null ? "/reviews" : path(next);
        UUID user = job.user();
        return user == null || done == Flash.NOTHING ? visit.done(path, done) : visit.done(path, done, user.toString());
    }

    /// Returns the next older job that awaits review or, if there is none, the newest other one; null if no other
    /// job awaits review.
    private @Nullable Job next(PageVisit visit, Job job) {
        return open(visit, job.number()).items().stream()
                .findFirst()
                .or(() -> open(visit, null).items().stream()
                        .filter(each -> !each.id().equals(job.id()))
                        .findFirst())
                .orElse(null);
    }

    private Page<Job> open(PageVisit visit, @Nullable Long before) {
        return list(visit, new JobQuery(null, Set.of(), true, 1, before, 0));
    }

    private Page<Job> list(PageVisit visit, JobQuery query) {
        return unlessRefused(jobs.list(visit.actor(), visit.realmId(), query)).value();
    }

    private Job job(PageVisit visit) {
        return unlessRefused(
                        jobs.job(visit.actor(), visit.realmId(), visit.request().path("job")))
                .value();
    }

    static boolean isOpen(Job job) {
        return job.stage() instanceof Job.Completed completed && completed.review() instanceof Job.OpenReview;
    }

    /// Returns the job's user; null if the user is unknown or cannot be read.
    private @Nullable AsOf<User> user(PageVisit visit, Job job) {
        UUID id = job.user();
        return id != null
                        && directory.find(visit.actor(), visit.realmId(), UserRef.id(id))
                                instanceof Result.Ok<AsOf<User>>(var seen)
                ? seen
                : null;
    }

    private static List<Hold> frauds(AsOf<User> seen) {
        return seen.value().holds().at(seen.at()).all().stream()
                .filter(hold -> hold.kind() == HoldKind.FRAUD)
                .toList();
    }

    private FraudHold row(PageVisit visit, Hold hold) {
        Instant until = hold.until();
        return new FraudHold(
                hold.label().equals(Hold.MAIN) ? "Flagged as fraud" : "Flagged as fraud (" + hold.label() + ")",
                labels.actor(visit.realmId(), hold.placedBy()),
                Labels.time(hold.placedAt()),
                Labels.time(until, "no end"),
                hold);
    }

    private List<UserPage.JobRow> others(PageVisit visit, UserRef ref, Job job) {
        return list(visit, new JobQuery(ref, Set.of(), null, MAX_OTHER_JOBS + 1, null, 0)).items().stream()
                .filter(each -> !each.id().equals(job.id()))
                .limit(MAX_OTHER_JOBS)
                .map(each -> UserPage.JobRow.of(visit, each))
                .toList();
    }

    private List<TimelineEntry> timelineEntries(PageVisit visit, UserRef ref) {
        return directory.history(visit.actor(), visit.realmId(), ref, ENTRIES, null)
                        instanceof Result.Ok<Page<JournalEntry>>(var page)
                ? page.items().stream()
                        .map(entry -> TimelineEntry.of(entry, labels, visit.realmId()))
                        .toList()
                : List.of();
    }

    private static String path(Job job) {
        return "/jobs/" + LinkBuilder.encoded(job.jobId());
    }
}
