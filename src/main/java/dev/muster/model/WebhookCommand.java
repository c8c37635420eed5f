package dev.muster.model;

import dev.muster.model.value.Edit;
import dev.muster.model.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A command on webhooks.
public sealed interface WebhookCommand extends Command {
    /// Creates a webhook, which is active at once.
    ///
    /// @param secret see [Webhook]
    record CreateWebhook(Webhook.Settings settings, Webhook.Start start, String secret) implements WebhookCommand {
        /// Without the secret and the URL.
        @Override
        public String toString() {
            return "CreateWebhook[]";
        }
    }

    /// Changes settings; those without an edit are unchanged. The webhook goes on where it is.
    record UpdateWebhook(
            UUID id,
            @Nullable Edit<String> url,
            @Nullable Edit<List<String>> types,
            @Nullable Edit<Boolean> full,
            @Nullable Edit<@Nullable String> description,
            @Nullable Edit<Boolean> strict)
            implements WebhookCommand {}

    /// Stops sending. Events wait until it is resumed.
    record PauseWebhook(UUID id) implements WebhookCommand {}

    /// Sends again, after a pause or after Muster disabled it.
    ///
    /// @param from where to begin, also if it is active; null for where it stopped
    record ResumeWebhook(UUID id, Webhook.@Nullable Start from) implements WebhookCommand {}

    /// Replaces the secret.
    ///
    /// @param overlap how long the previous secret signs too; zero ends it at once
    record RotateWebhookSecret(UUID id, Duration overlap, String secret) implements WebhookCommand {
        /// Without the secret.
        @Override
        public String toString() {
            return "RotateWebhookSecret[" + id + "]";
        }
    }

    /// Stops sending for that cause. Only for Muster itself.
    ///
    /// @param seen the webhook on whose deliveries this was decided; if it was changed since, nothing happens
    record DisableWebhook(Webhook seen, Webhook.Cause cause) implements WebhookCommand {}

    record DeleteWebhook(UUID id) implements WebhookCommand {}
}
