package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WebhookState;
import dev.muster.model.value.Edit;
import dev.muster.model.webhook.Webhook;
import dev.muster.model.webhook.WebhookFields;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides requests about webhooks.
final class WebhookDecider {
    private final Context context;
    private final WebhookState webhooks;

    WebhookDecider(Context context) {
        this.context = context;
        this.webhooks = context.realm().webhooks();
    }

    static void plan(LoadPlan plan) {
        plan.webhooks.all = true;
    }

    /// Executes a command. Refuses: NotFound, Forbidden, OverQuota.
    Result<Change> decide(WebhookCommand command, Supplier<UUID> freshId) {
        return switch (command) {
            case WebhookCommand.CreateWebhook create -> create(create, freshId.get());
            case WebhookCommand.UpdateWebhook update -> on(update.id(), webhook -> update(webhook, update));
            case WebhookCommand.PauseWebhook(var id) -> on(id, this::pause);
            case WebhookCommand.ResumeWebhook(var id, var from) -> on(id, webhook -> resume(webhook, from));
            case WebhookCommand.RotateWebhookSecret(var id, var overlap, var secret) ->
                on(id, webhook -> rotate(webhook, overlap, secret));
            case WebhookCommand.DisableWebhook(var seen, var cause) ->
                on(seen.id(), webhook -> disable(webhook, seen, cause));
            case WebhookCommand.DeleteWebhook(var id) -> on(id, this::delete);
        };
    }

    private interface Rule {
        Result<Change> apply(Webhook webhook);
    }

    private Result<Change> on(UUID id, Rule rule) {
        Webhook webhook = webhooks.find(id);
        return webhook == null ? Result.refused(new Refusal.NotFound("webhook", id.toString())) : rule.apply(webhook);
    }

    private Result<Change> create(WebhookCommand.CreateWebhook command, UUID id) {
        if (mayNotSend(command.settings())) {
            return Result.refused(Refusal.Forbidden.to(context.actor(), Scope.JOURNAL_READ));
        }
        if (webhooks.all().size() >= Webhook.MAX_PER_REALM) {
            return Result.refused(new Refusal.OverQuota("webhooks", Webhook.MAX_PER_REALM));
        }
        Webhook webhook = new Webhook(
                id,
                command.settings(),
                Webhook.State.ACTIVE,
                null,
                context.now(),
                command.secret(),
                null,
                context.now(),
                Creator.of(context.actor()));
        return changed(null, webhook, command.start(), Event.Action.WEBHOOK_CREATED);
    }

    /// Whether the actor may not choose these settings. With the full payload, the endpoint receives data that only
    /// readers of the journal may see.
    private boolean mayNotSend(Webhook.Settings settings) {
        return settings.full() && !context.actor().may(Scope.JOURNAL_READ);
    }

    private Result<Change> update(Webhook before, WebhookCommand.UpdateWebhook command) {
        Webhook.Settings old = before.settings();
        Webhook.Settings settings = new Webhook.Settings(
                Edit.applied(command.url(), old.url()),
                Edit.applied(command.types(), old.types()),
                Edit.applied(command.full(), old.full()),
                Edit.<@Nullable String>applied(command.description(), old.description()),
                Edit.applied(command.strict(), old.strict()));
        if (mayNotSend(settings)) {
            return Result.refused(Refusal.Forbidden.to(context.actor(), Scope.JOURNAL_READ));
        }
        return settings.equals(old)
                ? unchanged(before)
                : changed(before, before.with(settings), null, Event.Action.WEBHOOK_UPDATED);
    }

    private Result<Change> pause(Webhook before) {
        return before.state() != Webhook.State.ACTIVE
                ? unchanged(before)
                : changed(
                        before,
                        before.in(Webhook.State.PAUSED, null, context.now()),
                        null,
                        Event.Action.WEBHOOK_PAUSED);
    }

    private Result<Change> resume(Webhook before, Webhook.@Nullable Start from) {
        boolean active = before.state() == Webhook.State.ACTIVE;
        if (active && from == null) {
            return unchanged(before);
        }
        Webhook after = active ? before : before.in(Webhook.State.ACTIVE, null, context.now());
        return changed(before, after, from, Event.Action.WEBHOOK_RESUMED);
    }

    private Result<Change> rotate(Webhook before, Duration overlap, String secret) {
        Webhook after =
                before.rotated(secret, overlap.isPositive() ? context.now().plus(overlap) : null);
        return changed(before, after, null, Event.Action.WEBHOOK_SECRET_ROTATED);
    }

    private Result<Change> disable(Webhook before, Webhook seen, Webhook.Cause cause) {
        return before.state() != Webhook.State.ACTIVE || !before.equals(seen)
                ? unchanged(before)
                : changed(
                        before,
                        before.in(Webhook.State.DISABLED, cause, context.now()),
                        null,
                        Event.Action.WEBHOOK_DISABLED);
    }

    /// Deletes a webhook. The change does not contain it, because a repeated request could not return it.
    private Result<Change> delete(Webhook webhook) {
        webhooks.remove(webhook);
        Event event = context.event(
                Event.Action.WEBHOOK_DELETED,
                new Change.OfWebhook(webhook, null).subject(),
                WebhookFields.changed(webhook, null, null));
        return Result.ok(context.changed(new Change.OfNothing(), List.of(event)));
    }

    private Result<Change> changed(
            @Nullable Webhook before, Webhook after, Webhook.@Nullable Start start, Event.Action action) {
        webhooks.put(after);
        return Result.ok(context.changed(
                new Change.OfWebhook(after, start), action, WebhookFields.changed(before, after, start)));
    }

    private Result<Change> unchanged(Webhook webhook) {
        return Result.ok(context.unchanged(new Change.OfWebhook(webhook, null)));
    }
}
