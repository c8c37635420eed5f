package dev.muster.console;

import dev.muster.api.WebhookInputs;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.model.WebhookCommand;
import dev.muster.model.credential.Scope;
import dev.muster.model.value.Edit;
import dev.muster.model.webhook.Webhook;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The form with the settings of a webhook, for creating and changing it.
///
/// @param prefix the prefix that makes the ids of its fields unique on the page
/// @param types the types of events, one per line
/// @param full whether the full payload is chosen
/// @param mayChooseFull whether the operator may choose the full payload
public record WebhookForm(
        String prefix,
        String url,
        String types,
        String description,
        boolean full,
        boolean strict,
        boolean mayChooseFull) {
    private static final int DESCRIPTION = 200;
    private static final List<Payload> PAYLOADS = List.of(Payload.values());

    /// Returns the form for a new webhook.
    static WebhookForm empty(PageVisit visit) {
        return new WebhookForm("new", "", EventTypes.STANDING_CHANGED, "", false, false, mayChooseFull(visit));
    }

    /// Returns the form with the settings of a webhook.
    static WebhookForm of(PageVisit visit, Webhook webhook) {
        Webhook.Settings settings = webhook.settings();
        return new WebhookForm(
                "edit",
                settings.url(),
                String.join("\n", settings.types()),
                FormFields.orEmpty(settings.description()),
                settings.full(),
                settings.strict(),
                mayChooseFull(visit));
    }

    private static boolean mayChooseFull(PageVisit visit) {
        return visit.actor().may(Scope.JOURNAL_READ);
    }

    /// All types of events, which the form lists.
    public List<String> all() {
        return EventTypes.all();
    }

    /// Reads the settings from a submitted form. Records a fault for each invalid field; the caller must check for
    /// faults.
    static Webhook.Settings settings(FormFields in, WebhookInputs inputs) {
        if (in.text("url") == null) {
            in.fault("url", "missing", "Is required.");
        }
        return new Webhook.Settings(
                Objects.requireNonNullElse(inputs.url(in.checks(), "url", in.text("url")), ""),
                inputs.types(in.checks(), "types", types(in)),
                in.chosen("payload", PAYLOADS, Payload::wireName) == Payload.FULL,
                in.checks().line("description", in.text("description"), DESCRIPTION),
                "true".equals(in.text("strict")));
    }

    private static List<String> types(FormFields in) {
        String text = in.text("types");
        return text == null ? List.of() : List.of(text.split("[\\s,;]+", -1));
    }

    /// Returns the command that changes all settings to those of a submitted form.
    static WebhookCommand update(UUID webhook, Webhook.Settings settings) {
        return new WebhookCommand.UpdateWebhook(
                webhook,
                new Edit<>(settings.url()),
                new Edit<>(settings.types()),
                new Edit<>(settings.full()),
                new Edit<@Nullable String>(settings.description()),
                new Edit<>(settings.strict()));
    }
}
