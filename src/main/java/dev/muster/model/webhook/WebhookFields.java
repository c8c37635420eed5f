package dev.muster.model.webhook;

import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes the fields of webhooks in the journal, without secrets. Reconciliation computes the same fields again from
/// the rows.
public final class WebhookFields {
    /// The journal's field for the secret. It records only that the secret was set.
    public static final String SECRET = "secret";

    /// The journal's field for the entry from which a webhook started to read the journal. The webhook's row does
    /// not contain it.
    public static final String FROM = "from";

    public static final String STATE = "state";

    private WebhookFields() {}

    /// The fields as the journal records them.
    public static Map<String, Object> byField(Webhook webhook) {
        Map<String, Object> fields = new HashMap<>();
        Webhook.Settings settings = webhook.settings();
        fields.put("url", settings.url());
        fields.put("types", settings.types());
        fields.put("payload", settings.full() ? "full" : "thin");
        fields.put("strict", settings.strict());
        if (settings.description() != null) {
            fields.put("description", settings.description());
        }
        fields.put(STATE, webhook.state().wireName());
        if (webhook.cause() != null) {
            fields.put("cause", webhook.cause().wireName());
        }
        if (webhook.previousUntil() != null) {
            fields.put("previousSecretUntil", Timestamps.text(webhook.previousUntil()));
        }
        fields.put("madeBy", webhook.madeBy().by().text());
        if (webhook.madeBy().through() != null) {
            fields.put("madeThrough", webhook.madeBy().through().toString());
        }
        return fields;
    }

    /// What the journal records about a webhook that was created, changed or deleted.
    ///
    /// @param before the webhook before; null for a new webhook
    /// @param after the webhook afterwards; null for a deleted webhook
    /// @param start the position from which the webhook starts to read the journal; null if its cursor does not
    ///     move
    public static Changes changed(@Nullable Webhook before, @Nullable Webhook after, Webhook.@Nullable Start start) {
        Changes.Draft others = new Changes.Draft();
        if (after != null && after.secret() != null) {
            others.put(SECRET, before == null ? null : "replaced", "set");
        }
        if (start != null) {
            others.put(
                    FROM,
                    null,
                    switch (start) {
                        case Webhook.Start.Now() -> "now";
                        case Webhook.Start.At(long seq) -> seq;
                    });
        }
        return Changes.between(fields(before), fields(after)).and(others.build());
    }

    private static Map<String, Object> fields(@Nullable Webhook webhook) {
        return webhook == null ? Map.of() : byField(webhook);
    }
}
