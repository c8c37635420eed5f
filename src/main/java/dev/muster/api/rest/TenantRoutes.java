package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.Credentials;
import dev.muster.directory.Overview;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.security.KeyMint;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What only root does: makes tenants, sets what their realms may have, and takes back a bar that was made in error.
record TenantRoutes(Credentials credentials, Overview overview, KeyMint mint, Writes writes) {
    private static final int NAME = 200;

    /// Letters and digits that are not taken for one another, 32 of them.
    private static final String READABLE = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int MADE_LENGTH = 10;

    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        String name = in.requiredLine("name", NAME);
        String partnerId = in.partnerId();
        in.check();
        long test = mint.drawRealm();
        long production = mint.drawRealm();
        KeyMint.Minted testKey = mint.mint(test, Environment.TEST);
        KeyMint.Minted productionKey = mint.mint(production, Environment.PRODUCTION);
        Command.CreateTenant create = new Command.CreateTenant(
                partnerId == null ? made(call.headers().idempotencyKey(), name) : partnerId,
                name,
                test,
                testKey.admin("admin", true),
                production,
                productionKey.admin("admin", true));
        return writes.toRealm(call, Realm.SYSTEM, create, change -> {
            Tenant tenant = change.tenant();
            return Reply.json(201, json -> {
                named(json, tenant);
                environment(json, tenant, Environment.TEST, call, testKey);
                environment(json, tenant, Environment.PRODUCTION, call, productionKey);
                json.end().end();
            });
        });
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        PageRequest listing = PageRequest.readWithoutOffset(in);
        String after = listing.afterName(in);
        in.check();
        // One more than asked for tells whether any follow.
        List<Tenant> found = unlessRefused(credentials.tenants(call.actor(), after, listing.limit() + 1));
        boolean more = found.size() > listing.limit();
        List<Tenant> tenants = more ? found.subList(0, listing.limit()) : found;
        String next = more ? tenants.getLast().partnerId() : null;
        Reply reply = Reply.json(200, json -> {
            json.object().array("items");
            for (Tenant tenant : tenants) {
                named(json, tenant);
                environment(json, tenant, Environment.TEST, call, null);
                environment(json, tenant, Environment.PRODUCTION, call, null);
                json.end().end();
            }
            json.end().object("page").field("limit", listing.limit());
            json.fieldIfPresent("next", next == null ? null : PageRequest.cover(next))
                    .end()
                    .end();
        });
        return listing.finished(reply, next);
    }

    /// Root reads no user, so the answer is no more than that it was done.
    Reply annulBar(RestCall call) {
        Realm realm = KeyRoutes.realm(call, credentials);
        String text = call.request().path("id");
        UUID id = UserRefs.id(text);
        if (id == null) {
            throw new RefusedException(new Refusal.NotFound("user", text));
        }
        RestFields in = call.input().withBody();
        String reason = in.requiredReason();
        in.check();
        return writes.toUser(
                call,
                realm.id(),
                UserRef.id(id),
                new Command.AnnulBar(reason),
                change -> Reply.json(
                                200,
                                json -> json.object()
                                        .field("userId", change.user().id().toString())
                                        .field("version", change.user().version())
                                        .field("at", RestJson.of(change.at()))
                                        .end())
                        .with("ETag", WriteHeaders.tag(change.user().version())));
    }

    Reply quotas(RestCall call) {
        call.input().check();
        Realm realm = KeyRoutes.realm(call, credentials);
        return quotas(unlessRefused(overview.use(call.actor(), realm.id())));
    }

    /// Replaces all of them: one that is not named is the default again.
    Reply setQuotas(RestCall call) {
        Realm realm = KeyRoutes.realm(call, credentials);
        RestFields in = call.input().withBody();
        Quotas usual = Quotas.DEFAULT;
        Quotas quotas = new Quotas(
                in.integer("users", 0, Quotas.MOST, usual.users()),
                in.integer("evidenceBytes", 0, Quotas.MOST, usual.evidenceBytes()),
                in.integer("groups", 0, Quotas.MOST, usual.groups()),
                in.integer("policies", 0, Quotas.MOST, usual.policies()),
                in.integer("keys", 0, Quotas.MOST, usual.keys()),
                in.integer("requestsPerSecond", 1, Quotas.MOST_REQUESTS, usual.requestsPerSecond()));
        in.check();
        Overview.Use use = unlessRefused(overview.use(call.actor(), realm.id()));
        return writes.toRealm(
                call,
                realm.id(),
                new Command.SetQuotas(quotas),
                _ -> quotas(new Overview.Use(quotas, use.counters(), use.evidenceBytes())));
    }

    private static Reply quotas(Overview.Use use) {
        return Reply.json(
                200,
                json -> json.object()
                        .field("users", use.quotas().users())
                        .field("evidenceBytes", use.quotas().evidenceBytes())
                        .field("groups", use.quotas().groups())
                        .field("policies", use.quotas().policies())
                        .field("keys", use.quotas().keys())
                        .field("requestsPerSecond", use.quotas().requestsPerSecond())
                        .object("used")
                        .field("users", use.counters().users())
                        .field("evidenceBytes", use.evidenceBytes())
                        .field("groups", use.counters().groups())
                        .field("policies", use.counters().policies())
                        .field("keys", use.counters().keys())
                        .end()
                        .end());
    }

    private static void named(JsonWriter json, Tenant tenant) {
        json.object()
                .field("tenantId", tenant.id().toString())
                .field("partnerId", tenant.partnerId())
                .field("name", tenant.name())
                .field("createdAt", RestJson.of(tenant.createdAt()))
                .object("environments");
    }

    private static void environment(
            JsonWriter json, Tenant tenant, Environment environment, RestCall call, KeyMint.@Nullable Minted key) {
        json.object(environment.word()).field("realmId", tenant.realm(environment));
        // A rehearsal makes no key, so it has no secrets to tell.
        if (key != null && !call.headers().dryRun()) {
            json.field("apiKey", key.apiKey()).field("apiSecret", key.apiSecret());
        }
        json.end();
    }

    /// A name for a tenant who was given none. Under an idempotency key it follows from key and name, so that the
    /// request is the same one when it is sent again.
    private String made(@Nullable String idempotencyKey, String name) {
        byte[] bytes = idempotencyKey == null
                ? mint.draw(MADE_LENGTH)
                : Digest.sha256(idempotencyKey + "\n" + name).bytes();
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < MADE_LENGTH; i++) {
            made.append(READABLE.charAt(bytes[i] & 31));
        }
        return made.toString();
    }
}
