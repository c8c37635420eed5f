package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestOutgoing;
import dev.muster.directory.Core;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.directory.keys.ReadClock;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.StateRow;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tests when an endpoint reads the journal and when it sends.
@Timeout(60)
final class EndpointTest {
    private static final EndpointKey KEY = new EndpointKey(1, new UUID(7, 7));
    private static final Event.Subject SUBJECT = new Event.Subject(Event.Subject.Type.USER, new UUID(8, 8));

    /// Called with the id of each event that the receiver gets, before it responds.
    private final AtomicReference<Consumer<String>> onRequest = new AtomicReference<>(_ -> {});

    private final Receiver receiver = new Receiver(request -> {
        onRequest.get().accept(request.header("webhook-id"));
        return Answer.status(200);
    });
    private final Core.Outgoing outgoing = TestOutgoing.local();
    private final JournalHeads heads = new JournalHeads(_ -> Map.of());
    private final Lease lease = new Lease(KEY, 1, System.nanoTime());
    private final Queue<Runnable> reads = new ConcurrentLinkedQueue<>();
    private final EndpointState state = new EndpointState(
            webhook().settings(),
            new StateRow(5, new byte[0], 0, null, null, null, null, null, null),
            List.of(),
            new WebhookRetrySchedule(new Random(1)));

    /// Called whenever the endpoint reads the clock.
    private final AtomicReference<Runnable> onTime = new AtomicReference<>(() -> {});

    /// Called before each request.
    private final AtomicReference<Runnable> onPost = new AtomicReference<>(() -> {});

    private volatile Duration ahead = Duration.ZERO;

    @AfterEach
    void close() {
        receiver.close();
        outgoing.http().close();
    }

    private Webhook webhook() {
        return new Webhook(
                KEY.webhook(),
                new Webhook.Settings(receiver.url().toString(), List.of("*"), false, null, false),
                Webhook.State.ACTIVE,
                null,
                Instant.EPOCH,
                null,
                null,
                Instant.EPOCH,
                new Creator(new ActorRef(ActorRef.Kind.SYSTEM, new UUID(0, 0)), null));
    }

    private ReadClock clock(AtomicReference<Runnable> onUse) {
        return new ReadClock(() -> {
            onUse.get().run();
            return Instant.now().plus(ahead);
        });
    }

    /// Returns an endpoint without a database. Its journal has been read up to entry 6, which has not been sent
    /// yet.
    private Endpoint endpoint() {
        PublishedEvent event =
                new PublishedEvent("evt_1_6", "user.updated", 6, Instant.now(), SUBJECT, new byte[] {'{', '}'});
        state.read(new EventReader.Slice(List.of(event), 6, 6, System.nanoTime()));
        EventReader reader = new EventReader(null, null, heads);
        return new Endpoint(
                lease,
                new WebhookTarget(webhook(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null),
                new EventFeed(reader, KEY.realm(), Payload.THIN),
                new Endpoint.Shared(
                        new Courier(outgoing.http(), outgoing.urls(), clock(onPost)),
                        reader,
                        heads,
                        clock(onTime),
                        new RealmTurns(reads::add, (_, work) -> reads.add(work)),
                        () -> {}),
                state);
    }

    private void loseLease() {
        lease.renewed(System.nanoTime() - Duration.ofSeconds(29).toNanos());
    }

    private static void quiet(Endpoint endpoint) throws InterruptedException {
        while (!endpoint.isQuiet()) {
            Thread.sleep(1);
        }
    }

    /// Otherwise the endpoint would start a sender, which could not take an event, would read, and would start
    /// another sender.
    @Test
    void withoutALeaseNothingIsStarted() {
        Endpoint endpoint = endpoint();
        loseLease();
        endpoint.advance();
        endpoint.read();
        reads.remove().run();
        assertThat(endpoint.isQuiet()).isTrue();
        assertThat(reads).isEmpty();
        assertThat(receiver.received()).isEmpty();
    }

    /// A server may be suspended after it has taken an event and before it sends the event.
    @Test
    void whatWasTakenIsNotSentIfTheLeaseHasEnded() throws Exception {
        Endpoint endpoint = endpoint();
        AtomicInteger uses = new AtomicInteger();
        // The first use of the clock counts the events that may be sent, the second takes one.
        onTime.set(() -> {
            if (uses.incrementAndGet() == 2) {
                loseLease();
            }
        });
        endpoint.advance();
        quiet(endpoint);
        assertThat(uses.get()).isGreaterThanOrEqualTo(2);
        assertThat(receiver.received()).isEmpty();
        lease.renewed(System.nanoTime());
        endpoint.advance();
        quiet(endpoint);
        assertThat(receiver.received()).hasSize(1);
    }

    /// The event is sent later. Otherwise, neither this event nor later ones of its subject would ever be sent.
    @Test
    void anUnexpectedExceptionDoesNotKeepTheEvent() throws Exception {
        Endpoint endpoint = endpoint();
        onPost.set(() -> {
            throw new IllegalStateException("for the test");
        });
        endpoint.advance();
        quiet(endpoint);
        assertThat(receiver.received()).isEmpty();
        onPost.set(() -> {});
        ahead = Duration.ofSeconds(6);
        endpoint.advance();
        quiet(endpoint);
        assertThat(receiver.received()).hasSize(1);
        assertThat(endpoint.cursor()).isEqualTo(6);
    }

    /// Webhooks are checked every second, and usually there is nothing to read.
    @Test
    void theJournalIsNotReadIfItHasNotGrown() throws Exception {
        Endpoint endpoint = endpoint();
        try (JournalHeads.Registration _ = heads.listen(KEY.realm(), () -> {})) {
            heads.committed(KEY.realm(), 6, () -> null);
            endpoint.advance();
            quiet(endpoint);
            endpoint.advance();
            assertThat(reads).isEmpty();
            heads.committed(KEY.realm(), 7, () -> null);
            endpoint.advance();
            assertThat(reads).hasSize(1);
        }
    }

    /// A receiver that responds fast gets one sender, which then waits for a response that does not arrive.
    @Test
    void anEventThatIsNotAnsweredDoesNotHoldUpTheOthers() throws Exception {
        Endpoint endpoint = endpoint();
        endpoint.advance();
        quiet(endpoint);
        // The endpoint learns that the receiver is fast.
        for (int seq = 7; seq < 100; seq++) {
            read(seq, seq);
            endpoint.advance();
            quiet(endpoint);
        }
        CountDownLatch other = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        onRequest.set(id -> {
            if (id.equals("evt_1_100")) {
                await(end);
            } else {
                other.countDown();
            }
        });
        read(100, 101);
        endpoint.advance();
        while (!other.await(1, TimeUnit.MILLISECONDS)) {
            Runnable check = reads.poll();
            if (check != null) {
                check.run();
            }
        }
        end.countDown();
        quiet(endpoint);
        assertThat(endpoint.cursor()).isEqualTo(101);
    }

    /// Gives the endpoint events about different users, as if they had been read from the journal.
    private void read(int first, int last) {
        List<PublishedEvent> events = new ArrayList<>();
        for (int seq = first; seq <= last; seq++) {
            Event.Subject subject = new Event.Subject(Event.Subject.Type.USER, new UUID(8, seq));
            events.add(new PublishedEvent(
                    "evt_1_" + seq, "user.updated", seq, Instant.now(), subject, new byte[] {'{', '}'}));
        }
        state.read(new EventReader.Slice(events, last, last, System.nanoTime()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
