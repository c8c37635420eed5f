package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Access;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Page;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One user: whether they may act and why not, their details, their history, and the actions on them.
///
/// @param told finds the webhooks that the entries of the history were sent to
public record UserPage(
        Directory directory,
        Groups groups,
        Jobs jobs,
        ApprovalsPage approvals,
        Function<PageVisit, WebhookDeliveryStatus> told,
        Pages pages,
        Labels labels) {
    private static final int ENTRIES = 25;
    private static final int JOBS = 10;

    /// The timeline includes the reviews of at most this many jobs.
    private static final int REVIEWS = 20;

    private static final DateTimeFormatter FIELD =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm").withZone(ZoneOffset.UTC);

    /// The content of the page.
    ///
    /// @param name the user's name
    /// @param status the status at the time shown
    /// @param asOf the requested time in the format of a `datetime-local` field; empty for now
    /// @param asOfText the requested time, formatted
    /// @param waiting the requests about the user that wait for approval
    /// @param access the user's groups and policies; null if the page shows the past, or if they cannot be read
    /// @param isUndoOffered whether the message about the change that was just made offers to undo it
    /// @param undoable the number of the entry that the timeline offers to undo; 0 if there is none
    public record Model(
            User user,
            String name,
            Status status,
            String href,
            Decision decision,
            String sentence,
            List<ApprovalsPage.PendingRequest> waiting,
            List<HoldRow> holds,
            List<Field> fields,
            @Nullable Access access,
            List<JobRow> jobs,
            Timeline timeline,
            String asOf,
            String asOfText,
            boolean isUndoOffered,
            long undoable) {
        /// The form value that undoes the last change of a hold.
        public String changed() {
            return HoldUndo.ChangedUser.of(user).text();
        }

        public String statusText() {
            return Labels.status(status);
        }

        /// The initials of up to two words of the name, shown in place of a picture.
        public String initials() {
            return Stream.of(name.strip().split("\\s+"))
                    .filter(word -> !word.isEmpty())
                    .limit(2)
                    .map(word ->
                            word.substring(0, word.offsetByCodePoints(0, 1)).toUpperCase(Locale.ROOT))
                    .collect(Collectors.joining());
        }

        public boolean isNow() {
            return asOf.isEmpty();
        }

        /// Whether the page offers any actions.
        public boolean isOpen() {
            return isNow() && !user.isErased();
        }
    }

    /// A hold, with all values formatted.
    ///
    /// @param changed when and by whom the reason, note or end was last changed; empty if never
    /// @param untilField the end in the format of a `datetime-local` field, to the minute; empty if it has no
    ///     end
    /// @param untilExact the end to the millisecond; empty if it has no end
    public record HoldRow(
            Hold hold,
            String kind,
            String by,
            String since,
            String changed,
            String until,
            String untilField,
            String untilExact,
            boolean decides) {
        /// The title, such as `Suspended` or, for a hold with a label, `Suspended (billing)`.
        public String title() {
            String name = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
            return hold.label().equals(Hold.MAIN) ? name : name + " (" + hold.label() + ")";
        }

        /// The part of element ids that identifies this hold.
        public String key() {
            return hold.kind().wireName() + "-" + hold.label();
        }
    }

    /// A field of a user.
    public record Field(String title, @Nullable String value) {}

    public record JobRow(String jobId, String type, String outcome, String href) {
        static JobRow of(PageVisit visit, Job job) {
            return new JobRow(
                    job.jobId(),
                    Integer.toString(job.type().number()),
                    job.outcomeWord(),
                    visit.base() + "/jobs/" + LinkBuilder.encoded(job.jobId()));
        }
    }

    /// A filter of the timeline.
    public record Choice(String action, String title) {}

    private static final List<Choice> CHOICES = List.of(
            new Choice("user.hold", "Holds"),
            new Choice("user.updated", "Details"),
            new Choice("user.enrolled", "Enrolment"),
            new Choice("group", "Groups"),
            new Choice("policy", "Policies"),
            new Choice("user.rank", "Rank"),
            new Choice("job.reviewed", "Fraud reviews"));

    /// A page of the timeline.
    ///
    /// @param action the filter; empty for all entries
    /// @param older the link to older entries; null if there are none
    public record Timeline(
            String action,
            List<TimelineEntry> entries,
            String total,
            @Nullable String older,
            @Nullable ErrorMessage error) {
        public List<Choice> choices() {
            return CHOICES;
        }
    }

    Reply show(PageVisit visit) {
        FormFields query = visit.query();
        Instant asked = query.moment("at");
        try {
            UserRef ref = UserRef.id(visit.id("user"));
            query.check();
            AsOf<User> seen = unlessRefused(
                    asked == null
                            ? directory.find(visit.actor(), visit.realmId(), ref)
                            : directory.find(visit.actor(), visit.realmId(), ref, asked));
            Model model = model(visit, seen, asked);
            return pages.page(visit, "user", model.name, model);
        } catch (RefusedException e) {
            ErrorMessage why = labels.error(e.refusal());
            return pages.page(visit.with(why), "no-user", title(e.refusal()), why);
        }
    }

    private Model model(PageVisit visit, AsOf<User> seen, @Nullable Instant asked) {
        long realm = visit.realmId();
        User user = seen.value();
        Standing standing = user.standing(seen.at());
        String sentence = labels.standing(realm, standing);
        UserRef ref = UserRef.id(user.id());
        Access access =
                asked == null && groups.access(visit.actor(), realm, ref) instanceof Result.Ok<AsOf<Access>>(var of)
                        ? of.value()
                        : null;
        Timeline timeline = timeline(visit, ref);
        JournalEntry undoable = asked == null && !user.isErased()
                ? HoldUndo.offered(
                        visit,
                        user,
                        timeline.entries().stream().map(TimelineEntry::entry).toList(),
                        seen.at())
                : null;
        return new Model(
                user,
                Labels.name(user),
                user.holds().status(seen.at()),
                visit.base() + "/users/" + user.id(),
                standing.decision(),
                asked == null ? sentence : "At " + Labels.time(asked) + ": " + sentence,
                asked == null ? approvals.waiting(visit, user.id()) : List.of(),
                standing.holds().stream()
                        .map(completed -> row(realm, completed))
                        .toList(),
                fields(user),
                access,
                asked == null ? jobs(visit, ref) : List.of(),
                timeline,
                asked == null ? "" : FIELD.format(asked),
                asked == null ? "" : Labels.time(asked),
                undoable != null && visit.done() != null,
                undoable == null || visit.done() != null ? 0 : undoable.seq());
    }

    private HoldRow row(long realm, Standing.EffectiveHold completed) {
        Hold hold = completed.hold();
        Instant until = hold.until();
        return new HoldRow(
                hold,
                Labels.kind(hold.kind()),
                labels.actor(realm, hold.placedBy()),
                Labels.time(hold.placedAt()),
                hold.changed() == null
                        ? ""
                        : Labels.time(hold.changed().at()) + " by "
                                + labels.actor(realm, hold.changed().by()),
                Labels.time(until, "no end"),
                until == null ? "" : FIELD.format(until.truncatedTo(ChronoUnit.MINUTES)),
                until == null ? "" : until.toString(),
                completed.isDecisive());
    }

    /// Returns the user's fields that have a value.
    private static List<Field> fields(User user) {
        return Stream.of(
                        new Field("Name", user.name()),
                        new Field("Given name", user.givenName()),
                        new Field("Family name", user.familyName()),
                        new Field("E-mail", text(user.email())),
                        new Field("Username", text(user.username())),
                        new Field("External id", text(user.externalId())),
                        new Field("Number", Long.toString(user.number())),
                        new Field("Id", user.id().toString()),
                        new Field("Registered", Labels.time(user.registeredAt())),
                        new Field("Last changed", Labels.time(user.updatedAt())),
                        new Field("Activated", orNull(user.activeAt())),
                        new Field("E-mail confirmed", orNull(user.emailConfirmedAt())),
                        new Field("Device added", orNull(user.deviceAddedAt())),
                        new Field("Enrolment", user.enrolment().wireName().replace('_', ' ')),
                        new Field("Tag", user.tag().name()),
                        new Field("Rank", user.rank().name()))
                .filter(field -> field.value() != null)
                .toList();
    }

    private static @Nullable String text(@Nullable Identifier identifier) {
        return identifier == null ? null : identifier.text();
    }

    private static @Nullable String orNull(@Nullable Instant at) {
        return at == null ? null : Labels.time(at);
    }

    private List<JobRow> jobs(PageVisit visit, UserRef ref) {
        if (!visit.actor().may(Scope.JOBS_READ)) {
            return List.of();
        }
        JobQuery query = new JobQuery(ref, Set.of(), null, JOBS, null, 0);
        return jobs.list(visit.actor(), visit.realmId(), query) instanceof Result.Ok<AsOf<Page<Job>>>(var seen)
                ? seen.value().items().stream()
                        .map(job -> JobRow.of(visit, job))
                        .toList()
                : List.of();
    }

    // Timeline

    private Timeline timeline(PageVisit visit, UserRef ref) {
        FormFields query = visit.query();
        String action = query.text("action");
        Long before = query.number("before");
        String asked = action == null || !action.matches("[a-z.]{1,40}") ? "" : action;
        try {
            query.check();
            Map<UUID, Job> reviewed = reviewed(visit, ref);
            Page<JournalEntry> page = unlessRefused(directory.history(
                    visit.actor(),
                    visit.realmId(),
                    ref,
                    List.copyOf(reviewed.keySet()),
                    ENTRIES,
                    before,
                    asked.isEmpty() ? null : asked));
            WebhookDeliveryStatus webhooks = told.apply(visit);
            return new Timeline(
                    asked,
                    page.items().stream()
                            .map(entry -> timelineEntry(visit, entry, reviewed).withDeliveries(webhooks))
                            .toList(),
                    Labels.total(page.total(), page.totalIsAtLeast()),
                    page.next() == null ? null : older(visit, asked, page.next()),
                    null);
        } catch (RefusedException e) {
            return new Timeline(asked, List.of(), "", null, labels.error(e.refusal()));
        }
    }

    /// Returns the timeline entry for a journal entry about the user, or about the review of one of their jobs.
    private TimelineEntry timelineEntry(PageVisit visit, JournalEntry entry, Map<UUID, Job> reviewed) {
        TimelineEntry about = TimelineEntry.of(entry, labels, visit.realmId());
        Job job = reviewed.get(entry.subject().id());
        return job == null
                ? about
                : about.of("job " + job.jobId()).withDecision(new FraudDecisions(directory).of(visit, job));
    }

    /// Returns the user's newest reviewed jobs by id; empty if the operator may not read jobs.
    private Map<UUID, Job> reviewed(PageVisit visit, UserRef ref) {
        JobQuery query = new JobQuery(ref, Set.of(), false, REVIEWS, null, 0);
        return visit.actor().may(Scope.JOBS_READ)
                        && jobs.list(visit.actor(), visit.realmId(), query)
                                instanceof Result.Ok<AsOf<Page<Job>>>(var seen)
                ? seen.value().items().stream().collect(Collectors.toMap(Job::id, Function.identity()))
                : Map.of();
    }

    private static String older(PageVisit visit, String action, long before) {
        LinkBuilder address = new LinkBuilder(
                        visit.base() + "/users/" + visit.request().path("user"))
                .with("action", action)
                .with("at", visit.request().query("at"))
                .with("before", Long.toString(before));
        return address + "#timeline";
    }

    private static String title(Refusal refusal) {
        return refusal instanceof Refusal.NotFound ? "No such user" : "The user cannot be shown";
    }
}
