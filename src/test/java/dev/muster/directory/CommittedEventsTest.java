package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.events.Payload;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.OperatorCommand;
import dev.muster.model.credential.Role;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// While a realm has listeners, events of recently committed entries are created from memory. They are the same, byte
/// for byte, as events read from the database.
final class CommittedEventsTest extends OnBothRunning {
    private final List<UUID> users = new ArrayList<>();
    private int fromMemory;

    private static List<String> texts(EventReader.Slice slice, long upTo) {
        return slice.events().stream()
                .filter(event -> event.seq() <= upTo)
                .map(event -> event.id() + " " + new String(event.json(), StandardCharsets.UTF_8))
                .toList();
    }

    private void compare(long after, int entries, Payload payload) {
        long nanos = System.nanoTime();
        EventReader.Slice recent =
                running.core.eventReader().read(Running.REALM, after, entries, EventTypes.ALL, payload);
        EventReader.Slice read = running.storedEvents().read(Running.REALM, after, entries, EventTypes.ALL, payload);
        fromMemory += recent.nanos() < nanos ? 1 : 0;
        // Another change may have been committed between the two reads.
        long upTo = Math.min(recent.last(), read.last());
        assertThat(texts(recent, upTo)).isEqualTo(texts(read, upTo));
        assertThat(recent.last()).isGreaterThan(after);
    }

    @Test
    void committedEventsReadAlike() {
        Random random = new Random(1);
        try (JournalHeads.Registration _ = running.core.journalHeads().listen(Running.REALM, () -> {})) {
            for (int i = 0; i < 150; i++) {
                long before = running.core.eventReader().head(Running.REALM);
                step(random);
                if (running.core.eventReader().head(Running.REALM) > before) {
                    for (Payload payload : Payload.values()) {
                        compare(before, 1 + random.nextInt(3), payload);
                        compare(Math.max(0, before - random.nextInt(9)), 1 + random.nextInt(9), payload);
                    }
                }
            }
        }
        assertThat(fromMemory).isGreaterThan(50);
    }

    /// Executes several requests in one commit, some of them about the same user.
    @Test
    void eventsOfOneCommitReadAlike() throws Exception {
        for (int i = 0; i < 4; i++) {
            users.add(running.register(UUID.randomUUID() + "@example.com"));
        }
        try (JournalHeads.Registration _ = running.core.journalHeads().listen(Running.REALM, () -> {});
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                long before = running.core.eventReader().head(Running.REALM);
                List<Callable<Object>> requests = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    Random random = new Random(100L * round + i);
                    UUID user = users.get(random.nextInt(users.size()));
                    requests.add(() -> running.execute(user, onUser(random)));
                }
                clients.invokeAll(requests);
                if (running.core.eventReader().head(Running.REALM) > before) {
                    for (Payload payload : Payload.values()) {
                        compare(before, 5, payload);
                        compare(before, 40, payload);
                    }
                }
            }
        }
        assertThat(fromMemory).isGreaterThan(10);
    }

    /// Events from memory do not contain anything that was sealed with a destroyed key either.
    @Test
    void anErasedUserIsNotReadFromMemory() {
        UUID user = running.register("ann@example.com");
        try (JournalHeads.Registration _ = running.core.journalHeads().listen(Running.REALM, () -> {})) {
            long before = running.core.eventReader().head(Running.REALM);
            running.execute(user, Command.Update.of(edits -> edits.name = new Edit<>("Ann Secret")));
            running.execute(user, new Command.Erase(null, null));
            compare(before, 10, Payload.FULL);
            assertThat(texts(
                            running.core.eventReader().read(Running.REALM, before, 10, EventTypes.ALL, Payload.FULL),
                            Long.MAX_VALUE))
                    .allSatisfy(text -> assertThat(text).doesNotContain("Secret", "ann@"));
        }
    }

    @Test
    void afterASecondTheyAreReadFromTheDatabase() throws InterruptedException {
        try (JournalHeads.Registration _ = running.core.journalHeads().listen(Running.REALM, () -> {})) {
            long before = running.core.eventReader().head(Running.REALM);
            running.register("ann@example.com");
            Thread.sleep(1_100);
            long nanos = System.nanoTime();
            EventReader.Slice read =
                    running.core.eventReader().read(Running.REALM, before, 10, EventTypes.ALL, Payload.THIN);
            assertThat(read.nanos()).isGreaterThanOrEqualTo(nanos);
            assertThat(read.events()).hasSize(1);
        }
    }

    private void step(Random random) {
        int drawn = random.nextInt(40);
        if (users.isEmpty() || drawn < 8) {
            users.add(running.register(UUID.randomUUID() + "@example.com"));
        } else if (drawn < 33) {
            running.execute(users.get(random.nextInt(users.size())), onUser(random));
        } else {
            running.executeIn(Running.REALM, aboutOthers(random, drawn));
        }
    }

    private Command onUser(Random random) {
        HoldKind kind = List.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.DEACTIVATED, HoldKind.FRAUD)
                .get(random.nextInt(4));
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> new Command.PlaceHold(kind, Hold.MAIN, "why", "a note", null);
            case 3, 4 ->
                new Command.PlaceHold(
                        kind,
                        "other",
                        "why",
                        null,
                        running.clock.instant().plus(Duration.ofDays(1 + random.nextInt(5))));
            case 5, 6, 7 -> new Command.ReleaseHold(kind, random.nextBoolean() ? Hold.MAIN : "other", null, "ünïcode");
            case 8 -> new Command.ToggleSuspension();
            case 9 -> new Command.Remove("left", null);
            case 10, 11 -> new Command.Restore(null, null);
            case 12 -> new Command.ReplaceWorkstations(List.of("pc" + random.nextInt(9), "pc-b"));
            case 13 -> random.nextInt(4) == 0 ? new Command.Erase(null, null) : new Command.RequestInvitation();
            case 14 -> new Command.Reinstate(null, null);
            default -> Command.Update.of(edits -> edits.name = new Edit<>("Name " + random.nextInt(99)));
        };
    }

    private Command aboutOthers(Random random, int drawn) {
        Validator validator = new Validator();
        UUID user = users.get(random.nextInt(users.size()));
        String job = "job" + random.nextInt(8);
        return switch (drawn) {
            case 33 -> new Command.CreateGroup("group " + random.nextInt(1_000), null);
            case 34 ->
                new OperatorCommand.CreateOperator(
                        validator.identifier(Identifier.Kind.USERNAME, "op" + random.nextInt(1_000)),
                        Role.VIEWER,
                        "hash");
            case 35 -> new JobCommand.EraseJob(job);
            case 36 -> new Command.CreatePolicy("policy " + random.nextInt(1_000), null, List.of("door"));
            default ->
                new JobCommand.SubmitJob(
                        JobStagesTest.job(job, 1 + 4 * random.nextInt(2), user.toString()), null, null);
        };
    }
}
