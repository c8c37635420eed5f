package dev.muster.model.state;

import dev.muster.model.webhook.Webhook;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The webhooks in the working set. A realm has few, so a request that needs one loads all of them.
public final class WebhookState {
    private final OverlayMap<UUID, Webhook> webhooks;

    /// @param below the base of this overlay; null if this is not an overlay
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

    // Used by the rules

    /// The webhook with this id; null if the realm has none. All webhooks must have been loaded.
    public @Nullable Webhook find(UUID id) {
        return webhooks.peek(id);
    }

    /// The realm's webhooks. They must have been loaded.
    public Collection<Webhook> all() {
        return webhooks.all();
    }

    public void put(Webhook webhook) {
        webhooks.put(webhook.id(), webhook.withoutSecret());
    }

    public void remove(Webhook webhook) {
        webhooks.remove(webhook.id());
    }

    // Used by storage

    public List<WorkingSet.Altered<Webhook>> changed() {
        return webhooks.altered();
    }
}
