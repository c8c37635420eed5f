package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.webhook.Webhook;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.CallableUrls;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Tests which addresses webhooks may connect to, and how long a receiver may take. Here, `127.0.0.1` counts as public,
/// and `127.0.0.2` as an address in the server's network.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
final class DeliveryConnectionsTest extends OnWebhooks {
    private static final String NAME = "receiver.example";

    /// The address that [#NAME] resolves to.
    private final AtomicReference<String> address = new AtomicReference<>("127.0.0.1");

    @Override
    Core.Outgoing outgoing() {
        AddressRules rules = new AddressRules(List.of(AddressBlock.parse("127.0.0.1/32")), "--webhook-allow");
        OutgoingHttp http = new OutgoingHttp(rules, (SSLSocketFactory) SSLSocketFactory.getDefault(), _ ->
                new InetAddress[] {InetAddress.ofLiteral(address.get())});
        return new Core.Outgoing(new CallableUrls(rules, true), http, true);
    }

    private UUID webhookTo(String url) {
        return webhook(new Webhook.Settings(url, List.of("*"), false, null, false));
    }

    private List<Deliveries.Delivery> attempts(UUID webhook) {
        return Running.ok(running.core.deliveries().attempts(Running.ADMIN, Running.REALM, webhook, null, 100))
                .items();
    }

    /// The name resolves to a public address while the webhook is created and the first event is sent.
    @Test
    void aNameThatLeadsIntoTheNetworkLaterIsNotCalled() throws Exception {
        Receiver receiver = receiver();
        int port = receiver.url().getPort();
        try (Receiver inside = new Receiver("127.0.0.2", port, _ -> Answer.status(200))) {
            UUID webhook = webhookTo("http://" + NAME + ":" + port + "/");
            running.register("ann@example.com");
            settled(webhook);
            assertThat(receiver.received()).isNotEmpty();

            address.set("127.0.0.2");
            // Close the receiver, because otherwise the open connection to the checked address would be used.
            receiver.down();
            running.register("ben@example.com");
            eventually(() -> status(webhook).progress().failures() == 1);
            running.advance(Duration.ofSeconds(10));
            eventually(() -> status(webhook).progress().failures() == 2);
            assertThat(inside.connections()).isZero();
            eventually(() -> ("the host has no address that may be called; the server's setting"
                            + " --webhook-allow permits private ones")
                    .equals(attempts(webhook).getFirst().error()));
            assertThat(attempts(webhook).getFirst().status()).isNull();
        }
    }

    @Test
    void aRedirectIntoTheNetworkIsNotFollowed() throws Exception {
        try (Receiver inside = new Receiver("127.0.0.2", 0, _ -> Answer.status(200))) {
            Receiver receiver = receiver(_ -> Answer.status(301, "Location: " + inside.url()));
            UUID webhook = webhook(receiver);
            running.register("ann@example.com");
            eventually(() -> status(webhook).progress().failures() == 1);
            eventually(() -> !attempts(webhook).isEmpty());
            assertThat(attempts(webhook))
                    .extracting(Deliveries.Delivery::status)
                    .containsOnly(301);
            assertThat(inside.connections()).isZero();
        }
    }

    /// Receivers that stay silent, or send only one byte per second, fail after 15 seconds.
    @Test
    void receiversThatTakeTooLongFail() throws Exception {
        UUID silent = webhook(receiver(_ -> new Answer.Silence()));
        UUID drips = webhook(receiver(_ -> new Answer.Drip("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
        running.register("ann@example.com");
        for (UUID webhook : List.of(silent, drips)) {
            patiently(() -> status(webhook).progress().failures() == 1);
            patiently(() -> !attempts(webhook).isEmpty());
            Deliveries.Delivery attempt = attempts(webhook).getFirst();
            assertThat(attempt.state()).isEqualTo("failed");
            assertThat(attempt.status()).isNull();
            assertThat(attempt.error()).isNotEmpty();
            assertThat(attempt.millis()).isGreaterThan(14_000);
            assertThat(status(webhook).progress().retryAt()).isNotNull();
        }
    }

    private static void patiently(BooleanSupplier so) throws InterruptedException {
        while (!so.getAsBoolean()) {
            Thread.sleep(50);
        }
    }
}
