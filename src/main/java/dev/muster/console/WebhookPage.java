package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WebhookInputs;
import dev.muster.directory.Deliveries;
import dev.muster.directory.Deliveries.Delivery;
import dev.muster.directory.Page;
import dev.muster.directory.Webhooks;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.webhook.Webhook;
import dev.muster.security.KeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One webhook: its health, settings, recent attempts, and actions.
public record WebhookPage(
        Webhooks webhooks,
        Deliveries deliveries,
        WebhookInputs inputs,
        KeyGenerator keyGenerator,
        CommandSender sender,
        Pages pages,
        Labels labels) {
    private static final int ATTEMPTS = 50;
    private static final int SET_ASIDE = 20;

    private static final List<Overlap> OVERLAPS = List.of(
            new Overlap(24, "24 hours"),
            new Overlap(72, "3 days"),
            new Overlap(168, "7 days"),
            new Overlap(0, "0 hours: end it now"));

    /// An option for how long requests are also signed with the previous secret.
    public record Overlap(long hours, String text) {
        String wireName() {
            return Long.toString(hours);
        }
    }

    /// The endpoint's response, or the reason why there was none.
    ///
    /// @param good whether the message was delivered
    /// @param text the status and duration, such as `200 in 34 ms`; empty if there was no attempt
    /// @param reply the beginning of the response's body; may be empty
    public record Answer(boolean good, String text, String reply) {
        static Answer of(Delivery delivery) {
            return new Answer(
                    delivery.state().equals("delivered"),
                    text(delivery.status(), delivery.millis(), delivery.error()),
                    text(delivery.reply()));
        }

        private static String text(@Nullable Integer status, @Nullable Long millis, @Nullable String error) {
            if (status == null && millis == null && error == null) {
                return "";
            }
            String took = millis == null ? "" : " in " + Labels.number(millis) + " ms";
            return status == null ? "no answer" + took + (error == null ? "" : ": " + error) : status + took;
        }

        private static String text(byte @Nullable [] reply) {
            return reply == null ? "" : new String(reply, StandardCharsets.UTF_8);
        }
    }

    /// A row of the list: an attempt, or a set-aside event.
    ///
    /// @param href the page of the event; null for a ping
    /// @param state the state in a few words
    /// @param badge the CSS class of the badge with the state
    public record Row(
            String at,
            String event,
            String type,
            @Nullable String href,
            String state,
            String badge,
            Answer answer,
            String retryAt) {}

    /// The content of the page.
    ///
    /// @param remark a sentence about the webhook's state; empty if the webhook works
    /// @param secret a new secret, which is shown only once; null if the secret did not change
    /// @param pinged the response to the ping that was just sent; null if there was none
    /// @param setAside the first set-aside events: those that the endpoint refused, and later ones about the
    ///     same subjects
    /// @param setAsideTotal the number of set-aside events
    /// @param older the link to older attempts; null on the last page
    public record Model(
            String href,
            String name,
            String host,
            Webhook webhook,
            String state,
            String badge,
            String remark,
            String lastSuccess,
            String behind,
            String place,
            String created,
            String previousUntil,
            WebhookForm form,
            @Nullable String secret,
            @Nullable Answer pinged,
            List<Row> setAside,
            String setAsideTotal,
            List<Row> attempts,
            @Nullable String older) {
        public List<Overlap> overlaps() {
            return OVERLAPS;
        }

        public boolean isActive() {
            return webhook.state() == Webhook.State.ACTIVE;
        }
    }

    static String path(UUID webhook) {
        return "/webhooks/" + webhook;
    }

    static String href(PageVisit visit, UUID webhook) {
        return visit.base() + path(webhook);
    }

    Reply show(PageVisit visit) {
        return show(visit, visit.id("webhook"), null);
    }

    /// Returns the response to the ping that was just sent; null if there was none, or if it is no longer in the
    /// list.
    private static @Nullable Answer pinged(PageVisit visit, Page<Delivery> attempts) {
        String ping = visit.about(Flash.PINGED);
        return attempts.items().stream()
                .filter(each -> each.event().equals(ping))
                .findFirst()
                .map(Answer::of)
                .orElse(null);
    }

    /// @param secret a new secret, which is shown only once; null if the secret did not change
    Reply show(PageVisit visit, UUID id, @Nullable String secret) {
        Webhooks.Status status = unlessRefused(webhooks.get(visit.actor(), visit.realmId(), id));
        Webhook webhook = status.webhook();
        Webhooks.Progress progress = status.progress();
        Page<Delivery> attempts = unlessRefused(deliveries.attempts(
                visit.actor(), visit.realmId(), id, visit.query().number("before"), ATTEMPTS));
        Page<Delivery> aside = unlessRefused(deliveries.parked(visit.actor(), visit.realmId(), id, null, SET_ASIDE));
        return pages.page(
                visit,
                "webhook",
                WebhookLabels.name(webhook),
                new Model(
                        href(visit, id),
                        WebhookLabels.name(webhook),
                        WebhookLabels.host(webhook),
                        webhook,
                        WebhookLabels.state(webhook, progress),
                        WebhookLabels.badge(webhook, progress),
                        WebhookLabels.remark(webhook, progress),
                        Labels.time(progress == null ? null : progress.lastSuccessAt(), "never"),
                        WebhookLabels.behind(progress),
                        progress == null
                                ? "unknown"
                                : Labels.number(progress.cursor()) + " of " + Labels.number(progress.head()),
                        Labels.time(webhook.createdAt()) + " by "
                                + labels.actor(visit.realmId(), webhook.madeBy().by()),
                        Labels.time(webhook.previousUntil(), ""),
                        WebhookForm.of(visit, webhook),
                        secret,
                        pinged(visit, attempts),
                        rows(visit, id, aside),
                        Labels.total(aside.total(), aside.totalIsAtLeast()),
                        rows(visit, id, attempts),
                        attempts.next() == null ? null : href(visit, id) + "?before=" + attempts.next()));
    }

    private static List<Row> rows(PageVisit visit, UUID webhook, Page<Delivery> page) {
        return page.items().stream()
                .map(each -> new Row(
                        Labels.time(each.at()),
                        each.event(),
                        each.type(),
                        PublishedEvent.seq(visit.realmId(), each.event()) == null
                                ? null
                                : href(visit, webhook) + "/events/" + each.event(),
                        state(each.state()),
                        badge(each.state()),
                        Answer.of(each),
                        Labels.time(each.retryAt(), "")))
                .toList();
    }

    private static String state(String word) {
        return switch (word) {
            case "waiting" -> "waits for an earlier one";
            case "parked" -> "refused";
            case "asked" -> "will be sent again";
            default -> word;
        };
    }

    private static String badge(String word) {
        return switch (word) {
            case "delivered" -> "passed";
            case "failed", "parked" -> "failed";
            default -> "";
        };
    }

    // Forms.

    Reply update(PageVisit visit) {
        FormFields in = visit.fields();
        Webhook.Settings settings = WebhookForm.settings(in, inputs);
        in.check();
        Change change = sender.carryOut(visit, WebhookForm.update(visit.id("webhook"), settings));
        return done(visit, Flash.SAVED.adjustedFor(change));
    }

    Reply pause(PageVisit visit) {
        Change change = sender.carryOut(visit, new WebhookCommand.PauseWebhook(visit.id("webhook")));
        return done(visit, Flash.PAUSED.adjustedFor(change));
    }

    /// Resumes the webhook where it stopped, with new entries only, or at a given entry.
    Reply resume(PageVisit visit) {
        FormFields in = visit.fields();
        Webhook.Start from = "now".equals(in.text("where")) ? new Webhook.Start.Now() : WebhooksPage.start(in);
        if ("at".equals(in.text("where")) && in.text(WebhooksPage.FIRST) == null) {
            in.fault(WebhooksPage.FIRST, "missing", "Is required to continue at an entry.");
        }
        in.check();
        unlessRefused(WebhooksPage.inForm(webhooks.reachable(visit.realmId(), from)));
        Change change = sender.carryOut(visit, new WebhookCommand.ResumeWebhook(visit.id("webhook"), from));
        return done(visit, Flash.RESUMED.adjustedFor(change));
    }

    /// Replaces the secret, and shows it.
    Reply rotate(PageVisit visit) {
        FormFields in = visit.fields();
        Overlap overlap = in.chosen("overlap", OVERLAPS, Overlap::wireName);
        in.check();
        String secret = keyGenerator.webhookSecret();
        UUID id = visit.id("webhook");
        sender.carryOut(visit, new WebhookCommand.RotateWebhookSecret(id, Duration.ofHours(overlap.hours()), secret));
        return show(visit, id, secret);
    }

    Reply delete(PageVisit visit) {
        UUID id = visit.id("webhook");
        FormFields in = visit.fields();
        Webhook webhook =
                unlessRefused(webhooks.get(visit.actor(), visit.realmId(), id)).webhook();
        String host = WebhookLabels.host(webhook);
        in.requireName(host, "Type the host, " + host + ", to confirm.");
        in.check();
        sender.carryOut(visit, new WebhookCommand.DeleteWebhook(id));
        return visit.done("/webhooks", Flash.DELETED);
    }

    /// Sends a ping, and redirects to a page that shows the response, so that reloading it does not send another
    /// ping.
    Reply ping(PageVisit visit) {
        UUID id = visit.id("webhook");
        Deliveries.PingResult pinged = unlessRefused(deliveries.ping(visit.actor(), visit.realmId(), id));
        return visit.done(path(id), Flash.PINGED, pinged.id());
    }

    /// Sends a range of entries again.
    Reply replay(PageVisit visit) {
        FormFields in = visit.fields();
        Long first = in.number(WebhooksPage.FIRST);
        Long last = in.number(WebhooksPage.LAST_ENTRY_FIELD);
        if (first == null || first < 1) {
            in.fault(WebhooksPage.FIRST, "range", "Must be at least 1.");
        } else if (last == null || last < first) {
            in.fault(WebhooksPage.LAST_ENTRY_FIELD, "range", "Must not be before the first entry.");
        }
        in.check();
        Result<Webhook.State> result = deliveries.replay(
                visit.actor(),
                visit.realmId(),
                visit.id("webhook"),
                Objects.requireNonNull(first),
                Objects.requireNonNull(last));
        return done(visit, sendingAgain(unlessRefused(WebhooksPage.inForm(result))));
    }

    /// Returns the message that events are being sent again or, if the webhook is not active, will be sent once it
    /// is resumed.
    static Flash sendingAgain(Webhook.State state) {
        return state == Webhook.State.ACTIVE ? Flash.SENDING_AGAIN : Flash.SENDING_ONCE_RESUMED;
    }

    private static Reply done(PageVisit visit, Flash flash) {
        return visit.done(path(visit.id("webhook")), flash);
    }
}
