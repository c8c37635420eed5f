package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.directory.Directory;
import dev.muster.directory.Jobs;
import dev.muster.directory.Journal;
import dev.muster.directory.Page;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.journal.JournalQuery.Order;
import dev.muster.http.Reply;
import dev.muster.model.Event;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.job.Job;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The realm's journal: its entries, and its export.
public record JournalPage(
        Journal journal, Directory directory, Jobs jobs, Pages pages, Labels labels, TypedUser typedUser) {
    private static final int ENTRIES = 25;
    private static final int EXPORT_BUFFER = 64 << 10;
    private static final List<String> FILTERS = List.of("action", "from", "to", "subject");

    /// The content of the page.
    ///
    /// @param action the filter by action, as typed; `from`, `to` and `subject` are further filters
    /// @param total the number of entries as text
    /// @param next the link to the next page; null on the last page
    public record Model(
            String action,
            String from,
            String to,
            String subject,
            Order order,
            List<Row> rows,
            String total,
            @Nullable String next) {
        /// All actions and their prefixes, such as `user.hold`, which matches all changes of holds. They are grouped by
        /// their first word.
        public SortedMap<String, SortedSet<String>> actions() {
            SortedMap<String, SortedSet<String>> groups = new TreeMap<>();
            for (Event.Action action : Event.Action.values()) {
                String word = action.wireName();
                SortedSet<String> actions =
                        groups.computeIfAbsent(word.substring(0, word.indexOf('.')), _ -> new TreeSet<>());
                for (int dot = word.indexOf('.'); dot > 0; dot = word.indexOf('.', dot + 1)) {
                    actions.add(word.substring(0, dot));
                }
                actions.add(word);
            }
            return groups;
        }

        public boolean isNewestFirst() {
            return order == Order.NEWEST_FIRST;
        }

        public boolean isFiltered() {
            return !action.isEmpty() || !from.isEmpty() || !to.isEmpty() || !subject.isEmpty();
        }
    }

    /// An entry with a link to its subject; `href` is null if the subject has no page.
    public record Row(
            TimelineEntry entry, String subject, @Nullable String href) {}

    Reply show(PageVisit visit) {
        FormFields in = new FormFields(visit.request()::query);
        String action = in.text("action");
        Instant from = in.day("from");
        Instant to = in.day("to");
        in.requireAfter(from, to);
        Long after = in.number("after");
        // If a start day is given, the list runs forward from it; otherwise it starts with the newest entry.
        Order order = from == null ? Order.NEWEST_FIRST : Order.OLDEST_FIRST;
        Actor actor = visit.actor();
        long realm = visit.realmId();
        PageVisit shown = visit;
        Page<JournalEntry> page = new Page<>(List.of(), 0, false, null);
        try {
            Event.Subject subject = subject(visit, in);
            in.check();
            page = unlessRefused(journal.page(
                    actor,
                    realm,
                    new JournalQuery(
                            action,
                            null,
                            subject,
                            from,
                            to == null ? null : to.plus(Duration.ofDays(1)),
                            order,
                            ENTRIES,
                            after)));
        } catch (RefusedException e) {
            shown = visit.with(labels.error(e.refusal()));
        }
        Long next = page.next();
        LinkBuilder link = new LinkBuilder(visit.base() + "/journal");
        FILTERS.forEach(name -> link.with(name, visit.request().query(name)));
        Model model = new Model(
                FormFields.orEmpty(visit.request().query("action")),
                FormFields.orEmpty(visit.request().query("from")),
                FormFields.orEmpty(visit.request().query("to")),
                FormFields.orEmpty(visit.request().query("subject")),
                order,
                rows(visit, page.items()),
                Labels.total(page.total(), page.totalIsAtLeast()),
                next == null ? null : link.with("after", Long.toString(next)).toString());
        return pages.page(shown, "journal", "Journal", model);
    }

    /// Returns the user whose entries are listed; null if all entries are listed.
    private Event.@Nullable Subject subject(PageVisit visit, FormFields in) {
        if (in.text("subject") == null) {
            return null;
        }
        UserRef ref = typedUser.find(visit, in, "subject");
        User user = unlessRefused(directory.find(visit.actor(), visit.realmId(), ref))
                .value();
        return new Event.Subject(Event.Subject.Type.USER, user.id());
    }

    private List<Row> rows(PageVisit visit, List<JournalEntry> entries) {
        UserNames names = UserNames.of(
                directory,
                visit,
                entries.stream()
                        .map(JournalEntry::subject)
                        .filter(subject -> subject.type() == Event.Subject.Type.USER)
                        .map(Event.Subject::id)
                        .toList());
        List<UUID> ids = entries.stream()
                .map(JournalEntry::subject)
                .filter(subject -> subject.type() == Event.Subject.Type.JOB)
                .map(Event.Subject::id)
                .toList();
        Map<UUID, Job> known =
                jobs.find(visit.actor(), visit.realmId(), ids) instanceof Result.Ok<Map<UUID, Job>>(var found)
                        ? found
                        : Map.of();
        return entries.stream()
                .map(entry -> {
                    Job job = known.get(entry.subject().id());
                    return job == null ? row(visit, entry, names) : row(visit, entry, job);
                })
                .toList();
    }

    /// Returns the row of an entry about a job that the operator may read.
    private Row row(PageVisit visit, JournalEntry entry, Job job) {
        TimelineEntry about = TimelineEntry.of(entry, labels, visit.realmId());
        return new Row(
                entry.action().equals(Event.Action.JOB_REVIEWED.wireName())
                        ? about.withDecision(new FraudDecisions(directory).of(visit, job))
                        : about,
                "job " + job.jobId(),
                visit.base() + "/jobs/" + LinkBuilder.encoded(job.jobId()));
    }

    private Row row(PageVisit visit, JournalEntry entry, UserNames names) {
        String base = visit.base();
        UUID id = entry.subject().id();
        Event.Subject.Type type = entry.subject().type();
        String href = switch (type) {
            case USER -> base + "/users/" + id;
            case GROUP -> base + "/groups/" + id;
            case POLICY -> base + "/policies/" + id;
            case KEY -> base + "/keys";
            case OPERATOR -> base + "/operators";
            case APPROVAL -> base + "/approvals";
            case WEBHOOK -> base + "/webhooks";
            case JOB, TENANT, REALM, SSO -> null;
        };
        String about = type == Event.Subject.Type.USER ? names.of(id) : type.wireName();
        return new Row(TimelineEntry.of(entry, labels, visit.realmId()), about, href);
    }

    /// Exports the whole journal, in the format that `muster journal verify` reads.
    Reply export(PageVisit visit) {
        Actor actor = visit.actor();
        long realm = visit.realmId();
        return Pages.guarded(Reply.stream(200, "application/x-ndjson", out -> {
                    BufferedOutputStream lines = new BufferedOutputStream(out, EXPORT_BUFFER);
                    if (journal.export(actor, realm, lines::write)
                            instanceof Result.Refused<Journal.Head>(var refusal)) {
                        throw new IOException("the export was refused half way: " + refusal);
                    }
                    lines.flush();
                }))
                .with("Content-Disposition", Pages.attachment("journal-" + visit.fileName() + ".ndjson"));
    }
}
