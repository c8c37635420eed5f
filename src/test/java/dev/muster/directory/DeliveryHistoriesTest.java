package dev.muster.directory;

import dev.muster.model.Command;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the delivery invariant for random histories, real receivers that fail at random, and servers that stop: apart
/// from duplicates, an endpoint receives exactly the events of each subject, in order. `DeliveryLawsTest` checks it for
/// many more histories, without databases and connections.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
final class DeliveryHistoriesTest extends OnWebhooks {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void eachSubjectsEventsArriveInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        AtomicBoolean moody = new AtomicBoolean(true);
        Receiver receiver = moody(random, moody);
        UUID webhook = webhook(settings(receiver, random.nextBoolean(), seed == 4, "*"));
        long first = head() + 1;
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            step(random, users);
        }
        moody.set(false);
        for (int i = 0; i < 30 && status(webhook).progress().entries() > 0; i++) {
            running.advance(Duration.ofHours(12));
            Thread.sleep(500);
        }
        settled(webhook);
        eventually(() -> Running.ok(running.core.deliveries().parked(Running.ADMIN, Running.REALM, webhook, null, 10))
                .items()
                .isEmpty());
        receivedAll(receiver, first);
    }

    /// Creates a receiver that accepts most events but refuses some until `moody` is false.
    private Receiver moody(Random random, AtomicBoolean moody) {
        Map<String, Integer> stubborn = new ConcurrentHashMap<>();
        Random own = new Random(random.nextLong());
        return receiver(one -> {
            String id = one.header("webhook-id");
            int drawn;
            synchronized (own) {
                drawn = own.nextInt(100);
            }
            if (!moody.get() || drawn > 15) {
                return Answer.status(moody.get() ? stubborn.getOrDefault(id, 200) : 200);
            }
            return switch (drawn) {
                case 0 -> new Answer.HangUp();
                case 1, 2 -> Answer.status(503);
                case 3 -> Answer.status(500);
                case 4 -> Answer.status(301, "Location: /elsewhere");
                case 5, 6 -> {
                    stubborn.put(id, 400);
                    yield Answer.status(400);
                }
                default -> Answer.status(200);
            };
        });
    }

    private void step(Random random, List<UUID> users) throws InterruptedException {
        int drawn = random.nextInt(100);
        if (users.isEmpty() || drawn < 30) {
            users.add(running.register(UUID.randomUUID() + "@example.com"));
        } else if (drawn < 90) {
            UUID user = users.get(random.nextInt(Math.min(8, users.size())));
            running.execute(
                    user,
                    random.nextBoolean()
                            ? new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, null, null, null)
                            : new Command.ReleaseHold(HoldKind.SUSPENDED, Hold.MAIN, null, null));
        } else if (drawn < 97) {
            running.advance(Duration.ofSeconds(random.nextInt(2_000)));
            Thread.sleep(50);
        } else {
            restart();
        }
    }
}
