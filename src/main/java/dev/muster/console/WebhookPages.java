package dev.muster.console;

import static dev.muster.console.html.NavSection.WEBHOOKS;
import static dev.muster.model.credential.Scope.WEBHOOKS_WRITE;

import dev.muster.api.WebhookInputs;
import dev.muster.directory.Core;
import dev.muster.http.Route;
import dev.muster.security.KeyGenerator;
import java.util.List;

/// The pages about webhooks, and their routes.
record WebhookPages(WebhooksPage list, WebhookPage one, WebhookEventPage event) {
    static WebhookPages of(Core core, KeyGenerator keyGenerator, CommandSender sender, Pages pages, Labels labels) {
        WebhookInputs inputs = new WebhookInputs(core.webhooks().destinations());
        WebhookPage one =
                new WebhookPage(core.webhooks(), core.deliveries(), inputs, keyGenerator, sender, pages, labels);
        return new WebhookPages(
                new WebhooksPage(core.webhooks(), inputs, keyGenerator, sender, pages, one),
                one,
                new WebhookEventPage(core.webhooks(), core.deliveries(), core.eventReader(), pages));
    }

    List<Route> routes(Console console) {
        // spotless:off
        return List.of(
                console.page("/webhooks",                    WEBHOOKS_WRITE, WEBHOOKS, list::show),
                console.form("/webhooks",                    WEBHOOKS_WRITE, WEBHOOKS, list::create, list::show),
                console.page("/webhooks/{webhook}",          WEBHOOKS_WRITE, WEBHOOKS, one::show),
                console.form("/webhooks/{webhook}",          WEBHOOKS_WRITE, WEBHOOKS, one::update,  one::show),
                console.form("/webhooks/{webhook}/ping",     WEBHOOKS_WRITE, WEBHOOKS, one::ping,    one::show),
                console.form("/webhooks/{webhook}/pause",    WEBHOOKS_WRITE, WEBHOOKS, one::pause,   one::show),
                console.form("/webhooks/{webhook}/resume",   WEBHOOKS_WRITE, WEBHOOKS, one::resume,  one::show),
                console.form("/webhooks/{webhook}/replay",   WEBHOOKS_WRITE, WEBHOOKS, one::replay,  one::show),
                console.form("/webhooks/{webhook}/rotate",   WEBHOOKS_WRITE, WEBHOOKS, one::rotate,  one::show),
                console.form("/webhooks/{webhook}/delete",   WEBHOOKS_WRITE, WEBHOOKS, one::delete,  one::show),
                console.page("/webhooks/{webhook}/events/{event}", WEBHOOKS_WRITE, WEBHOOKS, event::show),
                console.form("/webhooks/{webhook}/events/{event}/redeliver", WEBHOOKS_WRITE, WEBHOOKS,
                        event::redeliver, event::show));
        // spotless:on
    }
}
