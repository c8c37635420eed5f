package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.webhook.Webhook;
import dev.muster.storage.DeliveryTables.OpenRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Tests what is sent to an endpoint, and when, for each kind of failure.
final class EndpointStateTest {
    private final Simulated simulated = new Simulated(false, 1, "*");

    private static Function<String, Integer> all(int status) {
        return _ -> status;
    }

    private static Function<String, Integer> except(String id, int status) {
        return each -> each.equals(id) ? status : 200;
    }

    private static List<String> events(int from, int to) {
        List<String> ids = new ArrayList<>();
        for (int seq = from; seq <= to; seq++) {
            ids.add("evt_1_" + seq);
        }
        return ids;
    }

    @Test
    void everythingIsSentAndTheCursorFollows() {
        simulated.entries(1_000, 7);
        simulated.run(all(200));
        assertThat(simulated.accepted).containsExactlyInAnyOrderElementsOf(events(1, 1_000));
        assertThat(simulated.row().cursor()).isEqualTo(1_000);
    }

    @Test
    void onlyChosenTypesAreSentAndTheCursorPassesTheOthers() {
        Simulated some = new Simulated(false, 1, "user.hold.*");
        for (int i = 0; i < 600; i++) {
            some.entry(1, i % 100 == 0 ? "user.hold.placed" : "user.updated", true);
        }
        some.run(all(200));
        assertThat(some.accepted)
                .containsExactly("evt_1_1", "evt_1_101", "evt_1_201", "evt_1_301", "evt_1_401", "evt_1_501");
        assertThat(some.row().cursor()).isEqualTo(600);
    }

