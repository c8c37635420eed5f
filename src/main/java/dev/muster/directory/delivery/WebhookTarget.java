package dev.muster.directory.delivery;

import dev.muster.directory.events.Payload;
import dev.muster.model.webhook.Webhook;
import dev.muster.outgoing.OutgoingRequest;
import dev.muster.outgoing.OutgoingRequest.Header;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a webhook's messages are sent, and how they are signed. Thread-safe.
final class WebhookTarget {
    /// The timeout for a delivery.
    static final Duration TIMEOUT = Duration.ofSeconds(15);

    /// The number of bytes of the response body that are kept.
    static final int MAX_RESPONSE_BYTES = 1_024;

    private static final Header JSON = new Header("Content-Type", "application/json");

    private final Webhook webhook;
    private final URI url;
    private final StandardSignature signature;

    /// Also signs with the previous secret; null if there is none.
    private final @Nullable StandardSignature both;

    /// @param previous the previous secret; null if there is none
    WebhookTarget(Webhook webhook, String secret, @Nullable String previous) {
        this.webhook = webhook;
        url = URI.create(webhook.settings().url());
        signature = new StandardSignature(secret, null);
        both = previous == null ? null : new StandardSignature(secret, previous);
    }

    Webhook webhook() {
        return webhook;
    }

    Payload payload() {
        return webhook.settings().full() ? Payload.FULL : Payload.THIN;
    }

    /// Creates the request that delivers a message.
    ///
    /// @param id the message id, which is the same for every attempt
    /// @param body the request body, which is sent unchanged
    /// @param at the time of this attempt
    OutgoingRequest request(String id, byte[] body, Instant at) {
        Instant until = webhook.previousUntil();
        StandardSignature signing = both != null && until != null && at.isBefore(until) ? both : signature;
        List<Header> headers = List.of(
                JSON,
                new Header("webhook-id", id),
                new Header("webhook-timestamp", Long.toString(at.getEpochSecond())),
                new Header("webhook-signature", signing.of(id, at, body)),
                new Header("Muster-Signature-256", signing.ofBody(body)));
        return new OutgoingRequest("POST", url, headers, body, TIMEOUT, MAX_RESPONSE_BYTES);
    }
}
