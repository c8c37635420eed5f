package dev.muster.model.state;

import dev.muster.model.webhook.Webhook;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The webhooks in the working set. A realm has few, so a request that needs one loads all of them.
public final class WebhookState {
    private final OverlayMap<UUID, Webhook> webhooks;

    /// @param below the state that this is an overlay of, or null
    WebhookState(@Nullable WebhookState below) {
        webhooks = new OverlayMap<>("webhook", below == null ? null : below.webhooks);
    }

    void merge() {
        webhooks.merge();
    }

    /// Whether to load the realm's webhooks.
    public static final class Plan {
        public boolean all;
    }

    public void loaded(Webhook webhook) {
        webhooks.load(webhook.id(), webhook);
    }

    // For the rules.

    /// The webhook, or null if the realm has none with that id. All must have been loaded.
    public @Nullable Webhook find(UUID id) {
        return webhooks.peek(id);
    }

    /// The realm's webhooks, if they were loaded.
    public Collection<Webhook> all() {
        return webhooks.all();
    }

    public void put(Webhook webhook) {
        webhooks.put(webhook.id(), webhook.withoutSecret());
    }

    public void remove(Webhook webhook) {
        webhooks.remove(webhook.id());
    }

    // For storage.

    public List<WorkingSet.Altered<Webhook>> changed() {
        return webhooks.altered();
    }
}
