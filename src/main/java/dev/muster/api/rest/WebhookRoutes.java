package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WebhookInputs;
import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.Core;
import dev.muster.directory.Page;
import dev.muster.directory.Webhooks;
import dev.muster.directory.events.Payload;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.credential.Scope;
import dev.muster.model.webhook.Webhook;
import dev.muster.security.KeyGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Creates, lists, changes and deletes webhooks.
record WebhookRoutes(
        Webhooks webhooks, WebhookInputs inputs, KeyGenerator keyGenerator, Writes writes, ActorNamesJson names) {
    private static final int DESCRIPTION = 200;

    /// How long requests are also signed with the previous secret: the default and the maximum.
    private static final long OVERLAP_HOURS = 24;

    private static final long MAX_OVERLAP_HOURS = 7 * 24;

    static WebhookRoutes of(Core core, KeyGenerator keyGenerator) {
        return new WebhookRoutes(
                core.webhooks(),
                new WebhookInputs(core.webhooks().destinations()),
                keyGenerator,
                new Writes(core.directory()),
                new ActorNamesJson(core.names()));
    }

    List<RestApi.Row> rows(RestApi api) {
        return List.of(
                api.row(Method.POST, "/v1/webhooks", Scope.WEBHOOKS_WRITE, this::create),
                api.row(Method.GET, "/v1/webhooks", Scope.WEBHOOKS_WRITE, this::list),
                api.row(Method.GET, "/v1/webhooks/{id}", Scope.WEBHOOKS_WRITE, this::get),
                api.row(Method.PATCH, "/v1/webhooks/{id}", Scope.WEBHOOKS_WRITE, this::update),
                api.row(Method.DELETE, "/v1/webhooks/{id}", Scope.WEBHOOKS_WRITE, this::delete),
                api.row(Method.POST, "/v1/webhooks/{id}/pause", Scope.WEBHOOKS_WRITE, this::pause),
                api.row(Method.POST, "/v1/webhooks/{id}/resume", Scope.WEBHOOKS_WRITE, this::resume),
                api.row(Method.POST, "/v1/webhooks/{id}/rotate-secret", Scope.WEBHOOKS_WRITE, this::rotateSecret));
    }

    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        Webhook.Settings settings = new Webhook.Settings(
                url(in), types(in), payload(in) == Payload.FULL, description(in), in.flag("strict", false));
        Webhook.Start from = from(in);
        in.check();
        unlessRefused(webhooks.reachable(call.realm(), from));
        String secret = keyGenerator.webhookSecret();
        return writes.onRealm(
                call,
                new WebhookCommand.CreateWebhook(settings, from == null ? new Webhook.Start.Now() : from, secret),
                change -> changed(call, change, 201, secret)
                        .with(
                                "Location",
                                call.at("/v1/webhooks/" + change.webhook().id())));
    }

    Reply list(RestCall call) {
        PageRequest listing = PageRequest.byNumber(call.input());
        Page<Webhooks.Status> page = listing.of(unlessRefused(webhooks.list(call.actor(), call.realm())));
        Named named = names.inWebhooks(call, page.items());
        return listing.reply(page, (json, status) -> write(json, status, null, named));
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        in.check();
        return reply(call, 200, unlessRefused(webhooks.get(call.actor(), call.realm(), id)), null);
    }

    Reply update(RestCall call) {
        RestFields in = call.input().withPatch();
        WebhookCommand update = new WebhookCommand.UpdateWebhook(
                id(in),
                in.change("url", () -> url(in)),
                in.change("types", () -> types(in)),
                in.change("payload", () -> requiredPayload(in) == Payload.FULL),
                in.edit("description", _ -> description(in)),
                in.change("strict", () -> in.flag("strict")));
        in.check();
        return writes.onRealm(call, update, change -> changed(call, change, 200, null));
    }

    Reply delete(RestCall call) {
        return writes.done(call, in -> new WebhookCommand.DeleteWebhook(id(in)));
    }

    Reply pause(RestCall call) {
        RestFields in = call.input();
        WebhookCommand pause = new WebhookCommand.PauseWebhook(id(in));
        in.check();
        return writes.onRealm(call, pause, change -> changed(call, change, 200, null));
    }

    /// Resumes sending where it stopped, from a given entry, or with new entries only.
    Reply resume(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UUID id = id(in);
        Webhook.Start from = from(in);
        in.check();
        unlessRefused(webhooks.reachable(call.realm(), from));
        return writes.onRealm(
                call, new WebhookCommand.ResumeWebhook(id, from), change -> changed(call, change, 200, null));
    }

    Reply rotateSecret(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UUID id = id(in);
        Long asked = in.optionalInteger("overlapHours", 0, MAX_OVERLAP_HOURS);
        in.check();
        String secret = keyGenerator.webhookSecret();
        return writes.onRealm(
                call,
                new WebhookCommand.RotateWebhookSecret(
                        id, Duration.ofHours(asked == null ? OVERLAP_HOURS : asked), secret),
                change -> changed(call, change, 200, secret));
    }

    // Reading.

    private static UUID id(RestFields in) {
        return in.id("id", "webhook");
    }

    private String url(RestFields in) {
        return Objects.requireNonNullElse(inputs.url(in.checks(), "url", in.required("url")), "");
    }

    private List<String> types(RestFields in) {
        int before = in.faults().size();
        List<String> types = in.requiredTexts("types");
        return in.faults().size() > before ? List.of() : inputs.types(in.checks(), "types", types);
    }

    private static @Nullable Payload payload(RestFields in) {
        return in.choice("payload", List.of(Payload.values()), Payload::wireName);
    }

    private static Payload requiredPayload(RestFields in) {
        return in.requiredChoice("payload", List.of(Payload.values()), Payload::wireName);
    }

    private static @Nullable String description(RestFields in) {
        return in.line("description", DESCRIPTION);
    }

    /// Where to begin, which is `now` or the number of the first entry to send; null if absent.
    private static Webhook.@Nullable Start from(RestFields in) {
        if ("now".equals(in.value("from"))) {
            return new Webhook.Start.Now();
        }
        if (in.value("from") instanceof String) {
            in.fault("from", "not_a_choice", "Must be the number of an entry, or now.");
            return null;
        }
        Long seq = in.optionalInteger("from", 1, Long.MAX_VALUE);
        return seq == null ? null : new Webhook.Start.At(seq);
    }

    // Writing.

    /// @param secret the secret that was set, which a dry run does not show; null if it was not set
    private Reply changed(RestCall call, Change change, int status, @Nullable String secret) {
        Webhook webhook = change.webhook();
        boolean preview = call.headers().dryRun();
        Result<Webhooks.Status> stored = webhooks.get(call.actor(), call.realm(), webhook.id());
        Webhooks.Progress progress = stored instanceof Result.Ok<Webhooks.Status>(var now) ? now.progress() : null;
        return reply(call, status, new Webhooks.Status(webhook, preview ? null : progress), preview ? null : secret);
    }

    private Reply reply(RestCall call, int code, Webhooks.Status status, @Nullable String secret) {
        Named named = names.inWebhooks(call, List.of(status));
        return Reply.json(code, json -> write(json, status, secret, named));
    }

    private static void write(JsonWriter json, Webhooks.Status status, @Nullable String secret, Named names) {
        Webhook webhook = status.webhook();
        Webhook.Settings settings = webhook.settings();
        json.object().field("webhookId", webhook.id().toString()).field("url", settings.url());
        json.texts("types", settings.types());
        json.field("payload", settings.full() ? Payload.FULL.wireName() : Payload.THIN.wireName())
                .field("description", settings.description())
                .field("strict", settings.strict())
                .field("state", webhook.state().wireName())
                .field("cause", webhook.cause() == null ? null : webhook.cause().wireName())
                .field("stateSince", RestJson.of(webhook.stateSince()));
        progress(json, status.progress());
        if (secret != null) {
            json.field("secret", secret);
        }
        json.field("previousSecretUntil", RestJson.of(webhook.previousUntil()));
        RestJson.creator(json, webhook.madeBy(), names);
        json.field("createdAt", RestJson.of(webhook.createdAt())).end();
    }

    /// Writes `cursor` and `health`, which are null in a preview.
    private static void progress(JsonWriter json, Webhooks.@Nullable Progress progress) {
        if (progress == null) {
            json.field("cursor", (String) null).field("health", (String) null);
            return;
        }
        json.field("cursor", progress.cursor())
                .object("health")
                .field("head", progress.head())
                .field("entriesBehind", progress.entries())
                .field("secondsBehind", progress.behind().toSeconds())
                .field("failures", progress.failures())
                .field("failingSince", RestJson.of(progress.failingSince()))
                .field("retryAt", RestJson.of(progress.retryAt()))
                .field("lastSuccessAt", RestJson.of(progress.lastSuccessAt()))
                .field("lastAttemptAt", RestJson.of(progress.lastAttemptAt()))
                .end();
    }
}
