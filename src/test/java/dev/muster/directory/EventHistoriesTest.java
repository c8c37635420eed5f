package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Result;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldChange;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Standing;
import dev.muster.model.user.UserFields;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The law of standings in events. For any history, each event with a standing starts from the standing at which the
/// previous event about the same user ended, and contains the result of all holds at that entry. It is followed by
/// `user.standing.changed` exactly when the decision or the status changed.
@UsesPostgres
final class EventHistoriesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<DatabaseKind, Running> RUNNING = new EnumMap<>(DatabaseKind.class);
    private static final List<Path> FOLDERS = new ArrayList<>();

    /// A step of a history.
    ///
    /// @param which the number of the command
    /// @param user the index of one of two users
    /// @param kind the number of the kind of hold, if the command is about a hold
    /// @param lasts the duration of the hold in time units; 0 for a hold without an end
    /// @param passes the number of time units that pass before the command
    record Step(int which, int user, int kind, int lasts, int passes) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 24),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 2))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }

    @Property(tries = 60)
    void standingsContinueOnSqlite(@ForAll("histories") List<Step> history) throws InterruptedException {
        check(history, DatabaseKind.SQLITE);
    }

    @Property(tries = 15)
    void standingsContinueOnPostgres(@ForAll("histories") List<Step> history) throws InterruptedException {
        check(history, DatabaseKind.POSTGRES);
    }

    @AfterContainer
    static void close() throws IOException {
        RUNNING.values().forEach(Running::close);
        for (Path folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Running running(DatabaseKind kind) {
        return RUNNING.computeIfAbsent(kind, _ -> {
            try {
                Path folder = Files.createTempDirectory("event-histories");
                FOLDERS.add(folder);
                return new Running(EmptyDatabase.of(kind, folder).open(), folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void check(List<Step> history, DatabaseKind kind) throws InterruptedException {
        Running running = running(kind);
        long begin = running.core.eventReader().head(Running.REALM);
        UUID[] users = {
            running.register(UUID.randomUUID() + "@example.com"), running.register(UUID.randomUUID() + "@example.com")
        };
        // On PostgreSQL the test waits in real time. The unit is so short that a hold may end within the same
        // millisecond as another change.
        Duration unit = kind == DatabaseKind.SQLITE ? Duration.ofSeconds(10) : Duration.ofMillis(2);
        for (Step step : history) {
            Duration passing = unit.multipliedBy(step.passes());
            if (kind == DatabaseKind.SQLITE) {
                running.advance(passing);
            } else {
                Thread.sleep(passing);
            }
            Instant until = step.lasts() == 0 ? null : running.clock.instant().plus(unit.multipliedBy(step.lasts()));
            var _ = running.execute(users[step.user()], command(step, until));
        }
        long end = running.core.eventReader().head(Running.REALM);
        List<PublishedEvent> events = events(running, begin, 1 + history.size() % 7);
        for (UUID user : users) {
            Result<?> found = running.core.directory().standing(Running.ADMIN, Running.REALM, UserRef.id(user));
            checkUser(running, user, begin, end, events);
            assertThat(found).isNotNull();
        }
    }

    private static Command command(Step step, Instant until) {
        HoldKind kind = List.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.DEACTIVATED, HoldKind.FRAUD)
                .get(step.kind());
        String label = step.kind() % 2 == 0 ? Hold.MAIN : "other";
        return switch (step.which()) {
            case 0, 1, 2, 3, 4, 5, 6 -> new Command.PlaceHold(kind, label, "why", "a note", until);
            case 7, 8, 9, 10 -> new Command.ReleaseHold(kind, label, null, null);
            case 11 -> new Command.EnsureHold(kind);
            case 12 -> new Command.LiftHold(kind);
            case 13 -> new Command.ToggleSuspension();
            case 14 -> new Command.Reinstate(null, null);
            case 15 -> new Command.Remove("left", null);
            case 16, 17 -> new Command.Restore(null, null);
            case 18 -> new Command.Expel(null, null);
            case 19 -> new Command.Bar("fraud", null);
            case 20 -> new Command.EndHolds();
            case 21 -> new Command.ReplaceWorkstations(List.of("pc" + step.kind()));
            case 22 -> step.kind() == 0 ? new Command.Erase(null, null) : new Command.RequestInvitation();
            default -> Command.Update.of(edits -> edits.name = new Edit<>("Name " + step.kind()));
        };
    }

    /// Reads the events in slices, so that most standings must be computed back from later entries.
    private static List<PublishedEvent> events(Running running, long begin, int slice) {
        List<PublishedEvent> all = new ArrayList<>();
        long after = begin;
        while (true) {
            List<PublishedEvent> some = running.core.eventReader().read(Running.REALM, after, slice, Payload.THIN);
            if (some.isEmpty()) {
                return all;
            }
            all.addAll(some);
            after = some.getLast().seq();
        }
    }

    private static void checkUser(Running running, UUID user, long begin, long end, List<PublishedEvent> all) {
        Map<Long, JsonNode> byEntry = new HashMap<>();
        Map<Long, JsonNode> turns = new HashMap<>();
        for (PublishedEvent event : all) {
            if (event.subject().id().equals(user)) {
                JsonNode json = JSON.readTree(new String(event.json(), StandardCharsets.UTF_8));
                (event.type().equals(EventTypes.STANDING_CHANGED) ? turns : byEntry)
                        .put(event.seq(), json.path("data"));
            }
        }
        Holds holds = Holds.NONE;
        String last = null;
        for (JournalEntry entry : entries(running, user, begin)) {
            if (entry.seq() > end) {
                // A hold has ended since the events were read.
                return;
            }
            JsonNode data = byEntry.get(entry.seq());
            assertThat(data).as("event of entry %d", entry.seq()).isNotNull();
            assertThat(data.path("erased").asBoolean()).isEqualTo(!entry.readable());
            if (!entry.readable()) {
                boolean turned =
                        entry.action().equals(Event.Action.USER_ERASED.wireName()) && turns.containsKey(entry.seq());
                assertThat(turns.containsKey(entry.seq())).isEqualTo(turned);
                continue;
            }
            Holds before = holds;
            for (HoldChange change : UserFields.holdChanges(entry.changes())) {
                holds = change.after() == null
                        ? holds.without(change.kind(), change.label())
                        : holds.with(change.after());
            }
            Standing after = Standing.of(user, holds, 0, entry.at());
            if (!data.has("standing")) {
                assertThat(holds).as("entry %d has no standing", entry.seq()).isEqualTo(before);
                assertThat(turns).doesNotContainKey(entry.seq());
                continue;
            }
            JsonNode standing = data.path("standing");
            assertThat(text(standing.path("after"))).isEqualTo(text(after));
            assertThat(
                            last == null
                                    ? standing.path("before").isNull()
                                    : text(standing.path("before")).equals(last))
                    .as("entry %d continues %s: %s", entry.seq(), last, standing)
                    .isTrue();
            boolean turned = last != null && !decided(last).equals(decided(text(after)));
            assertThat(turns.containsKey(entry.seq()))
                    .as("entry %d turned: %s", entry.seq(), standing)
                    .isEqualTo(turned);
            if (turned) {
                assertThat(turns.get(entry.seq()).path("standing")).isEqualTo(standing);
                assertThat(turns.get(entry.seq()).path("cause").asString()).isEqualTo(entry.action());
            }
            last = text(after);
        }
    }

    private static List<JournalEntry> entries(Running running, UUID user, long begin) {
        return Running.ok(running.core
                        .journal()
                        .page(
                                Running.ADMIN,
                                Running.REALM,
                                new JournalQuery(
                                        null,
                                        null,
                                        new Event.Subject(Event.Subject.Type.USER, user),
                                        null,
                                        null,
                                        JournalQuery.Order.OLDEST_FIRST,
                                        1_000,
                                        begin)))
                .items();
    }

    private static String text(JsonNode standing) {
        return standing.path("decision").asString() + " "
                + standing.path("status").asString() + " "
                + standing.path("until").asString("-");
    }

    private static String text(Standing standing) {
        return standing.decision().wireName() + " " + standing.status().wireName() + " "
                + (standing.until() == null ? "-" : dev.muster.model.value.Timestamps.text(standing.until()));
    }

    /// Returns the standing without its end.
    private static String decided(String standing) {
        return standing.substring(0, standing.lastIndexOf(' '));
    }
}
