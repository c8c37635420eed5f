package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WebhookInputs;
import dev.muster.directory.Webhooks;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.value.FieldError;
import dev.muster.model.webhook.Webhook;
import dev.muster.security.KeyGenerator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists the realm's webhooks with their health, and creates webhooks.
///
/// @param one the page that shows a new webhook with its secret
public record WebhooksPage(
        Webhooks webhooks,
        WebhookInputs inputs,
        KeyGenerator keyGenerator,
        CommandSender sender,
        Pages pages,
        WebhookPage one) {
    /// The field for the first journal entry to send.
    static final String FIRST = "first";

    /// The field for the last journal entry to send.
    static final String LAST_ENTRY_FIELD = "last";

    /// The content of the page.
    public record Model(List<Row> webhooks, WebhookForm form) {}

    /// A webhook in the list.
    ///
    /// @param badge the CSS class of the badge with the webhook's state
    /// @param remark a sentence about the webhook's state; empty if the webhook works
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
        unlessRefused(inForm(webhooks.reachable(visit.realmId(), start)));
        String secret = keyGenerator.webhookSecret();
        Webhook made = sender.carryOut(
                        visit,
                        new WebhookCommand.CreateWebhook(
                                settings, start == null ? new Webhook.Start.Now() : start, secret))
                .webhook();
        // There is no redirect, because only this response contains the secret.
        return one.show(visit, made.id(), secret);
    }

    /// Reads the entry to start with; null to start with the next new entry.
    static Webhook.@Nullable Start start(FormFields in) {
        Long first = in.number(FIRST);
        if (first != null && first < 1) {
            in.fault(FIRST, "range", "Must be at least 1.");
            return null;
        }
        return first == null ? null : new Webhook.Start.At(first);
    }

    /// Replaces the API's `from` and `to` in a refusal with the names of the form's fields.
    static <T> Result<T> inForm(Result<T> result) {
        return result instanceof Result.Refused<T>(Refusal.Invalid(var faults))
                ? Result.refused(new Refusal.Invalid(faults.stream()
                        .map(fault -> new FieldError(inForm(fault.field()), fault.code(), fault.message()))
                        .toList()))
                : result;
    }

    private static String inForm(String field) {
        return switch (field) {
            case "from" -> FIRST;
            case "to" -> LAST_ENTRY_FIELD;
            default -> field;
        };
    }
}
