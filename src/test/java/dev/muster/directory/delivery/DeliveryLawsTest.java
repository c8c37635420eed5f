package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// Checks the delivery invariant: for any history and any failures, the events that an endpoint accepted are, apart
/// from duplicates, exactly the events of each subject, in order. It also holds if leases are lost while requests are
/// in flight, and for any replays, redeliveries and resumes at an earlier entry.
final class DeliveryLawsTest {
    private static final int[] STATUSES = {200, 200, 200, 200, 200, 200, 0, -1, 301, 400, 413, 429, 500, 503};

    @Property(tries = 400)
    void eachSubjectsEventsArriveInOrder(
            @ForAll long seed, @ForAll boolean strict, @ForAll @IntRange(min = 1, max = 6) int subjects) {
        check(seed, strict, subjects);
    }

    @Tag("long")
    @Property(tries = 10_000)
    void eachSubjectsEventsArriveInOrderInALongRun(
            @ForAll long seed, @ForAll boolean strict, @ForAll @IntRange(min = 1, max = 6) int subjects) {
        check(seed, strict, subjects);
    }

    private static void check(long seed, boolean strict, int subjects) {
        Random random = new Random(seed);
        String types = random.nextInt(3) == 0 ? "user.hold.*" : "*";
        Simulated simulated = new Simulated(strict, seed, types);
        Function<String, Integer> moody = moods(random);
        int steps = 50 + random.nextInt(400);
        long entries = 0;
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(12)) {
                case 0, 1 -> entries += grow(simulated, random, subjects);
                case 2 -> simulated.pass(Duration.ofSeconds(random.nextInt(20_000)));
                case 3 -> simulated.read();
                case 4, 5, 6 -> simulated.send();
                case 7, 8, 9 -> answer(simulated, random, moody);
                case 10 -> simulated.save();
                default -> disturb(simulated, random);
            }
            if (simulated.ended() != null) {
                simulated.resume(null);
            }
        }
        while (simulated.stray(random)) {}
        // From now on, every request succeeds.
        for (int i = 0; i < 60; i++) {
            while (simulated.flying() > 0) {
                simulated.answer(0, _ -> 200);
            }
            simulated.run(_ -> 200);
            simulated.pass(Duration.ofHours(12));
        }

        List<String> accepted = Simulated.withoutTwins(simulated.accepted);
        for (int subject = 0; subject < subjects; subject++) {
            List<String> expected = simulated.ofSubject(subject);
            Set<String> own = Set.copyOf(expected);
            assertThat(accepted.stream().filter(own::contains)).containsExactlyElementsOf(expected);
        }
        assertThat(simulated.row().cursor()).isEqualTo(entries);
        assertThat(simulated.open()).isEmpty();
    }

    private static long grow(Simulated simulated, Random random, int subjects) {
        int some = 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 10);
        for (int i = 0; i < some; i++) {
            simulated.entry(
                    random.nextInt(subjects),
                    random.nextBoolean() ? "user.hold.placed" : "user.updated",
                    random.nextInt(3) == 0);
        }
        return some;
    }

    private static void answer(Simulated simulated, Random random, Function<String, Integer> moody) {
        if (simulated.flying() > 0) {
            simulated.answer(random.nextInt(simulated.flying()), moody);
        }
    }

    private static void disturb(Simulated simulated, Random random) {
        long cursor = simulated.row().cursor();
        switch (random.nextInt(8)) {
            case 0, 1 -> simulated.restart();
            case 2, 3 -> simulated.stray(random);
            case 4 -> simulated.redeliver(random);
            case 5 -> {
                if (cursor > 0 && simulated.row().replayTo() == null) {
                    long from = 1 + random.nextLong(cursor);
                    simulated.replay(from, from + random.nextLong(cursor - from + 1));
                }
            }
            case 6 -> {
                // Resume at an entry that does not skip anything: neither an event after the cursor nor one that has
                // been set aside, which would be dropped.
                long next = simulated.open().isEmpty()
                        ? cursor + 1
                        : Math.min(cursor + 1, simulated.open().getFirst().id().seq());
                simulated.resume(1 + random.nextLong(next));
            }
            default -> {}
        }
    }

    /// Returns responses that refuse or fail some events every time, and have any status for the others.
    private static Function<String, Integer> moods(Random random) {
        Map<String, Integer> stubborn = new HashMap<>();
        return id -> {
            Integer known = stubborn.get(id);
            if (known == null && random.nextInt(30) == 0) {
                known = random.nextBoolean() ? 400 : 500;
                stubborn.put(id, known);
            }
            return known == null ? STATUSES[random.nextInt(STATUSES.length)] : known;
        };
    }
}
