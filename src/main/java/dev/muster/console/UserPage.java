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
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One user: whether they may act and why not, all that is known of them, what happened to them, and what can be
/// done.
public record UserPage(Directory directory, Groups groups, Jobs jobs, Pages pages, Labels labels) {
    private static final int ENTRIES = 25;
    private static final int JOBS = 10;
    private static final DateTimeFormatter FIELD =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm").withZone(ZoneOffset.UTC);

    /// What the page shows.
    ///
    /// @param name what the user is called
    /// @param asOf the moment that was asked for, as a field has it; empty for now
    /// @param access null where it is not known: in the past, and of the removed
    public record Model(
            User user,
            String name,
            String href,
            Decision decision,
            String sentence,
            List<HoldRow> holds,
            List<Field> fields,
            @Nullable Access access,
            List<JobRow> jobs,
            Timeline timeline,
            String asOf) {
        public boolean isNow() {
            return asOf.isEmpty();
        }

        /// Whether anything can be done to them at all.
        public boolean isOpen() {
            return isNow() && !user.isErased();
        }
    }

    /// A hold, with who, when, why and until when.
    ///
    /// @param changed when its reason, note or end was last changed, and by whom; empty for never
    /// @param untilField as a field for date and time has it, which is to the minute; empty for none
    /// @param untilExact to the millisecond; empty for none
    public record HoldRow(
            Hold hold,
            String kind,
            String by,
            String since,
            String changed,
            String until,
            String untilField,
            String untilExact,
            boolean decides) {}

    /// A field of a user.
    public record Field(String title, String value) {}

    public record JobRow(String jobId, String type, String outcome, String href) {}

    /// A part of what happened.
    ///
    /// @param action the filter; empty for all
    /// @param older the address of the part before; null for none
    public record Timeline(
            String action,
            List<TimelineEntry> happenings,
            String total,
            @Nullable String older,
            @Nullable ErrorMessage error) {}

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
        return new Model(
                user,
                Labels.name(user),
                visit.base() + "/users/" + user.id(),
                standing.decision(),
                asked == null ? sentence : "At " + Labels.time(asked) + ": " + sentence,
                standing.holds().stream().map(judged -> row(realm, judged)).toList(),
                fields(user),
                access,
                asked == null ? jobs(visit, ref) : List.of(),
                timeline(visit, ref),
                asked == null ? "" : FIELD.format(asked));
    }

    private HoldRow row(long realm, Standing.Judged judged) {
        Hold hold = judged.hold();
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
                judged.decides());
    }

    private static List<Field> fields(User user) {
        return List.of(
                new Field("Number", Long.toString(user.number())),
                new Field("Id", user.id().toString()),
                new Field("Registered", Labels.time(user.registeredAt())),
                new Field("Changed", Labels.time(user.updatedAt())),
                new Field("Last activated", Labels.time(user.activeAt(), "never")),
                new Field("E-mail confirmed", Labels.time(user.emailConfirmedAt(), "no")),
                new Field("Device added", Labels.time(user.deviceAddedAt(), "none")),
                new Field("Enrolment", user.enrolment().word().replace('_', ' ')),
                new Field("Tag", user.tag().name()),
                new Field("Rank", user.rank().name()));
    }

    private List<JobRow> jobs(PageVisit visit, UserRef ref) {
        if (!visit.actor().may(Scope.JOBS_READ)) {
            return List.of();
        }
        JobQuery query = new JobQuery(ref, Set.of(), null, JOBS, null, 0);
        return jobs.list(visit.actor(), visit.realmId(), query) instanceof Result.Ok<AsOf<Page<Job>>>(var seen)
                ? seen.value().items().stream()
                        .map(job -> new JobRow(
                                job.jobId(),
                                Integer.toString(job.type().number()),
                                job.outcomeWord(),
                                visit.base() + "/jobs/" + LinkBuilder.encoded(job.jobId())))
                        .toList()
                : List.of();
    }

    // What happened.

    private Timeline timeline(PageVisit visit, UserRef ref) {
        FormFields query = visit.query();
        String action = query.text("action");
        Long before = query.number("before");
        String asked = action == null || !action.matches("[a-z.]{1,40}") ? "" : action;
        try {
            query.check();
            Page<JournalEntry> page = unlessRefused(directory.history(
                    visit.actor(), visit.realmId(), ref, ENTRIES, before, asked.isEmpty() ? null : asked));
            return new Timeline(
                    asked,
                    page.items().stream()
                            .map(entry -> TimelineEntry.of(entry, labels, visit.realmId()))
                            .toList(),
                    Labels.total(page.total(), page.totalIsAtLeast()),
                    page.next() == null ? null : older(visit, asked, page.next()),
                    null);
        } catch (RefusedException e) {
            return new Timeline(asked, List.of(), "", null, labels.error(e.refusal()));
        }
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
