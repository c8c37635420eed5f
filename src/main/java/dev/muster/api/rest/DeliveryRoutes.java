package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.Deliveries;
import dev.muster.directory.Page;
import dev.muster.directory.delivery.DeliveryAttempt;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Scope;
import dev.muster.model.value.WireNamed;
import dev.muster.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lists attempts to send events to webhooks, and sends events again.
record DeliveryRoutes(Deliveries deliveries) {
    List<RestApi.Row> rows(RestApi api) {
        return List.of(
                api.row(Method.POST, "/v1/webhooks/{id}/ping", Scope.WEBHOOKS_WRITE, this::ping),
                api.row(Method.POST, "/v1/webhooks/{id}/replay", Scope.WEBHOOKS_WRITE, this::replay),
                api.row(Method.GET, "/v1/webhooks/{id}/deliveries", Scope.WEBHOOKS_WRITE, this::list),
                api.row(
                        Method.POST,
                        "/v1/webhooks/{id}/deliveries/{eventId}/redeliver",
                        Scope.WEBHOOKS_WRITE,
                        this::redeliver));
    }

    /// A filter for events that were set aside. With it, the list contains such events instead of attempts.
    private enum State implements WireNamed {
        FAILED("failed"),
        PARKED("parked");

        private final String word;

        State(String word) {
            this.word = word;
        }

        @Override
        public String wireName() {
            return word;
        }
    }

    /// Sends a ping and waits for the result. Contains the beginning of the receiver's response, which the caller may
    /// also read in the list of deliveries: both need the same scope.
    Reply ping(RestCall call) {
        refuseDryRun(call);
        RestFields in = call.input();
        UUID id = id(in);
        in.check();
        Deliveries.PingResult pinged = unlessRefused(deliveries.ping(call.actor(), call.realm(), id));
        DeliveryAttempt attempt = pinged.attempt();
        return Reply.json(200, json -> {
            json.object()
                    .field("eventId", pinged.id())
                    .field("state", attempt.isDelivered() ? "delivered" : "failed")
                    .field("at", RestJson.of(attempt.at()));
            number(json, "status", attempt.status());
            json.field("millis", attempt.millis())
                    .field("error", attempt.error())
                    .field("reply", attempt.status() == null ? null : text(attempt.reply()))
                    .end();
        });
    }

    private static String text(byte[] reply) {
        return new String(reply, StandardCharsets.UTF_8);
    }

    Reply replay(RestCall call) {
        refuseDryRun(call);
        RestFields in = call.input().withBody();
        UUID id = id(in);
        long from = in.integer("from", 1, Long.MAX_VALUE);
        long to = in.integer("to", 1, Long.MAX_VALUE);
        if (from > to) {
            in.fault("to", "too_small", "Must be at least as large as from.");
        }
        in.check();
        Webhook.State state = unlessRefused(deliveries.replay(call.actor(), call.realm(), id, from, to));
        return Reply.json(
                202,
                json -> json.object()
                        .field("from", from)
                        .field("to", to)
                        .field("webhookState", state.wireName())
                        .end());
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        State state = in.choiceParameter("state", List.of(State.values()), State::wireName);
        PageRequest listing = PageRequest.byNumberWithoutOffset(in);
        return listing.reply(page(call, id, state, listing), DeliveryRoutes::write);
    }

    private Page<Deliveries.Delivery> page(RestCall call, UUID id, @Nullable State state, PageRequest listing) {
        Long after = listing.afterNumber();
        int limit = listing.limit();
        return unlessRefused(
                switch (state) {
                    case null -> deliveries.attempts(call.actor(), call.realm(), id, after, limit);
                    case FAILED -> deliveries.failed(call.actor(), call.realm(), id, after, limit);
                    case PARKED -> deliveries.parked(call.actor(), call.realm(), id, after, limit);
                });
    }

    Reply redeliver(RestCall call) {
        refuseDryRun(call);
        RestFields in = call.input();
        UUID id = id(in);
        in.check();
        String event = call.request().path("eventId");
        Webhook.State state = unlessRefused(deliveries.redeliver(call.actor(), call.realm(), id, event));
        return Reply.json(
                202,
                json -> json.object()
                        .field("eventId", event)
                        .field("webhookState", state.wireName())
                        .end());
    }

    private static UUID id(RestFields in) {
        return in.id("id", "webhook");
    }

    private static void refuseDryRun(RestCall call) {
        if (call.headers().dryRun()) {
            throw new RefusedException(new Refusal.Invalid("", "no_rehearsal", "Dry runs are not supported here."));
        }
    }

    private static void write(JsonWriter json, Deliveries.Delivery delivery) {
        byte[] reply = delivery.reply();
        json.object()
                .field("eventId", delivery.event())
                .field("type", delivery.type())
                .field("state", delivery.state())
                .field("at", RestJson.of(delivery.at()));
        number(json, "status", delivery.status());
        number(json, "millis", delivery.millis());
        json.field("error", delivery.error()).field("reply", reply == null ? null : text(reply));
        number(json, "refusals", delivery.refusals());
        json.field("retryAt", RestJson.of(delivery.retryAt())).end();
    }

    private static void number(JsonWriter json, String name, @Nullable Number number) {
        if (number == null) {
            json.field(name, (String) null);
        } else {
            json.field(name, number.longValue());
        }
    }
}