    @Test
    void atMostEightAreInFlightAndAtFirstOne() {
        simulated.entries(100, 100);
        simulated.read();
        List<Integer> flying = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            while (simulated.send()) {}
            flying.add(simulated.flying());
            while (simulated.flying() > 0) {
                simulated.answer(0, all(200));
            }
        }
        assertThat(flying).containsExactly(1, 2, 8, 8, 8);
    }

    @Test
    void oneEventPerSubjectIsInFlight() {
        simulated.entries(20, 1);
        simulated.read();
        while (simulated.send()) {}
        assertThat(simulated.flying()).isEqualTo(1);
        simulated.run(all(200));
        assertThat(simulated.accepted).containsExactlyElementsOf(events(1, 20));
    }

    @Test
    void atMost256EntriesBeyondTheStoredCursorAreSent() {
        simulated.entries(1_000, 1_000);
        simulated.run(except("evt_1_1", 500));
        // The first failure is attributed to the endpoint, until other events are delivered.
        assertThat(simulated.received).hasSize(1);
        simulated.pass(Duration.ofSeconds(7));
        simulated.run(except("evt_1_1", 500));
        assertThat(simulated.accepted).hasSize(255).doesNotContain("evt_1_257");
        assertThat(simulated.row().cursor()).isZero();
    }

    @Test
    void whatWasDeliveredBeyondTheCursorIsNotSentAgainAfterARestart() {
        simulated.entries(50, 50);
        simulated.run(except("evt_1_3", 503));
        simulated.pass(Duration.ofSeconds(7));
        simulated.run(except("evt_1_3", 503));
        simulated.restart();
        simulated.pass(Duration.ofDays(1));
        simulated.run(all(200));
        assertThat(simulated.accepted).containsExactlyInAnyOrderElementsOf(events(1, 50));
        assertThat(simulated.row().cursor()).isEqualTo(50);
    }

    /// For days, only one message is sent at a time, at increasing intervals.
    @Test
    void anEndpointThatIsDownIsTriedAtGrowingIntervals() {
        simulated.entries(500, 500);
        List<Duration> tried = new ArrayList<>();
        Instant until = Simulated.START.plus(Duration.ofDays(4));
        while (simulated.now.isBefore(until)) {
            int before = simulated.received.size();
            simulated.run(all(502));
            if (simulated.received.size() > before) {
                assertThat(simulated.received).hasSize(before + 1);
                tried.add(Duration.between(Simulated.START, simulated.now));
            }
            simulated.pass(Duration.ofSeconds(1));
        }
        assertThat(tried).hasSize(10);
        long[] waits = {5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400};
        for (int i = 0; i < waits.length; i++) {
            Duration wait = tried.get(i + 1).minus(tried.get(i));
            assertThat(wait.toSeconds()).isBetween(waits[i], waits[i] * 12 / 10 + 2);
        }
        assertThat(simulated.row().cursor()).isZero();
        assertThat(simulated.open()).isEmpty();
        simulated.pass(Duration.ofDays(2));
        simulated.run(all(200));
        assertThat(simulated.accepted).containsExactlyInAnyOrderElementsOf(events(1, 500));
    }

    @Test
    void failuresOfMessagesThatWereAlreadyInFlightCountOnce() {
        simulated.entries(100, 100);
        simulated.run(all(200));
        simulated.entries(100, 100);
        simulated.read();
        while (simulated.send()) {}
        assertThat(simulated.flying()).isEqualTo(8);
        while (simulated.flying() > 0) {
            simulated.answer(0, all(0));
        }
        simulated.save();
        assertThat(simulated.row().failures()).isEqualTo(1);
        assertThat(simulated.row().retryAt()).isBefore(simulated.now.plusSeconds(7));
    }

    /// Events of other subjects continue immediately. Later events of the same subject continue once the event is
    /// delivered.
    @Test
    void anEventThatIsRefusedThreeTimesIsParked() {
        simulated.entries(200, 20);
        simulated.run(except("evt_1_5", 400));
        assertThat(simulated.accepted).hasSize(200 - 10);
        assertThat(simulated.open()).isEmpty();
        for (int i = 0; i < 2; i++) {
            simulated.pass(Duration.ofSeconds(7));
            simulated.run(except("evt_1_5", 400));
        }
        assertThat(simulated.received.stream().filter("evt_1_5"::equals)).hasSize(3);
        assertThat(simulated.row().cursor()).isEqualTo(200);
        assertThat(simulated.open()).hasSize(10);
        assertThat(simulated.open().getFirst().state()).isEqualTo(OpenRow.State.PARKED);
        assertThat(simulated.open().getFirst().status()).isEqualTo(400);
        assertThat(simulated.open().subList(1, 10)).allMatch(row -> row.state() == OpenRow.State.WAITING);

        // Later events of the subject also wait; those of other subjects do not.
        simulated.entry(4, "user.updated", true);
        simulated.entry(5, "user.updated", false);
        simulated.restart();
        simulated.run(except("evt_1_5", 400));
        assertThat(simulated.accepted).contains("evt_1_202").doesNotContain("evt_1_201");

        simulated.pass(Duration.ofMinutes(6));
        simulated.run(all(200));
        assertThat(simulated.open()).isEmpty();
        assertThat(simulated.accepted.stream().filter(Set.copyOf(simulated.ofSubject(4))::contains))
                .containsExactlyElementsOf(simulated.ofSubject(4));
    }

    @Test
    void aParkedEventIsGivenUpAfterThreeDaysAndMoreAndTheNextOneSent() {
        simulated.entries(60, 30);
        simulated.run(except("evt_1_5", 422));
        for (int i = 0; i < 100; i++) {
            simulated.pass(Duration.ofHours(1));
            simulated.entry(100 + i, "user.updated", false);
            simulated.run(except("evt_1_5", 422));
        }
        assertThat(simulated.open()).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(OpenRow.State.GIVEN_UP);
            assertThat(row.event()).isEqualTo("evt_1_5");
        });
        assertThat(simulated.received.stream().filter("evt_1_5"::equals)).hasSize(11);
        assertThat(simulated.accepted).contains("evt_1_35");
        assertThat(simulated.ended()).isNull();
    }

    @Test
    void aFailureBecauseOfOneEventIsNotTheEndpointsFaultForEver() {
        simulated.entries(300, 30);
        for (int i = 0; i < 6; i++) {
            simulated.run(except("evt_1_1", 500));
            simulated.pass(Duration.ofSeconds(7));
        }
        assertThat(simulated.accepted).hasSize(290);
        assertThat(simulated.open()).hasSize(10);
        assertThat(simulated.row().cursor()).isEqualTo(300);
    }

    /// An endpoint that refuses everything may have the wrong secret: some receivers respond with 400 to an invalid
    /// signature.
    @Test
    void ifEverythingIsRefusedNothingIsParked() {
        simulated.entries(100, 100);
        for (int i = 0; i < 50; i++) {
            simulated.run(all(400));
            simulated.pass(Duration.ofMinutes(30));
        }
        assertThat(simulated.open()).isEmpty();
        assertThat(simulated.row().cursor()).isZero();
        assertThat(simulated.received.size()).isLessThan(20);
        simulated.pass(Duration.ofDays(1));
        simulated.run(all(200));
        assertThat(simulated.accepted).containsExactlyInAnyOrderElementsOf(events(1, 100));
    }

    /// If the only event is refused repeatedly, a later event of another subject is still sent immediately.
    @Test
    void oneRefusedEventDoesNotHoldUpOthersThatComeLater() {
        simulated.entry(1, "user.updated", false);
        for (int i = 0; i < 4; i++) {
            simulated.run(all(400));
            simulated.pass(Duration.ofMinutes(10));
        }
        assertThat(simulated.open()).isEmpty();
        simulated.entry(2, "user.updated", false);
        simulated.run(except("evt_1_1", 400));
        assertThat(simulated.accepted).containsExactly("evt_1_2");
        assertThat(simulated.open()).hasSize(1);
        assertThat(simulated.row().cursor()).isEqualTo(2);
    }

    @Test
    void aStrictEndpointParksNothingAndGetsOneAtATime() {
        Simulated strict = new Simulated(true, 1, "*");
        strict.entries(100, 100);
        strict.read();
        while (strict.send()) {}
        assertThat(strict.flying()).isEqualTo(1);
        strict.answer(0, all(200));
        for (int i = 0; i < 5; i++) {
            strict.run(except("evt_1_20", 400));
            strict.pass(Duration.ofHours(3));
        }
        assertThat(strict.accepted).containsExactlyElementsOf(events(1, 19));
        assertThat(strict.open()).isEmpty();
        strict.pass(Duration.ofDays(1));
        strict.run(all(200));
        assertThat(strict.accepted).containsExactlyElementsOf(events(1, 100));
    }

    @Test
    void anEndpointThatIsGoneEnds() {
        simulated.entries(10, 10);
        simulated.run(all(410));
        assertThat(simulated.ended()).isEqualTo(Webhook.Cause.GONE);
        assertThat(simulated.received).hasSize(1);
        simulated.pass(Duration.ofDays(1));
        simulated.run(all(200));
        assertThat(simulated.received).hasSize(1);
    }

    @Test
    void afterFiveDaysOfFailureItEndsAndASuccessBeginsAnew() {
        simulated.entries(10, 1);
        Map<Integer, Webhook.Cause> ended = new HashMap<>();
        for (int hour = 0; hour < 260; hour++) {
            // The endpoint works for more than a day, during which it is tried at least once.
            simulated.run(hour > 70 && hour <= 100 ? all(200) : all(0));
            ended.put(hour, simulated.ended());
            simulated.entry(1, "user.updated", false);
            simulated.pass(Duration.ofHours(1));
        }
        assertThat(ended.get(219)).isNull();
        assertThat(ended.get(259)).isEqualTo(Webhook.Cause.FAILING);
    }

    @Test
    void aReplayResendsEntriesAndThenContinues() {
        simulated.entries(600, 10);
        simulated.run(all(200));
        simulated.accepted.clear();
        simulated.replay(100, 500);
        simulated.entries(50, 10);
        simulated.run(all(200));

        List<String> expected = events(100, 500);
        expected.addAll(events(601, 650));
        assertThat(simulated.accepted).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(simulated.accepted.subList(0, 401)).containsExactlyInAnyOrderElementsOf(events(100, 500));
        assertThat(simulated.row().cursor()).isEqualTo(650);
        assertThat(simulated.row().replayTo()).isNull();
    }

    @Test
    void aReplayContinuesAfterARestart() {
        simulated.entries(600, 10);
        simulated.run(all(200));
        simulated.accepted.clear();
        simulated.replay(1, 600);
        for (int i = 0; i < 300; i++) {
            simulated.read();
            simulated.send();
            simulated.answer(0, all(200));
            if (i % 50 == 0) {
                simulated.save();
            }
        }
        simulated.restart();
        simulated.run(all(200));
        assertThat(Simulated.withoutTwins(simulated.accepted)).containsExactlyInAnyOrderElementsOf(events(1, 600));
        assertThat(simulated.accepted).hasSizeLessThan(600 + 256);
    }

    @Test
    void anEventCanBeSentAgainWhenever() {
        simulated.entries(10, 2);
        simulated.run(all(200));
        simulated.send(new OpenRow(
                new OpenRow.Id(3, 0, true),
                "evt_1_3",
                "user.updated",
                Simulated.subject(0),
                OpenRow.State.RESEND_REQUESTED,
                0,
                null,
                simulated.now,
                null,
                null));
        simulated.run(all(200));
        assertThat(simulated.accepted).hasSize(11).endsWith("evt_1_3");
        assertThat(simulated.open()).isEmpty();
    }

    @Test
    void nothingIsTakeableWhileAReplayWaitsForWhatIsInFlight() {
        simulated.entries(50, 50);
        simulated.run(all(200));
        simulated.entries(50, 50);
        simulated.read();
        simulated.send();
        assertThat(simulated.takeable()).isEqualTo(7);
        simulated.replay(1, 5);
        assertThat(simulated.takeable()).isZero();
        simulated.run(all(200));
        assertThat(simulated.accepted).hasSize(105);
    }

    @Test
    void aWaitThatTheReceiverAskedForIsNotEndedByWhatWasSentBefore() {
        simulated.entries(50, 50);
        simulated.run(all(200));
        simulated.entries(50, 50);
        simulated.read();
        while (simulated.send()) {}
        assertThat(simulated.flying()).isEqualTo(8);
        simulated.retryAfter = Duration.ofHours(1);
        simulated.answer(0, all(429));
        while (simulated.flying() > 0) {
            simulated.answer(0, all(200));
        }
        simulated.pass(Duration.ofMinutes(59));
        simulated.run(all(200));
        assertThat(simulated.accepted).hasSize(57);
        simulated.pass(Duration.ofMinutes(14));
        simulated.run(all(200));
        assertThat(simulated.accepted).hasSize(100);
    }

    @Test
    void aReceiverMayAskForALongerWaitAfterAnotherFailure() {
        simulated.entries(50, 50);
        simulated.run(all(200));
        simulated.entries(50, 50);
        simulated.read();
        while (simulated.send()) {}
        simulated.answer(0, all(500));
        simulated.retryAfter = Duration.ofHours(1);
        while (simulated.flying() > 0) {
            simulated.answer(0, all(429));
        }
        simulated.save();
        assertThat(simulated.row().retryAt()).isAfterOrEqualTo(simulated.now.plus(Duration.ofHours(1)));
    }

    @Test
    void fiveDaysBeginAnewWhenTheLastEventWasGivenUp() {
        simulated.entries(2, 2);
        simulated.run(except("evt_1_1", 400));
        for (int hour = 0; hour < 100; hour++) {
            simulated.pass(Duration.ofHours(1));
            simulated.run(all(400));
        }
        assertThat(simulated.open()).extracting(OpenRow::state).containsExactly(OpenRow.State.GIVEN_UP);
        simulated.pass(Duration.ofDays(3));
        simulated.entry(3, "user.updated", false);
        simulated.run(all(500));
        assertThat(simulated.ended()).isNull();
    }

    /// The event had been given up, so later events of its subject are not set aside behind it.
    @Test
    void anEventThatIsSentAgainAndRefusedDoesNotHoldUpTheCursor() {
        simulated.entries(60, 30);
        simulated.run(except("evt_1_5", 422));
        for (int i = 0; i < 100; i++) {
            simulated.pass(Duration.ofHours(1));
            simulated.run(except("evt_1_5", 422));
        }
        assertThat(simulated.open()).extracting(OpenRow::state).containsExactly(OpenRow.State.GIVEN_UP);
        simulated.entry(4, "user.updated", false);
        simulated.read();
        OpenRow row = simulated.open().getFirst();
        simulated.send(new OpenRow(
                row.id(),
                row.event(),
                row.type(),
                row.subject(),
                OpenRow.State.PARKED,
                0,
                simulated.now,
                row.since(),
                row.status(),
                row.error()));
        simulated.entries(400, 30);
        for (int i = 0; i < 3; i++) {
            simulated.run(except("evt_1_5", 422));
            simulated.pass(Duration.ofSeconds(7));
        }
        assertThat(simulated.row().cursor()).isEqualTo(461);
        simulated.pass(Duration.ofMinutes(10));
        simulated.run(all(200));
        assertThat(Simulated.withoutTwins(simulated.accepted))
                .containsSubsequence(simulated.ofSubject(4).subList(1, 3));
    }

    @Test
    void anEventThatIsSetAsideIsDroppedWhenItsTypeIsNoLongerWanted() {
        simulated.entries(60, 30);
        for (int i = 0; i < 3; i++) {
            simulated.run(except("evt_1_5", 400));
            simulated.pass(Duration.ofSeconds(7));
        }
        assertThat(simulated.open()).hasSize(2);
        int then = simulated.received.size();
        simulated.types("user.hold.*");
        simulated.pass(Duration.ofMinutes(10));
        simulated.run(all(200));
        assertThat(simulated.received).hasSize(then);
        assertThat(simulated.open()).isEmpty();
    }

    private static OpenRow again(int seq, Instant now) {
        return new OpenRow(
                new OpenRow.Id(seq, 0, true),
                "evt_1_" + seq,
                "user.updated",
                Simulated.subject(0),
                OpenRow.State.RESEND_REQUESTED,
                0,
                null,
                now,
                null,
                null);
    }

    /// The next save deletes the event's row, but another request may cause the rows to be read again before that.
    @Test
    void anEventThatWasSentAgainIsNotTakenOverOnceMore() {
        simulated.entries(10, 2);
        simulated.run(all(200));
        simulated.send(again(3, simulated.now));
        simulated.send();
        simulated.answer(0, all(200));
        simulated.send(again(5, simulated.now));
        simulated.run(all(200));
        assertThat(simulated.accepted).hasSize(12).endsWith("evt_1_3", "evt_1_5");
    }

    @Test
    void aWaitThatIsNotStoredYetIsNotEndedByARequest() {
        simulated.entries(10, 2);
        simulated.read();
        simulated.send();
        simulated.answer(0, all(500));
        simulated.send(again(3, simulated.now));
        assertThat(simulated.send()).isFalse();
        simulated.save();
        assertThat(simulated.row().retryAt()).isNotNull();
    }
}
