package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WebhookInputs;
import dev.muster.directory.Webhooks;
import dev.muster.http.Reply;
import dev.muster.model.WebhookCommand;
import dev.muster.model.webhook.Webhook;
import dev.muster.security.KeyMint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists the realm's webhooks with their health, and creates webhooks.
///
/// @param one the page of the webhook that was created, with its secret
public record WebhooksPage(
        Webhooks webhooks, WebhookInputs inputs, KeyMint mint, CommandSender sender, Pages pages, WebhookPage one) {
    /// The content of the page.
    public record Model(List<Row> webhooks, WebhookForm form) {}

    /// A webhook in the list.
    ///
    /// @param badge the CSS class of the badge with its state
    /// @param remark a sentence about its state; empty if it works
    public record Row(
            String href,
            String name,
            String url,
            String types,
            String state,
            String badge,
            String remark,
            String lastSuccess,
            String behind) {
        static Row of(PageVisit visit, Webhooks.Status status) {
            Webhook webhook = status.webhook();
            Webhooks.Progress progress = status.progress();
            return new Row(
                    WebhookPage.href(visit, webhook.id()),
                    WebhookLabels.name(webhook),
                    webhook.settings().url(),
                    String.join(", ", webhook.settings().types()),
                    WebhookLabels.state(webhook, progress),
                    WebhookLabels.badge(webhook, progress),
                    WebhookLabels.remark(webhook, progress),
                    Labels.time(progress == null ? null : progress.lastSuccessAt(), "never"),
                    WebhookLabels.behind(progress));
        }
    }

    Reply show(PageVisit visit) {
        List<Row> rows = unlessRefused(webhooks.list(visit.actor(), visit.realmId())).stream()
                .map(status -> Row.of(visit, status))
                .toList();
        return pages.page(visit, "webhooks", "Webhooks", new Model(rows, WebhookForm.empty(visit)));
    }

    /// Creates a webhook, and shows its page with the secret.
    Reply create(PageVisit visit) {
        FormFields in = visit.fields();
        Webhook.Settings settings = WebhookForm.settings(in, inputs);
        Webhook.Start start = start(in);
        in.check();
        unlessRefused(webhooks.reachable(visit.realmId(), start));
        String secret = mint.webhookSecret();
        Webhook made = sender.carryOut(
                        visit,
                        new WebhookCommand.CreateWebhook(
                                settings, start == null ? new Webhook.Start.Now() : start, secret))
                .webhook();
        // No redirect, because the secret is only in this response.
        return one.show(visit, made.id(), secret);
    }

    /// The entry to begin with; null to begin with the next new entry.
    static Webhook.@Nullable Start start(FormFields in) {
        Long from = in.number("from");
        if (from != null && from < 1) {
            in.fault("from", "range", "Must be at least 1.");
            return null;
        }
        return from == null ? null : new Webhook.Start.At(from);
    }
}
