package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.state.WebhookState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.webhook.Webhook;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Batch;
import dev.muster.storage.WebhookTables.StartRow;
import dev.muster.storage.WebhookTables.WebhookKey;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One realm's webhooks in one transaction: their rows, their sealed secrets, and the entries at which they continue.
///
/// What the current request adds is kept separate until [#merge].
public final class WebhookBatch {
    private final RealmKeys.Entry realm;
    private final EntrySealer sealer;
    private final WebhookState state;
    private final Map<UUID, Secrets> secrets = new HashMap<>();
    private final List<StartRow> starts = new ArrayList<>();

    // Added by the current request:
    private final Map<UUID, Secrets> freshSecrets = new HashMap<>();
    private final List<StartRow> freshStarts = new ArrayList<>();

    /// The sealed secrets of a webhook.
    private record Secrets(byte[] current, byte @Nullable [] previous) {}

    WebhookBatch(RealmKeys.Entry realm, EntrySealer sealer, WebhookState state) {
        this.realm = realm;
        this.sealer = sealer;
        this.state = state;
    }

    /// Loads a webhook. A webhook whose row was altered is treated as missing.
    void loaded(WebhookRow row) {
        if (realm.macs().isAuthentic(row)) {
            secrets.put(row.webhook().id(), new Secrets(row.sealedSecret(), row.sealedPrevious()));
            state.loaded(row.webhook());
        }
    }

    /// Discards whatever an earlier request added but did not merge.
    void begin() {
        freshSecrets.clear();
        freshStarts.clear();
    }

    /// Keeps the secret that a request has set, and the entry at which each changed webhook continues.
    ///
    /// @param seq the number of the request's last entry
    void keep(Change change, long seq, ReplayableRandom random) {
        Webhook.Start start = null;
        if (change.about() instanceof Change.OfWebhook(var webhook, var asked)) {
            start = asked;
            if (webhook.secret() != null) {
                Secrets before = webhook.previousUntil() == null ? null : secrets.get(webhook.id());
                byte[] previous = before == null ? null : before.current;
                freshSecrets.put(webhook.id(), new Secrets(sealer.sealSecret(realm.key(), webhook, random), previous));
            }
        }
        for (Event event : change.events()) {
            if (event.subject().type() == Event.Subject.Type.WEBHOOK
                    && event.action() != Event.Action.WEBHOOK_DELETED) {
                UUID id = event.subject().id();
                freshStarts.add(new StartRow(realm.realm().id(), id, cursor(start, seq), start == null));
            }
        }
    }

    private static long cursor(Webhook.@Nullable Start start, long seq) {
        return start instanceof Webhook.Start.At(long first) ? Math.min(Math.max(first - 1, 0), seq) : seq;
    }

    void merge() {
        secrets.putAll(freshSecrets);
        starts.addAll(freshStarts);
    }

    void collect(Batch batch) {
        long id = realm.realm().id();
        for (WorkingSet.Altered<Webhook> changed : state.changed()) {
            Webhook after = changed.after();
            if (after == null) {
                UUID removed = Objects.requireNonNull(changed.before()).id();
                batch.removedWebhooks.add(new WebhookKey(id, removed));
                continue;
            }
            Secrets sealed = Objects.requireNonNull(secrets.get(after.id()));
            (changed.before() == null ? batch.newWebhooks : batch.changedWebhooks)
                    .add(realm.macs().sealed(new WebhookRow(id, after, sealed.current, sealed.previous, null)));
        }
        for (StartRow start : starts) {
            // A webhook that a later request of this transaction deletes no longer has a row.
            if (state.find(start.webhook()) != null) {
                batch.webhookStarts.add(start);
            }
        }
    }

    /// Whether a webhook was created, changed or deleted.
    public boolean changedAny() {
        return !state.changed().isEmpty();
    }
}
