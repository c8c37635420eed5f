package dev.muster.console;

import dev.muster.directory.Webhooks.Progress;
import dev.muster.model.webhook.Webhook;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Describes webhooks for operators.
final class WebhookLabels {
    private WebhookLabels() {}

    /// Returns the webhook's description or, if it has none, its URL without `https://`.
    static String name(Webhook webhook) {
        String description = webhook.settings().description();
        return description == null ? webhook.settings().url().replaceFirst("^https://", "") : description;
    }

    /// Returns the host of the webhook's URL, which operators type to confirm that they want to delete the webhook.
    static String host(Webhook webhook) {
        return URI.create(webhook.settings().url()).getHost();
    }

    /// Returns the webhook's state in one word, or `failing` if its latest attempts failed.
    static String state(Webhook webhook, @Nullable Progress progress) {
        return isFailing(webhook, progress) ? "failing" : webhook.state().wireName();
    }

    /// Returns the CSS class of the badge with the webhook's state.
    static String badge(Webhook webhook, @Nullable Progress progress) {
        return switch (webhook.state()) {
            case ACTIVE -> isFailing(webhook, progress) ? "failed" : "passed";
            case DISABLED -> "failed";
            case PAUSED -> "";
        };
    }

    /// Whether the webhook needs an operator's attention, because it is failing or disabled.
    static boolean isBroken(Webhook webhook, @Nullable Progress progress) {
        return webhook.state() == Webhook.State.DISABLED || isFailing(webhook, progress);
    }

    private static boolean isFailing(Webhook webhook, @Nullable Progress progress) {
        return webhook.state() == Webhook.State.ACTIVE && progress != null && progress.failures() > 0;
    }

    /// Returns what an operator should know about the webhook's state; empty if the webhook works.
    static String remark(Webhook webhook, @Nullable Progress progress) {
        return switch (webhook.state()) {
            case PAUSED -> "Paused since " + Labels.time(webhook.stateSince()) + ". Events wait until it is resumed.";
            case DISABLED ->
                "Disabled since " + Labels.time(webhook.stateSince()) + ", because " + because(webhook.cause())
                        + ". Events wait until it is resumed.";
            case ACTIVE ->
                progress == null || progress.failures() == 0
                        ? ""
                        : (progress.failures() == 1
                                        ? "The last attempt failed"
                                        : "The last " + Labels.number(progress.failures()) + " attempts failed")
                                + (progress.failingSince() == null
                                        ? ""
                                        : ", since " + Labels.time(progress.failingSince()))
                                + "."
                                + (progress.retryAt() == null
                                        ? ""
                                        : " The next one is at " + Labels.time(progress.retryAt()) + ".");
        };
    }

    private static String because(Webhook.@Nullable Cause cause) {
        return switch (cause) {
            case null -> "of an unknown cause";
            case FAILING -> "every delivery had failed for five days";
            case GONE -> "the endpoint answered that it is gone (410)";
            case REVOKED -> "the key or operator that created it was revoked with everything it had created";
        };
    }

    /// Says how far the webhook is behind the journal, such as `12 entries, 3 minutes`.
    static String behind(@Nullable Progress progress) {
        if (progress == null) {
            return "unknown";
        }
        return progress.entries() == 0
                ? "up to date"
                : counted(progress.entries(), "entry", "entries") + ", " + duration(progress.behind());
    }

    private static String duration(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 120) {
            return counted(seconds, "second", "seconds");
        }
        if (seconds < 7_200) {
            return counted(time.toMinutes(), "minute", "minutes");
        }
        return seconds < 172_800 ? counted(time.toHours(), "hour", "hours") : counted(time.toDays(), "day", "days");
    }

    private static String counted(long count, String one, String many) {
        return Labels.number(count) + " " + (count == 1 ? one : many);
    }
}
