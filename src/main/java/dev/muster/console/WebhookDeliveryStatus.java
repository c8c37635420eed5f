package dev.muster.console;

import dev.muster.directory.Core;
import dev.muster.directory.Deliveries;
import dev.muster.directory.Page;
import dev.muster.directory.Webhooks;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds the webhooks to which the entries of a timeline were sent, or will be sent. Finds none for operators who may
/// not manage webhooks.
///
/// For each webhook, leaves out the entries before the one at which the webhook started or was last resumed. The
/// webhook's current types determine which of the other entries count as sent to it.
public final class WebhookDeliveryStatus {
    /// The maximum number of set-aside events to search.
    private static final int MAX_SET_ASIDE = 256;

    private final PageVisit visit;
    private final List<Webhooks.Status> webhooks;
    private final Deliveries deliveries;
    private final EventReader events;
    private final Map<UUID, Set<String>> setAside = new HashMap<>();

    private WebhookDeliveryStatus(
            PageVisit visit, List<Webhooks.Status> webhooks, Deliveries deliveries, EventReader events) {
        this.visit = visit;
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.events = events;
    }

    static WebhookDeliveryStatus of(PageVisit visit, Core core) {
        List<Webhooks.Status> all = visit.actor().may(Scope.WEBHOOKS_WRITE)
                        && core.webhooks().list(visit.actor(), visit.realmId())
                                instanceof Result.Ok<List<Webhooks.Status>>(var found)
                ? found
                : List.of();
        return new WebhookDeliveryStatus(visit, all, core.deliveries(), core.eventReader());
    }

    /// Whether an event was sent to a webhook.
    ///
    /// @param state the words before the webhook's name, such as `Sent to`
    /// @param href the page of the event
    public record WebhookStatus(String state, String webhook, String href) {}

    /// Says whether an entry's event was sent, for each webhook that receives events of that type.
    List<WebhookStatus> of(JournalEntry entry) {
        List<WebhookStatus> told = new ArrayList<>();
        for (Webhooks.Status status : webhooks) {
            Webhooks.Progress progress = status.progress();
            String event = progress == null || entry.seq() <= progress.begun() ? null : event(status, entry);
            if (event != null && progress != null) {
                UUID id = status.webhook().id();
                told.add(new WebhookStatus(
                        entry.seq() > progress.cursor()
                                ? "Still to be sent to"
                                : setAsideEvents(id).contains(event) ? "Not accepted yet by" : "Sent to",
                        WebhookLabels.name(status.webhook()),
                        WebhookPage.href(visit, id) + "/events/" + event));
            }
        }
        return told;
    }

    /// Returns the id of the entry's event that is sent to the webhook; null if the webhook receives no event of
    /// this entry.
    private @Nullable String event(Webhooks.Status status, JournalEntry entry) {
        EventTypes types = new EventTypes(status.webhook().settings().types());
        if (types.matches(entry.action())) {
            return PublishedEvent.id(visit.realmId(), entry.seq());
        }
        boolean mayTurn =
                types.matches(EventTypes.STANDING_CHANGED) && entry.action().startsWith("user.");
        return !mayTurn
                ? null
                : events.read(visit.realmId(), entry.seq() - 1, 1, Payload.THIN).stream()
                        .filter(event -> types.matches(event.type()))
                        .map(PublishedEvent::id)
                        .findFirst()
                        .orElse(null);
    }

    /// Returns the events that a webhook's endpoint refused, and those that wait for them.
    private Set<String> setAsideEvents(UUID webhook) {
        return setAside.computeIfAbsent(webhook, id -> {
            Set<String> ids = new HashSet<>();
            add(ids, deliveries.parked(visit.actor(), visit.realmId(), id, null, MAX_SET_ASIDE));
            add(ids, deliveries.failed(visit.actor(), visit.realmId(), id, null, MAX_SET_ASIDE));
            return ids;
        });
    }

    private static void add(Set<String> ids, Result<Page<Deliveries.Delivery>> found) {
        if (found instanceof Result.Ok<Page<Deliveries.Delivery>>(var page)) {
            page.items().forEach(each -> ids.add(each.event()));
        }
    }
}
