package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.AsOf;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Journal;
import dev.muster.directory.JournalVerifier;
import dev.muster.directory.Overview;
import dev.muster.directory.Page;
import dev.muster.directory.Webhooks;
import dev.muster.http.Reply;
import dev.muster.model.Counters;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The realm's key figures, each with a link to the list that it counts.
public record OverviewPage(
        Overview overview, Jobs jobs, Journal journal, JournalVerifier verifications, Webhooks webhooks, Pages pages) {
    private static final int DAYS = 90;
    private static final int MAX_ENDING_SHOWN = 50;
    static final Duration ENDING_WITHIN = Duration.ofDays(7);

    /// The prefixes of a thousand bytes, a million and so on.
    private static final String UNITS = "kMGTPE";

    /// The content of the page.
    ///
    /// @param ending the number of users with a hold that ends within seven days
    /// @param reviews the number of failed jobs under a fraud hold that await review; null if the operator
    ///     may not read jobs
    /// @param failing the number of webhooks that are failing or disabled; 0 if the operator may not see webhooks
    /// @param head the journal's head; null if the operator may not read the journal
    /// @param verified the result of the last verification; null if there was none
    /// @param unverified the number of entries that are newer than the last verification
    /// @param quotas the realm's quotas; empty if they cannot be read
    public record Model(
            String base,
            List<Count> statuses,
            List<Quota> quotas,
            List<Overview.Day> days,
            String ending,
            @Nullable String reviews,
            long failing,
            Journal.@Nullable Head head,
            @Nullable String verified,
            long unverified) {
        /// The number, as sentences write it.
        public String number(long number) {
            return Labels.number(number);
        }
    }

    /// A quota of the realm, formatted.
    ///
    /// @param used the usage; null if it is not counted
    /// @param percent the usage in percent of the quota, at most 100
    /// @param full whether the quota is used up
    public record Quota(String what, @Nullable String used, String limit, int percent, boolean full) {
        static Quota of(String what, long used, long limit) {
            return of(what, used, limit, Labels::number);
        }

        static Quota of(String what, long used, long limit, LongFunction<String> format) {
            int percent = limit == 0 ? 100 : (int) Math.min(100, (long) (100.0 * used / limit));
            return new Quota(what, format.apply(used), format.apply(limit), percent, used >= limit);
        }
    }

    /// The number of users with a status.
    public record Count(Status status, String text, String number, String href) {}

    /// The content of the page of holds that end soon.
    public record EndingHolds(List<Row> rows, String total) {}

    /// A user, and when the first of their holds ends.
    public record Row(UsersPage.Row user, String ends) {}

    Reply show(PageVisit visit) {
        AsOf<Overview.Numbers> seen = unlessRefused(overview.numbers(visit.actor(), visit.realmId(), DAYS));
        return pages.page(visit, "overview", "Overview", model(visit, seen.value()));
    }

    private Model model(PageVisit visit, Overview.Numbers numbers) {
        Counters counters = numbers.counters();
        List<Count> statuses = Stream.of(Status.values())
                .sorted((a, b) -> b.compareTo(a))
                .map(status -> new Count(
                        status,
                        Labels.status(status),
                        Labels.number(counters.status(status)),
                        visit.base() + "/users?status=" + status.wireName()))
                .toList();
        String ending = overview.ending(visit.actor(), visit.realmId(), ENDING_WITHIN, 1)
                        instanceof Result.Ok<AsOf<Page<User>>>(var seen)
                ? total(seen.value())
                : "unknown";
        Journal.Head head = journal.head(visit.actor(), visit.realmId()) instanceof Result.Ok<Journal.Head>(var known)
                ? known
                : null;
        JournalVerifier.State verification = verifications.state(visit.actor(), visit.realmId())
                        instanceof Result.Ok<JournalVerifier.State>(var state)
                ? state
                : null;
        return new Model(
                visit.base(),
                statuses,
                quotas(visit),
                numbers.days().reversed(),
                ending,
                reviews(visit),
                failing(visit),
                head,
                IntegrityPage.verified(verification),
                head == null ? 0 : IntegrityPage.unverified(head, verification));
    }

    private List<Quota> quotas(PageVisit visit) {
        if (!(overview.use(visit.actor(), visit.realmId()) instanceof Result.Ok<Overview.Use>(var use))) {
            return List.of();
        }
        Quotas quotas = use.quotas();
        Counters counters = use.counters();
        return List.of(
                Quota.of("Users", counters.users(), quotas.users()),
                Quota.of("Evidence", use.evidenceBytes(), quotas.evidenceBytes(), OverviewPage::bytes),
                Quota.of("Groups", counters.groups(), quotas.groups()),
                Quota.of("Policies", counters.policies(), quotas.policies()),
                Quota.of("API keys", counters.keys(), quotas.keys()),
                new Quota("Requests a second, each key", null, Labels.number(quotas.requestsPerSecond()), 0, false));
    }

    /// Formats a size, such as `999 bytes` or `1.2 GB`.
    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double size = bytes / 1e3;
        int unit = 0;
        // What would be shown as 1000.0 is 1 of the next unit.
        while (size >= 999.95 && unit < UNITS.length() - 1) {
            size /= 1e3;
            unit++;
        }
        return String.format(Locale.ENGLISH, "%.1f", size).replace(".0", "") + " " + UNITS.charAt(unit) + "B";
    }

    private @Nullable String reviews(PageVisit visit) {
        if (!visit.actor().may(Scope.JOBS_READ)) {
            return null;
        }
        JobQuery open = new JobQuery(null, Set.of(), true, 1, null, 0);
        return jobs.list(visit.actor(), visit.realmId(), open) instanceof Result.Ok<AsOf<Page<Job>>>(var seen)
                ? total(seen.value())
                : "unknown";
    }

    private long failing(PageVisit visit) {
        return visit.actor().may(Scope.WEBHOOKS_WRITE)
                        && webhooks.list(visit.actor(), visit.realmId())
                                instanceof Result.Ok<List<Webhooks.Status>>(var all)
                ? all.stream()
                        .filter(status -> WebhookLabels.isBroken(status.webhook(), status.progress()))
                        .count()
                : 0;
    }

    private static String total(Page<?> page) {
        return Labels.total(page.total(), page.totalIsAtLeast());
    }

    /// Shows the users with a hold that ends within seven days.
    Reply ending(PageVisit visit) {
        AsOf<Page<User>> seen =
                unlessRefused(overview.ending(visit.actor(), visit.realmId(), ENDING_WITHIN, MAX_ENDING_SHOWN));
        List<Row> rows = seen.value().items().stream()
                .map(user -> new Row(
                        UsersPage.Row.of(visit, user, seen.at()),
                        Labels.time(user.holds().nextEnd(), "")))
                .toList();
        return pages.page(visit, "ending", "Holds that end soon", new EndingHolds(rows, total(seen.value())));
    }
}
