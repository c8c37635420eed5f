package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WriteHeaders;
import dev.muster.directory.AllTenants;
import dev.muster.directory.AllTenants.NewTenant;
import dev.muster.directory.Credentials;
import dev.muster.directory.Overview;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.security.KeyGenerator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The calls with which root creates tenants, sets quotas, and annuls bars that were placed in error.
record TenantRoutes(
        AllTenants tenants, Credentials credentials, Overview overview, KeyGenerator keyGenerator, Writes writes) {
    private static final int NAME = 200;

    /// 32 letters and digits that are not easily confused with each other.
    private static final String ID_CHARACTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int GENERATED_ID_LENGTH = 10;

    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        String name = in.requiredLine("name", NAME);
        String partnerId = in.checks().partnerId(in.optionalText("partnerId"));
        in.check();
        String id = partnerId == null ? generatedId(call.headers().idempotencyKey(), name) : partnerId;
        NewTenant place = unlessRefused(tenants.place(
                call.actor(),
                id,
                keyGenerator.newRealmId(),
                keyGenerator.newRealmId(),
                call.headers().dryRun()));
        long test = place.testRealm();
        long production = place.productionRealm();
        KeyGenerator.GeneratedKey testKey = keyGenerator.generate(test, Environment.TEST);
        KeyGenerator.GeneratedKey productionKey = keyGenerator.generate(production, Environment.PRODUCTION);
        Command.CreateTenant create = new Command.CreateTenant(
                id, name, test, testKey.admin("admin", true), production, productionKey.admin("admin", true));
        return new Writes(place.directory()).onRealm(call, Realm.SYSTEM, create, change -> {
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
        PageRequest listing = PageRequest.byNameWithoutOffset(call.input());
        // One more tenant than requested is read, to find out whether there is a next page.
        List<Tenant> found = unlessRefused(tenants.list(call.actor(), listing.after(), listing.limit() + 1));
        boolean more = found.size() > listing.limit();
        List<Tenant> page = more ? found.subList(0, listing.limit()) : found;
        String next = more ? page.getLast().partnerId() : null;
        Reply reply = Reply.json(200, json -> {
            json.object().array("items");
            for (Tenant tenant : page) {
                named(json, tenant);
                environment(json, tenant, Environment.TEST, call, null);
                environment(json, tenant, Environment.PRODUCTION, call, null);
                json.end().end();
            }
            json.end().object("page").field("limit", listing.limit());
            json.fieldIfPresent("next", next == null ? null : PageRequest.encode(next))
                    .end()
                    .end();
        });
        return listing.finished(reply, next);
    }

    /// Annuls a bar. Root may not read users, so the reply only confirms the change.
    Reply annulBar(RestCall call) {
        Realm realm = KeyRoutes.realm(call, credentials);
        RestFields in = call.input();
        UUID id = in.id("id", "user");
        in.withBody();
        String reason = in.requiredReason();
        in.check();
        return writes.onUser(
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

    /// Replaces all quotas; absent ones are reset to their defaults.
    Reply setQuotas(RestCall call) {
        Realm realm = KeyRoutes.realm(call, credentials);
        RestFields in = call.input().withBody();
        Quotas usual = Quotas.DEFAULT;
        Quotas quotas = new Quotas(
                in.integer("users", 0, Quotas.MAX_QUOTA, usual.users()),
                in.integer("evidenceBytes", 0, Quotas.MAX_QUOTA, usual.evidenceBytes()),
                in.integer("groups", 0, Quotas.MAX_QUOTA, usual.groups()),
                in.integer("policies", 0, Quotas.MAX_QUOTA, usual.policies()),
                in.integer("keys", 0, Quotas.MAX_QUOTA, usual.keys()),
                in.integer("requestsPerSecond", 1, Quotas.MAX_REQUESTS, usual.requestsPerSecond()));
        in.check();
        Overview.Use use = unlessRefused(overview.use(call.actor(), realm.id()));
        return writes.onRealm(
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
            JsonWriter json,
            Tenant tenant,
            Environment environment,
            RestCall call,
            KeyGenerator.@Nullable GeneratedKey key) {
        json.object(environment.wireName()).field("realmId", tenant.realm(environment));
        // A preview creates no key, so there are no secrets to show.
        if (key != null && !call.headers().dryRun()) {
            json.field("apiKey", key.apiKey()).field("apiSecret", key.apiSecret());
        }
        json.end();
    }

    /// Generates a partner id. With an idempotency key, the id is derived from that key and the name, so that a
    /// repeated request gets the same id.
    private String generatedId(@Nullable String idempotencyKey, String name) {
        byte[] bytes = idempotencyKey == null
                ? keyGenerator.randomBytes(GENERATED_ID_LENGTH)
                : Digest.sha256(idempotencyKey + "\n" + name).bytes();
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < GENERATED_ID_LENGTH; i++) {
            made.append(ID_CHARACTERS.charAt(bytes[i] & 31));
        }
        return made.toString();
    }
}
