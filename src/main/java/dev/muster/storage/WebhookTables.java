package dev.muster.storage;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads and writes webhooks, and the journal entries at which they start.
public final class WebhookTables {
    private final Session session;

    WebhookTables(Session session) {
        this.session = session;
    }

    /// A webhook. The secret of `webhook` is null, because it is in `sealedSecret`.
    ///
    /// @param sealedPrevious the secret before the last rotation; null if there is none
    /// @param mac the MAC over the whole row; null if the row is invalid
    public record WebhookRow(
            long realm, Webhook webhook, byte[] sealedSecret, byte @Nullable [] sealedPrevious, byte @Nullable [] mac)
            implements MacRow<WebhookRow> {
        @Override
        public WebhookRow withMac(byte[] next) {
            return new WebhookRow(realm, webhook, sealedSecret, sealedPrevious, next);
        }

        private void write(Parameters to) throws SQLException {
            Webhook.Settings settings = webhook.settings();
            to.text(settings.url()).text(JsonColumns.of(settings.types())).bool(settings.full());
            to.text(settings.description()).bool(settings.strict());
            to.code(webhook.state()).code(webhook.cause()).instant(webhook.stateSince());
            to.bytes(sealedSecret).bytes(sealedPrevious).instant(webhook.previousUntil());
            Creator by = webhook.madeBy();
            to.instant(webhook.createdAt())
                    .code(by.by().kind())
                    .uuid(by.by().id())
                    .uuid(by.through());
            to.bytes(mac).number(realm).uuid(webhook.id());
        }

        /// Reads a row. An invalid value clears the row's MAC, so that the webhook is ignored.
        static WebhookRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID id = row.uuid();
            Webhook.Settings settings = new Webhook.Settings(
                    row.text(), row.decoded(JsonColumns::texts, List.of()), row.bool(), row.textOrNull(), row.bool());
            Webhook.State state = row.coded(Webhook.State.CODES);
            Webhook.Cause cause = row.codedOrNull(Webhook.Cause.CODES);
            Instant stateSince = row.instant();
            byte[] sealedSecret = row.bytes();
            byte[] sealedPrevious = row.bytesOrNull();
            Instant previousUntil = row.instantOrNull();
            Instant createdAt = row.instant();
            ActorRef by = new ActorRef(row.coded(ActorRef.Kind.CODES), row.uuid());
            Creator madeBy = new Creator(by, row.uuidOrNull());
            byte[] mac = row.bytesOrNull();
            Webhook webhook =
                    new Webhook(id, settings, state, cause, stateSince, null, previousUntil, createdAt, madeBy);
            return new WebhookRow(realm, webhook, sealedSecret, sealedPrevious, row.isAltered() ? null : mac);
        }
    }

    /// The progress of a webhook.
    ///
    /// @param cursor the entry up to which all events of the webhook's types have been sent or set aside
    /// @param begun the cursor when the webhook was created, or last resumed at another entry
    /// @param fence a counter that is incremented by each change of the webhook and by each lease; a server with an
    ///     older value may not write
    /// @param failures the number of failed attempts since the last success
    /// @param retryAt when a pause after failures ends; null if there is no pause
    /// @param failingSince when the first of those attempts failed; null if the last attempt succeeded
    public record ProgressRow(
            long realm,
            UUID webhook,
            long cursor,
            long begun,
            long fence,
            int failures,
            @Nullable Instant retryAt,
            @Nullable Instant failingSince,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant lastAttemptAt) {
        private static ProgressRow read(Row row) throws SQLException {
            return new ProgressRow(
                    row.number(),
                    row.uuid(),
                    row.number(),
                    row.number(),
                    row.number(),
                    row.small(),
                    row.instantOrNull(),
                    row.instantOrNull(),
                    row.instantOrNull(),
                    row.instantOrNull());
        }
    }

    /// A webhook; null if it does not exist.
    public @Nullable WebhookRow webhook(long realm, UUID id) {
        return session.one("webhook_by_id", WebhookRow::read, realm, id);
    }

    /// All webhooks of a realm, in any order.
    public List<WebhookRow> webhooks(long realm) {
        return session.list("webhooks_of_realm", WebhookRow::read, realm);
    }

    /// The progress of each webhook of a realm, in any order.
    public List<ProgressRow> progress(long realm) {
        return session.list("webhook_progress_of_realm", ProgressRow::read, realm);
    }

    // Loading and saving for lanes

    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        loaded.webhooks.addAll(session.list(
                "webhooks_of_realms",
                WebhookRow::read,
                plans.entrySet().stream()
                        .filter(plan -> plan.getValue().webhooks.all)
                        .map(Map.Entry::getKey)
                        .toList()));
    }

    void save(Batch batch) {
        session.batch("webhook_delete", batch.removedWebhooks, 1, WebhookKey::write);
        session.batch("webhook_insert", batch.newWebhooks, 1, WebhookRow::write);
        session.batch("webhook_update", batch.changedWebhooks, 1, WebhookRow::write);
        // The progress is deleted first, because without it no server can write anything about deliveries.
        session.batch("webhook_progress_delete", batch.removedWebhooks, -1, WebhookKey::write);
        session.batch("webhook_open_delete_of_webhook", batch.removedWebhooks, -1, WebhookKey::write);
        session.batch("webhook_attempt_delete_of_webhook", batch.removedWebhooks, -1, WebhookKey::write);
        session.batch("webhook_progress_put", batch.webhookStarts, 1, StartRow::write);
        // After a resume at another entry, later events are sent in order and earlier ones are not sent at all, so no
        // event remains set aside.
        session.batch(
                "webhook_open_delete_of_webhook",
                batch.webhookStarts.stream()
                        .filter(start -> !start.keeps)
                        .map(start -> new WebhookKey(start.realm, start.webhook))
                        .toList(),
                -1,
                WebhookKey::write);
    }

    /// Identifies a webhook.
    public record WebhookKey(long realm, UUID id) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).uuid(id);
        }
    }

    /// The entry at which a new or changed webhook continues. Writing it increments the fence, so that a delivery
    /// under the old settings can no longer move the cursor, and ends a pause after failures.
    ///
    /// @param cursor the cursor of a new webhook, or the new cursor of an existing one
    /// @param keeps whether a webhook that already has a cursor keeps it
    public record StartRow(long realm, UUID webhook, long cursor, boolean keeps) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).uuid(webhook).number(cursor).number(cursor);
            to.bool(keeps).bool(keeps).bool(keeps).bool(keeps).bool(keeps);
        }
    }
}
