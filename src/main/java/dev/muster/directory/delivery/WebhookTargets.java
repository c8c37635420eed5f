package dev.muster.directory.delivery;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.outgoing.OutgoingRequest;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Database;
import dev.muster.storage.DeliveryStore.SaveRow;
import dev.muster.storage.DeliveryTables.AttemptRow;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Seals and unseals the sensitive data of deliveries: the secrets of webhooks, and receivers' responses, which may
/// repeat personal data. Thread-safe.
public final class WebhookTargets {
    private final Database database;
    private final RealmKeys realmKeys;
    private final RandomGenerator random;

    public WebhookTargets(Database database, RealmKeys realmKeys, RandomGenerator random) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.random = random;
    }

    /// The target of a webhook; null if the webhook does not exist, or if its row was altered, in which case nothing is
    /// sent.
    @Nullable
    WebhookTarget find(EndpointKey key) {
        WebhookRow row = database.read(reads -> reads.webhooks().webhook(key.realm(), key.webhook()));
        RealmKeys.Entry realm = realmKeys.get(key.realm());
        if (row == null || !realm.macs().isAuthentic(row)) {
            return null;
        }
        EntrySealer sealer = new EntrySealer();
        try {
            byte[] previous = row.sealedPrevious();
            return new WebhookTarget(
                    row.webhook(),
                    sealer.openWebhookSecret(realm.key(), key.webhook(), row.sealedSecret()),
                    previous == null ? null : sealer.openWebhookSecret(realm.key(), key.webhook(), previous));
        } catch (TamperedException e) {
            Unreadable.report(key.realm(), "the secret of webhook", key.webhook(), e);
            return null;
        }
    }

    /// Creates the request that delivers a message now; null if the webhook does not exist or its row was altered.
    public @Nullable OutgoingRequest request(EndpointKey key, String id, byte[] body, Instant at) {
        WebhookTarget target = find(key);
        return target == null ? null : target.request(id, body, at);
    }

    /// Creates the row that saves an endpoint's changes.
    SaveRow row(Lease lease, ProgressUpdate update) {
        List<OpenRow> put = new ArrayList<>();
        List<OpenRow.Id> removed = new ArrayList<>();
        update.part().rows().forEach((id, row) -> row.ifPresentOrElse(put::add, () -> removed.add(id)));
        Sealer sealer = new Sealer();
        List<AttemptRow> attempts = update.part().attempts().stream()
                .map(line -> row(sealer, lease.endpoint(), line.event(), line.type(), line.attempt()))
                .toList();
        return new SaveRow(
                lease.endpoint(),
                lease.fence(),
                update.cursor(),
                update.beyond(),
                update.failures(),
                update.retryAt(),
                update.failingSince(),
                update.part().lastSuccessAt(),
                update.part().lastAttemptAt(),
                update.replayNext(),
                update.isReplayDone(),
                put,
                removed,
                attempts);
    }

    /// Creates the row of an attempt, without its number.
    public AttemptRow row(EndpointKey key, String event, String type, DeliveryAttempt attempt) {
        return row(new Sealer(), key, event, type, attempt);
    }

    private AttemptRow row(Sealer sealer, EndpointKey key, String event, String type, DeliveryAttempt attempt) {
        byte[] reply = attempt.reply();
        return new AttemptRow(
                0,
                event,
                type,
                attempt.at(),
                attempt.outcome().code(),
                attempt.status(),
                attempt.millis(),
                attempt.error(),
                reply.length == 0
                        ? null
                        : sealer.seal(
                                realmKeys.get(key.realm()).key().own(),
                                place(key, event, attempt.at()),
                                random,
                                reply));
    }

    /// The receiver's response body; empty if there was none or it cannot be unsealed.
    public byte[] reply(EndpointKey key, AttemptRow row) {
        byte[] sealed = row.sealedReply();
        if (sealed == null) {
            return new byte[0];
        }
        try {
            return new Sealer().open(realmKeys.get(key.realm()).key().own(), place(key, row.event(), row.at()), sealed);
        } catch (TamperedException e) {
            Unreadable.report(key.realm(), "a reply of webhook", key.webhook(), e);
            return new byte[0];
        }
    }

    private static SealingContext place(EndpointKey key, String event, Instant at) {
        return new SealingContext.Column(
                key.realm(), key.webhook(), "webhook_attempt/" + event + "/" + at.toEpochMilli());
    }
}
