package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestOutgoing;
import dev.muster.directory.Core;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.Payload;
import dev.muster.directory.keys.ReadClock;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.DeliveryTables.StateRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What an endpoint does without a lease.
@Timeout(60)
final class EndpointTest {
    private static final EndpointKey KEY = new EndpointKey(1, new UUID(7, 7));

    private final ReadClock now = new ReadClock(InstantSource.system());
    private final Queue<Runnable> reads = new ConcurrentLinkedQueue<>();

    private static Webhook webhook() {
        return new Webhook(
                KEY.webhook(),
                new Webhook.Settings("https://example.com/", List.of("*"), false, null, false),
                Webhook.State.ACTIVE,
                null,
                Instant.EPOCH,
                null,
                null,
                Instant.EPOCH,
                new Creator(new ActorRef(ActorRef.Kind.SYSTEM, new UUID(0, 0)), null));
    }

    /// An endpoint with an event that may be sent at once. There is no database: nothing may be read.
    private Endpoint endpoint(Lease lease) {
        EventReader reader = new EventReader(null, null);
        Core.Outgoing outgoing = TestOutgoing.local();
        OpenRow open = new OpenRow(
                new OpenRow.Id(3, 0, true),
                "evt_1_3",
                "user.updated",
                new Event.Subject(Event.Subject.Type.USER, new UUID(8, 8)),
                OpenRow.State.ASKED,
                0,
                null,
                Instant.EPOCH,
                null,
                null);
        EndpointState state = new EndpointState(
                webhook().settings(),
                new StateRow(5, new byte[0], 0, null, null, null, null, null, null),
                List.of(open),
                new RetryLadder(new Random(1)));
        return new Endpoint(
                lease,
                new WebhookTarget(webhook(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null),
                new EventFeed(reader, KEY.realm(), Payload.THIN),
                new Endpoint.Shared(
                        new Courier(outgoing.http(), outgoing.urls(), now), reader, now, reads::add, () -> {}),
                state);
    }

    /// It would start a sender, which cannot take an event, reads, and starts another.
    @Test
    void withoutALeaseNothingIsStarted() {
        Endpoint endpoint = endpoint(
                new Lease(KEY, 1, System.nanoTime() - Duration.ofSeconds(29).toNanos()));
        endpoint.go();
        assertThat(endpoint.isQuiet()).isTrue();
        assertThat(reads).hasSize(1);
        reads.remove().run();
        assertThat(endpoint.isQuiet()).isTrue();
        assertThat(reads).isEmpty();
    }
}
