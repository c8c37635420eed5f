package dev.muster.api;

import dev.muster.directory.Webhooks;
import dev.muster.directory.events.EventTypes;
import dev.muster.model.validation.Validator;
import dev.muster.model.validation.WebhookUrls;
import dev.muster.model.webhook.Webhook;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Validates the settings of webhooks, for Muster's own API and the console.
///
/// @param destinations the URLs that the server's settings allow for webhooks
public record WebhookInputs(Webhooks.Destinations destinations) {
    /// The settings of the server that permit more URLs, for messages.
    static final String PLAIN_SETTING = "--webhook-http (MUSTER_WEBHOOK_HTTP)";

    static final String NETWORKS_SETTING = "--webhook-allow (MUSTER_WEBHOOK_ALLOW)";

    /// Validates the URL to which events are sent. Returns null if `raw` is null, and also after adding an error.
    public @Nullable String url(Validator to, String field, @Nullable String raw) {
        URI url = WebhookUrls.validated(to, field, raw, destinations.plainHttp(), PLAIN_SETTING);
        if (url == null) {
            return null;
        }
        if (destinations.isSpecial().test(url)) {
            to.fault(
                    field,
                    "address_not_allowed",
                    "Must not be a private or special address, unless the server's setting " + NETWORKS_SETTING
                            + " permits it.");
            return null;
        }
        if (!destinations.mayCall().test(url)) {
            to.fault(field, "not_a_url", "Must be an absolute URL with the name or address of a host.");
            return null;
        }
        return url.toString();
    }

    /// Validates the types of events to send: exact types, patterns such as `user.hold.*`, or `*`. Adds an error
    /// for each invalid one and returns the others.
    public List<String> types(Validator to, String field, List<String> raw) {
        List<String> kept = new ArrayList<>();
        if (raw.isEmpty() || raw.size() > Webhook.MAX_TYPES) {
            to.fault(field, raw.isEmpty() ? "too_few" : "too_many", "Must be 1 to " + Webhook.MAX_TYPES + ".");
            return kept;
        }
        for (int i = 0; i < raw.size(); i++) {
            if (new EventTypes(List.of(raw.get(i))).unknown() == null) {
                kept.add(raw.get(i));
            } else {
                to.fault(
                        field + "[" + i + "]",
                        "unknown_type",
                        "Must be a type of event, a pattern such as user.hold.*, or *. "
                                + EventTypes.suggestion(raw.get(i)));
            }
        }
        return kept.stream().distinct().toList();
    }
}
