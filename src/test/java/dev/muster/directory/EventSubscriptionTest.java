package dev.muster.directory;

import static dev.muster.directory.Running.ADMIN;
import static dev.muster.directory.Running.REALM;
import static dev.muster.directory.Running.no;
import static dev.muster.directory.Running.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.EventQuery;
import dev.muster.directory.events.EventSubscription;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.EventWait;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tests how a realm's events are followed.
@Timeout(120)
final class EventSubscriptionTest extends OnBothRunning {
    private static final EventQuery FROM_THE_BEGINNING = new EventQuery(0L, EventTypes.ALL, Payload.THIN);
    private static final EventQuery FROM_NOW = new EventQuery(null, EventTypes.ALL, Payload.THIN);

    private final AtomicInteger registered = new AtomicInteger();

    private EventSubscription subscribe(Running on, EventQuery query, Runnable wake) {
        return ok(on.core.events().subscribe(ADMIN, REALM, query, wake));
    }

    private void register(int count) {
        for (int i = 0; i < count; i++) {
            running.register("user" + registered.incrementAndGet() + "@example.com");
        }
    }

    /// Reads up to the journal entry `head`, and waits for new events as a stream does.
    private static List<Long> readUntil(EventSubscription subscription, Semaphore news, long head)
            throws InterruptedException {
        List<Long> seqs = new ArrayList<>();
        while (subscription.position() < head) {
            long before = subscription.position();
            List<PublishedEvent> events = ok(subscription.next());
            events.forEach(event -> seqs.add(event.seq()));
            if (subscription.position() == before) {
                news.acquire();
                news.drainPermits();
            }
        }
        return seqs;
    }

    private static List<Long> range(long from, long to) {
        List<Long> all = new ArrayList<>();
        for (long i = from; i <= to; i++) {
            all.add(i);
        }
        return all;
    }

    @Test
    void everyoneGetsEverythingInOrderWhileOthersWrite() throws InterruptedException {
        register(30);
        List<Thread> readers = new ArrayList<>();
        List<List<Long>> read = java.util.Collections.synchronizedList(new ArrayList<>());
        long head = running.core.eventReader().head(REALM) + 300;
        for (int i = 0; i < 8; i++) {
            Semaphore news = new Semaphore(0);
            EventSubscription subscription = subscribe(running, FROM_THE_BEGINNING, news::release);
            readers.add(Thread.ofVirtual().start(() -> {
                try (subscription) {
                    read.add(readUntil(subscription, news, head));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            writers.add(Thread.ofVirtual().start(() -> register(50)));
        }
        for (Thread thread : writers) {
            thread.join();
        }
        for (Thread thread : readers) {
            thread.join();
        }
        assertThat(read).hasSize(8).allSatisfy(seqs -> assertThat(seqs).isEqualTo(range(1, head)));
    }

    /// The test writes more events than the shared window holds.
    @Test
    void aSubscriptionThatFallsBehindMissesNothing() throws InterruptedException {
        Semaphore news = new Semaphore(0);
        Semaphore quickNews = new Semaphore(0);
        long begin = running.core.eventReader().head(REALM);
        long head = begin + 400;
        try (EventSubscription slow = subscribe(running, FROM_NOW, news::release);
                EventSubscription quick = subscribe(running, FROM_NOW, quickNews::release)) {
            register(400);
            assertThat(readUntil(quick, quickNews, head)).isEqualTo(range(begin + 1, head));
            assertThat(readUntil(slow, news, head)).isEqualTo(range(begin + 1, head));
        }
    }

    @Test
    void aSubscriptionFromNowHasOnlyWhatComesThen() throws InterruptedException {
        register(3);
        Semaphore news = new Semaphore(0);
        long begin = running.core.eventReader().head(REALM);
        try (EventSubscription subscription = subscribe(running, FROM_NOW, news::release)) {
            assertThat(subscription.position()).isEqualTo(begin);
            register(2);
            assertThat(readUntil(subscription, news, begin + 2)).isEqualTo(range(begin + 1, begin + 2));
        }
    }

    @Test
    void aCredentialHasEightStreams() {
        List<EventSubscription> open = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            open.add(subscribe(running, FROM_NOW, () -> {}));
        }
        assertThat(running.core.events().streams()).isEqualTo(8);
        assertThat(no(running.core.events().subscribe(ADMIN, REALM, FROM_NOW, () -> {})))
                .isInstanceOf(Refusal.OverQuota.class);
        Actor another = new Actor(
                new ActorRef(ActorRef.Kind.API_KEY, new UUID(1, 2)),
                "another",
                Set.of(Scope.EVENTS_READ),
                Rank.REGULAR,
                0);
        ok(running.core.events().subscribe(another, REALM, FROM_NOW, () -> {})).close();
        open.getFirst().close();
        // Closing a subscription twice does not free two streams.
        open.getFirst().close();
        open.set(0, subscribe(running, FROM_NOW, () -> {}));
        assertThat(no(running.core.events().subscribe(ADMIN, REALM, FROM_NOW, () -> {})))
                .isInstanceOf(Refusal.OverQuota.class);
        open.forEach(EventSubscription::close);
        assertThat(running.core.events().streams()).isZero();
    }

    @Test
    void aWaitingRequestHoldsNoConnectionAndWakesAtACommit() throws Exception {
        long head = running.core.eventReader().head(REALM);
        try (EventWait wait = ok(running.core.events().listen(ADMIN, REALM, FROM_NOW))) {
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    wait.await(head, Duration.ofMinutes(5));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            eventually(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThat(running.core.events().waiting()).isEqualTo(1);
            eventually(() -> running.database().reading() == 0);
            register(1);
            waiting.join();
        }
        assertThat(running.core.events().waiting()).isZero();
    }
}
