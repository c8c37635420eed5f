package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.Deliveries;
import dev.muster.directory.Webhooks;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.http.Reply;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Scope;
import dev.muster.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An event with the payload that is sent to a webhook, and a button that sends it again.
public record WebhookEventPage(Webhooks webhooks, Deliveries deliveries, EventReader events, Pages pages) {
    /// The maximum number of set-aside events to search.
    private static final int MAX_SET_ASIDE = 256;

    /// The content of the page.
    ///
    /// @param told a sentence that says whether the event was sent
    /// @param user the page of the user that it is about; null if it is not about a user
    /// @param body the payload as text; null if the operator may not read it
    /// @param again whether the event can be sent again
    /// @param isSetAside whether the event is set aside and therefore not delivered yet
    public record Model(
            String webhook,
            String webhookHref,
            String href,
            PublishedEvent event,
            String at,
            String told,
            @Nullable String user,
            @Nullable String body,
            boolean again,
            boolean isSetAside) {}

    Reply show(PageVisit visit) {
        UUID id = visit.id("webhook");
        Webhooks.Status status = unlessRefused(webhooks.get(visit.actor(), visit.realmId(), id));
        Webhook webhook = status.webhook();
        boolean full = webhook.settings().full();
        PublishedEvent event = event(visit, full ? Payload.FULL : Payload.THIN);
        Webhooks.Progress progress = status.progress();
        boolean passed = progress != null && event.seq() <= progress.cursor();
        boolean wanted = new EventTypes(webhook.settings().types()).matches(event.type());
        String aside = setAsideState(visit, id, event.id());
        return pages.page(
                visit,
                "webhook-event",
                event.id(),
                new Model(
                        WebhookLabels.name(webhook),
                        WebhookPage.href(visit, id),
                        WebhookPage.href(visit, id) + "/events/" + event.id(),
                        event,
                        Labels.time(event.at()),
                        told(passed, wanted, aside),
                        event.subject().type() == Event.Subject.Type.USER
                                ? visit.base() + "/users/" + event.subject().id()
                                : null,
                        full && !visit.actor().may(Scope.JOURNAL_READ)
                                ? null
                                : new String(event.json(), StandardCharsets.UTF_8),
                        passed,
                        aside != null));
    }

    /// Says whether the event was sent.
    ///
    /// @param aside the state of the event if it is set aside; null if it is not
    private static String told(boolean passed, boolean wanted, @Nullable String aside) {
        if (!wanted) {
            return "Events of this type are not sent to this webhook.";
        }
        return switch (aside) {
            case null ->
                passed ? "This event was sent, unless the webhook began later." : "This event is still to be sent.";
            case "waiting" -> "This event waits for an earlier one about the same subject.";
            case "parked" -> "The endpoint refused this event. It is retried automatically.";
            default -> "The endpoint refused this event. It is not retried automatically.";
        };
    }

    /// Returns the state of a set-aside event; null if the event is not set aside, or is not among the first
    /// [#MAX_SET_ASIDE].
    private @Nullable String setAsideState(PageVisit visit, UUID webhook, String event) {
        return Stream.of(
                        deliveries.parked(visit.actor(), visit.realmId(), webhook, null, MAX_SET_ASIDE),
                        deliveries.failed(visit.actor(), visit.realmId(), webhook, null, MAX_SET_ASIDE))
                .flatMap(found -> unlessRefused(found).items().stream())
                .filter(each -> each.event().equals(event))
                .map(Deliveries.Delivery::state)
                .findFirst()
                .orElse(null);
    }

    /// Reads the event named in the path. Refuses: NotFound if there is none.
    private PublishedEvent event(PageVisit visit, Payload payload) {
        String id = visit.request().path("event");
        Long seq = PublishedEvent.seq(visit.realmId(), id);
        return (seq == null ? List.<PublishedEvent>of() : events.read(visit.realmId(), seq - 1, 1, payload))
                .stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new RefusedException(new Refusal.NotFound("event", id)));
    }

    Reply redeliver(PageVisit visit) {
        UUID id = visit.id("webhook");
        Webhook.State state = unlessRefused(deliveries.redeliver(
                visit.actor(), visit.realmId(), id, visit.request().path("event")));
        return visit.done(WebhookPage.path(id), WebhookPage.sendingAgain(state));
    }
}
