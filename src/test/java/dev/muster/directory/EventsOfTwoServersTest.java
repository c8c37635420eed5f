package dev.muster.directory;

import static dev.muster.directory.Running.ADMIN;
import static dev.muster.directory.Running.REALM;
import static dev.muster.directory.Running.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.EventQuery;
import dev.muster.directory.events.EventSubscription;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.EventWait;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.storage.sql.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// With two servers on one PostgreSQL database, each sees the changes made through the other.
@Timeout(120)
final class EventsOfTwoServersTest extends OnRunning {
    @Override
    DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    @Test
    void aFollowerSeesTheCommitsOfBothInOrder() throws InterruptedException {
        EventQuery now = new EventQuery(null, EventTypes.ALL, Payload.THIN);
        Semaphore news = new Semaphore(0);
        List<Long> seqs = new ArrayList<>();
        try (Running other = new Running(database.open(), folder);
                EventSubscription subscription = ok(other.core.events().subscribe(ADMIN, REALM, now, news::release))) {
            long begin = subscription.position();
            List<Thread> writers = new ArrayList<>();
            for (Running server : List.of(running, other, running)) {
                int number = writers.size();
                writers.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 20; i++) {
                        server.register("user" + number + "-" + i + "@example.com");
                    }
                }));
            }
            Thread last = Thread.ofVirtual().start(() -> {
                for (Thread writer : writers) {
                    join(writer);
                }
                // Another server makes this commit, so the follower's own server is not notified of it.
                running.register("last@example.com");
            });
            while (subscription.position() < begin + 61) {
                long before = subscription.position();
                ok(subscription.next()).stream().map(PublishedEvent::seq).forEach(seqs::add);
                if (subscription.position() == before) {
                    news.acquire();
                    news.drainPermits();
                }
            }
            last.join();
            List<Long> all = new ArrayList<>();
            for (long seq = begin + 1; seq <= begin + 61; seq++) {
                all.add(seq);
            }
            assertThat(seqs).isEqualTo(all);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRequestWaitsForTheCommitOfAnotherServer() throws InterruptedException {
        EventQuery query = new EventQuery(0L, EventTypes.of("user.registered"), Payload.THIN);
        try (Running other = new Running(database.open(), folder);
                EventWait wait = ok(other.core.events().listen(ADMIN, REALM, query))) {
            long head = other.core.eventReader().head(REALM);
            Thread writer = Thread.ofVirtual().start(() -> running.register("ana@example.com"));
            wait.await(head, Duration.ofMinutes(5));
            writer.join();
            assertThat(other.core.eventReader().read(REALM, wait.position(), 100, Payload.THIN))
                    .extracting(PublishedEvent::type)
                    .containsExactly("user.registered");
        }
    }
}
