package dev.muster.model;

import dev.muster.model.value.Edit;
import dev.muster.model.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A command on webhooks.
public sealed interface WebhookCommand extends Command {
    /// Creates a webhook, which is active immediately.
    ///
    /// @param secret the webhook's secret: see [Webhook]
    record CreateWebhook(Webhook.Settings settings, Webhook.Start start, String secret) implements WebhookCommand {
        /// Omits the secret and the URL.
        @Override
        public String toString() {
            return "CreateWebhook[]";
        }
    }

    /// Changes settings. A setting without an edit stays unchanged, and so does the webhook's cursor.
    record UpdateWebhook(
            UUID id,
            @Nullable Edit<String> url,
            @Nullable Edit<List<String>> types,
            @Nullable Edit<Boolean> full,
            @Nullable Edit<@Nullable String> description,
            @Nullable Edit<Boolean> strict)
            implements WebhookCommand {}

    /// Stops sending. Events wait until the webhook is resumed.
    record PauseWebhook(UUID id) implements WebhookCommand {}

    /// Resumes sending, after a pause or after Muster disabled the webhook.
    ///
    /// @param from the entry to start from, even if the webhook is active; null to continue where it stopped
    record ResumeWebhook(UUID id, Webhook.@Nullable Start from) implements WebhookCommand {}

    /// Replaces the secret.
    ///
    /// @param overlap how long requests are also signed with the previous secret; zero stops that immediately
    record RotateWebhookSecret(UUID id, Duration overlap, String secret) implements WebhookCommand {
        /// Omits the secret.
        @Override
        public String toString() {
            return "RotateWebhookSecret[" + id + "]";
        }
    }

    /// Disables the webhook for the given cause. Only Muster itself may send it.
    ///
    /// @param seen the webhook as it was when Muster decided to disable it; if it has changed since, the command
    ///     has no effect
    record DisableWebhook(Webhook seen, Webhook.Cause cause) implements WebhookCommand {}

    record DeleteWebhook(UUID id) implements WebhookCommand {}
}
