package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.journal.JournalQuery.Order;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.UserRef;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Tests searching, following and verifying the journal.
final class JournalReadingTest extends OnBothRunning {
    /// Returns a number of time units. The unit is short if the test has to wait in real time.
    private Duration units(int count) {
        return switch (kind) {
            case SQLITE -> Duration.ofHours(count);
            case POSTGRES -> Duration.ofMillis(count);
        };
    }

    /// Returns all entries that match a query, read page by page.
    private List<JournalEntry> all(String action, Instant since, Instant until, Order order, int limit) {
        return all(action, null, since, until, order, limit);
    }

    private List<JournalEntry> all(
            String action, Event.Subject subject, Instant since, Instant until, Order order, int limit) {
        List<JournalEntry> all = new ArrayList<>();
        Long after = null;
        do {
            Page<JournalEntry> page = Running.ok(running.core
                    .journal()
                    .page(
                            Running.ADMIN,
                            TEST,
                            new JournalQuery(action, null, subject, since, until, order, limit, after)));
            all.addAll(page.items());
            after = page.next();
        } while (after != null);
        return all;
    }

    /// Finds the same entries as a linear search, even if holds have expired while nothing was written and their
    /// expiry was added to the journal late.
    @Test
    void entriesSinceAnInstantAreFoundWhateverTheirPosition() throws InterruptedException {
        Random random = new Random(7);
        List<Instant> moments = new ArrayList<>();
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            // Entries have the time in milliseconds, and so have the filters of all APIs.
            moments.add(running.clock.instant().truncatedTo(ChronoUnit.MILLIS));
            switch (random.nextInt(4)) {
                case 0 -> users.add(running.register("u" + i + "@example.org"));
                case 1 -> {
                    if (!users.isEmpty()) {
                        Instant until = running.clock.instant().plus(units(100 + random.nextInt(300)));
                        Running.ok(running.execute(
                                users.get(random.nextInt(users.size())),
                                new Command.PlaceHold(HoldKind.SUSPENDED, "main", null, null, until)));
                    }
                }
                case 2 -> running.core.internals().holdExpiry().run();
                default -> pass(units(random.nextInt(200)));
            }
        }
        // No hold may expire while the journal is read.
        pass(units(500));
        running.core.internals().holdExpiry().run();
        List<JournalEntry> everything = all(null, null, null, Order.OLDEST_FIRST, 50);
        assertThat(everything).anyMatch(entry -> entry.action().equals("user.hold.ended"));
        for (Instant since : moments) {
            List<Long> wanted = seqs(everything, entry -> !entry.at().isBefore(since));
            assertThat(seqs(all(null, since, null, Order.OLDEST_FIRST, 7), _ -> true))
                    .isEqualTo(wanted);
            assertThat(seqs(all(null, since, null, Order.NEWEST_FIRST, 7), _ -> true))
                    .isEqualTo(wanted.reversed());
        }
        for (UUID user : users) {
            Event.Subject subject = new Event.Subject(Event.Subject.Type.USER, user);
            Instant since = moments.get(random.nextInt(moments.size()));
            int limit = 1 + random.nextInt(4);
            List<Long> wanted = seqs(everything, entry -> entry.subject().equals(subject));
            List<Long> late = seqs(
                    everything,
                    entry -> entry.subject().equals(subject) && !entry.at().isBefore(since));
            assertThat(seqs(all(null, subject, null, null, Order.OLDEST_FIRST, limit), _ -> true))
                    .isEqualTo(wanted);
            assertThat(seqs(all(null, subject, null, null, Order.NEWEST_FIRST, limit), _ -> true))
                    .isEqualTo(wanted.reversed());
            assertThat(seqs(all(null, subject, since, null, Order.OLDEST_FIRST, limit), _ -> true))
                    .isEqualTo(late);
            assertThat(seqs(all(null, subject, since, null, Order.NEWEST_FIRST, limit), _ -> true))
                    .isEqualTo(late.reversed());
        }
        assertThat(seqs(all("user.hold", null, null, Order.NEWEST_FIRST, 7), _ -> true))
                .isEqualTo(seqs(everything, entry -> entry.action().startsWith("user.hold."))
                        .reversed());
    }

    private static List<Long> seqs(List<JournalEntry> entries, Predicate<JournalEntry> which) {
        return entries.stream().filter(which).map(JournalEntry::seq).toList();
    }

    /// All matches are found, although there are more entries than one page examines.
    @Test
    void aPageEndsAfterTenThousandEntries() {
        for (int i = 0; i < 21; i++) {
            running.register("u" + i + "@example.org");
        }
        UUID user = running.register("a@example.org");
        for (int i = 0; i < 10_010; i++) {
            Running.ok(running.execute(user, new Command.ReplaceWorkstations(List.of("desk" + i))));
        }
        running.register("z@example.org");
        for (Order order : Order.values()) {
            assertThat(all("user.registered", null, null, order, 5)).hasSize(23);
            assertThat(all("nothing", null, null, order, 5)).isEmpty();
            Page<JournalEntry> page = Running.ok(running.core
                    .journal()
                    .page(Running.ADMIN, TEST, new JournalQuery("nothing", null, null, null, null, order, 5, null)));
            assertThat(page.items()).isEmpty();
            assertThat(page.next()).isNotNull();
        }
    }

    /// Without a filter, a page that ends with the last entry has no `next`.
    @Test
    void noPartIsEmptyWhereNothingIsFiltered() {
        for (int i = 0; i < 12; i++) {
            running.register("u" + i + "@example.org");
        }
        long entries = all(null, null, null, Order.OLDEST_FIRST, 50).size();
        for (Order order : Order.values()) {
            Page<JournalEntry> whole = Running.ok(running.core
                    .journal()
                    .page(
                            Running.ADMIN,
                            TEST,
                            new JournalQuery(null, null, null, null, null, order, (int) entries, null)));
            assertThat(whole.items()).hasSize((int) entries);
            assertThat(whole.next()).isNull();
        }
    }

    /// A follower that continues from the `next` of the last page gets exactly the entries added since.
    @Test
    void followersContinueFromTheLastCursor() {
        UUID user = running.register("a@example.org");
        List<Long> followed = new ArrayList<>();
        Long after = follow(null, null, followed);
        assertThat(followed).hasSameSizeAs(all(null, null, null, Order.OLDEST_FIRST, 50));
        assertThat(follow(null, after, followed)).as("nothing new").isNull();
        running.register("b@example.org");
        Running.ok(running.execute(user, new Command.ReplaceWorkstations(List.of("desk"))));
        Long later = follow(null, after, followed);
        assertThat(later).isEqualTo(after + 2);
        assertThat(followed).doesNotHaveDuplicates().hasSize((int) (long) later);
        // A filter that matches nothing still moves the cursor past the examined entries.
        List<Long> none = new ArrayList<>();
        assertThat(follow("nothing", null, none)).isEqualTo(later);
        assertThat(follow("nothing", later, none)).isNull();
        assertThat(none).isEmpty();
    }

    /// Follows the journal to its end.
    ///
    /// @return the last `next`, or null if even the first page has none
    private Long follow(String action, Long after, List<Long> into) {
        Long kept = null;
        Long next = after;
        do {
            Page<JournalEntry> page = Running.ok(running.core
                    .journal()
                    .following(
                            Running.ADMIN,
                            TEST,
                            new JournalQuery(action, null, null, null, null, Order.OLDEST_FIRST, 2, next)));
            into.addAll(page.items().stream().map(JournalEntry::seq).toList());
            next = page.next();
            kept = next == null ? kept : next;
        } while (next != null);
        return kept;
    }

    @Test
    void theTotalIsOfThoseThatMatch() throws InterruptedException {
        UUID user = running.register("a@example.org");
        for (int i = 0; i < 12; i++) {
            running.register("u" + i + "@example.org");
        }
        pass(units(10));
        Instant later = running.clock.instant();
        pass(units(10));
        Running.ok(running.execute(user, new Command.PlaceHold(HoldKind.BLOCKED, "main", null, null, null)));
        Running.ok(running.execute(user, new Command.ReplaceWorkstations(List.of("desk"))));
        Event.Subject subject = new Event.Subject(Event.Subject.Type.USER, user);
        UUID actor = Running.ADMIN.ref().id();
        for (Order order : Order.values()) {
            assertThat(total(new JournalQuery(null, null, null, null, null, order, 1, null)))
                    .isEqualTo(all(null, null, null, order, 50).size());
            assertThat(total(new JournalQuery("user.registered", null, null, null, null, order, 1, null)))
                    .isEqualTo(13);
            assertThat(total(new JournalQuery("user.hold", null, null, null, null, order, 1, null)))
                    .isEqualTo(1);
            assertThat(total(new JournalQuery("user.hol", null, null, null, null, order, 1, null)))
                    .isZero();
            assertThat(total(new JournalQuery(null, actor, null, null, null, order, 1, null)))
                    .isEqualTo(15);
            assertThat(total(new JournalQuery("user", new UUID(1, 2), null, null, null, order, 1, null)))
                    .isZero();
            assertThat(total(new JournalQuery(null, null, subject, null, null, order, 1, null)))
                    .isEqualTo(3);
            assertThat(total(new JournalQuery("user.hold", actor, subject, later, null, order, 1, null)))
                    .isEqualTo(1);
            assertThat(total(new JournalQuery(null, null, null, later, null, order, 1, null)))
                    .isEqualTo(2);
            assertThat(total(new JournalQuery("user", null, null, null, later, order, 1, null)))
                    .isEqualTo(13);
        }
    }

    private long total(JournalQuery query) {
        Page<JournalEntry> page = Running.ok(running.core.journal().page(Running.ADMIN, TEST, query));
        assertThat(page.totalIsAtLeast()).isFalse();
        return page.total();
    }

    @Test
    void aHistoryIsGivenByWhatHappened() {
        UUID user = running.register("a@example.org");
        for (int i = 0; i < 5; i++) {
            Running.ok(
                    running.execute(user, new Command.PlaceHold(HoldKind.SUSPENDED, "main", "again" + i, null, null)));
            Running.ok(running.execute(user, new Command.ReplaceWorkstations(List.of("desk" + i))));
        }
        List<String> holds = new ArrayList<>();
        Long before = null;
        do {
            Page<JournalEntry> page = Running.ok(
                    running.core.directory().history(Running.ADMIN, TEST, UserRef.id(user), 2, before, "user.hold"));
            page.items().forEach(entry -> holds.add(entry.reason()));
            assertThat(page.total()).isEqualTo(5);
            before = page.next();
        } while (before != null);
        assertThat(holds).containsExactly("again4", "again3", "again2", "again1", "again0");
    }

    @Test
    void aVerificationIsKeptWithWhatItFound() throws InterruptedException {
        running.register("a@example.org");
        JournalVerifier verifications = running.core.verifications();
        assertThat(Running.ok(verifications.state(Running.ADMIN, TEST)).last()).isNull();
        Running.ok(verifications.begin(Running.ADMIN, TEST));
        eventually(() -> Running.ok(verifications.state(Running.ADMIN, TEST)).last() != null);
        JournalVerifier.Found found =
                Running.ok(verifications.state(Running.ADMIN, TEST)).last();
        ChainVerification now = running.verify();
        assertThat(found.valid()).isTrue();
        assertThat(found.entries()).isEqualTo(now.entries());
        assertThat(found.head()).isEqualTo(now.head());
        assertThat(Running.ok(verifications.state(Running.ADMIN, PRODUCTION)).last())
                .isNull();
    }
}
