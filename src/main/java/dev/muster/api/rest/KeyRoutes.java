package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.Credentials;
import dev.muster.directory.Page;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.security.KeyGenerator;
import dev.muster.security.format.ApiKeyText;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Creates, lists, rotates and revokes API keys.
record KeyRoutes(Credentials credentials, KeyGenerator keyGenerator, Writes writes, ActorNamesJson names) {
    private static final int NAME = 200;

    /// How long the old key stays valid by default after a rotation.
    private static final Duration OVERLAP = Duration.ofHours(24);

    private static final Duration MAX_OVERLAP = Duration.ofDays(90);

    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        String name = in.requiredLine("name", NAME);
        Role role = in.choice("role", List.of(Role.values()), Role::wireName);
        List<Scope> listed = in.choices("scopes", List.of(Scope.values()), Scope::wireName);
        Rank rank = in.choice("rank", List.of(Rank.values()), Rank::name);
        Instant expiresAt = in.instant("expiresAt");
        boolean signing = in.flag("signing", true);
        AllowedAddresses addresses = allowedAddresses(in);
        if ((role == null) == (listed == null)) {
            in.fault("role", "role_or_scopes", "Either role or scopes must be given, and not both.");
        }
        in.check();
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        scopes.addAll(role == null ? Objects.requireNonNull(listed) : role.scopes());
        Rank usual = role == null ? Rank.REGULAR : role.rank();
        KeyGenerator.GeneratedKey minted =
                keyGenerator.generate(call.realm(), call.caller().realm().environment());
        Command create = minted.with(name, role, scopes, rank == null ? usual : rank, signing, expiresAt, addresses);
        return writes.onRealm(call, create, change -> created(call, change, minted));
    }

    /// Creates an admin key in any realm, for a tenant who has lost theirs. Only root may call this.
    Reply createFor(RestCall call) {
        Realm realm = realm(call, credentials);
        RestFields in = call.input().withBody();
        String name = in.requiredLine("name", NAME);
        boolean signing = in.flag("signing", true);
        in.check();
        KeyGenerator.GeneratedKey minted = keyGenerator.generate(realm.id(), realm.environment());
        return writes.onRealm(call, realm.id(), minted.admin(name, signing), change -> created(call, change, minted));
    }

    Reply list(RestCall call) {
        PageRequest listing = PageRequest.byNumber(call.input());
        List<ApiKey> keys = unlessRefused(credentials.keys(call.actor(), call.realm()));
        Page<ApiKey> page = listing.of(keys);
        Named named = names.inKeys(call, page.items());
        return listing.reply(page, (json, key) -> write(json, call.caller().realm(), key, named));
    }

    /// Creates a key that replaces another one, which ends after an overlap.
    Reply rotate(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UUID id = in.id("keyId", "key");
        long overlap = in.integer("overlapSeconds", 0, MAX_OVERLAP.toSeconds(), OVERLAP.toSeconds());
        Instant expiresAt = in.instant("expiresAt");
        in.check();
        KeyGenerator.GeneratedKey minted =
                keyGenerator.generate(call.realm(), call.caller().realm().environment());
        Command rotate = minted.inPlaceOf(id, Duration.ofSeconds(overlap), expiresAt);
        return writes.onRealm(call, rotate, change -> created(call, change, minted));
    }

    /// Lists the keys and operators that a key created, directly or indirectly.
    Reply descendants(RestCall call) {
        RestFields in = call.input();
        UUID id = in.id("keyId", "key");
        in.check();
        Credentials.Descendants made = unlessRefused(credentials.descendants(call.actor(), call.realm(), id));
        Named named = names.inDescendants(call, made);
        return Reply.json(200, json -> {
            json.object().array("keys");
            made.keys().forEach(key -> write(json, call.caller().realm(), key, named));
            json.end().array("operators");
            made.operators().forEach(operator -> OperatorRoutes.write(json, operator, named));
            json.end().end();
        });
    }

    Reply expire(RestCall call) {
        RestFields in = call.input().withBody();
        UUID id = in.id("keyId", "key");
        Instant at = in.requiredInstant("expiresAt");
        in.check();
        return writes.onRealm(
                call, new Command.ExpireKey(id, Objects.requireNonNull(at)), change -> written(call, change.key()));
    }

    Reply revoke(RestCall call) {
        RestFields in = call.input();
        UUID id = in.id("keyId", "key");
        boolean descendants = in.flagParameter("descendants");
        in.check();
        return writes.onRealm(call, new Command.RevokeKey(id, descendants), change -> written(call, change.key()));
    }

    /// The realm in the path.
    ///
    /// @throws RefusedException with NotFound if there is no such realm
    static Realm realm(RestCall call, Credentials credentials) {
        String partnerId = call.request().path("partnerId");
        String word = call.request().path("environment");
        Environment environment = Environment.of(word);
        return unlessRefused(Credentials.answered(() -> {
            Realm realm = environment == null ? null : credentials.realm(partnerId, environment);
            return realm == null
                    ? Result.refused(new Refusal.NotFound("realm", partnerId + "/" + word))
                    : Result.ok(realm);
        }));
    }

    private Reply created(RestCall call, Change change, KeyGenerator.GeneratedKey minted) {
        ApiKey key = change.key();
        Named named = names.inKeys(call, List.of(key));
        return Reply.json(201, json -> {
            json.object().field("keyId", key.id().toString()).field("name", key.name());
            // A preview creates no key, so there are no secrets to show.
            if (!call.headers().dryRun()) {
                json.field("apiKey", minted.apiKey()).field("apiSecret", minted.apiSecret());
            }
            rights(json, key);
            RestJson.creator(json, key.madeBy(), named);
            replaces(json, key);
            json.field("createdAt", RestJson.of(key.createdAt())).end();
        });
    }

    private Reply written(RestCall call, ApiKey key) {
        Named named = names.inKeys(call, List.of(key));
        return Reply.json(200, json -> write(json, call.caller().realm(), key, named));
    }

    private static void write(JsonWriter json, Realm realm, ApiKey key, Named names) {
        json.object()
                .field("keyId", key.id().toString())
                .field("name", key.name())
                .field("prefix", ApiKeyText.prefix(realm.environment() == Environment.PRODUCTION, realm.id(), key.id()))
                .field("lastFour", key.lastFour());
        rights(json, key);
        RestJson.creator(json, key.madeBy(), names);
        replaces(json, key);
        json.field("createdAt", RestJson.of(key.createdAt()))
                .field("lastUsedAt", RestJson.of(key.lastUsedAt()))
                .field("revokedAt", RestJson.of(key.revokedAt()))
                .end();
    }

    private static void rights(JsonWriter json, ApiKey key) {
        json.field("role", key.role() == null ? null : key.role().wireName()).array("scopes");
        for (Scope scope : Scope.values()) {
            if (key.rights().contains(scope)) {
                json.text(scope.wireName());
            }
        }
        json.end()
                .field("rank", key.rank().name())
                .field("signing", key.signs())
                .field("expiresAt", RestJson.of(key.expiresAt()));
        AllowedAddresses addresses = key.addresses();
        if (addresses == null) {
            json.field("allowedAddresses", (String) null);
        } else {
            json.array("allowedAddresses");
            addresses.texts().forEach(json::text);
            json.end();
        }
    }

    private static void replaces(JsonWriter json, ApiKey key) {
        json.field("replaces", key.replaces() == null ? null : key.replaces().toString());
    }

    /// The addresses from which a key may be used; null if the field is absent or null, and after an error.
    private static @Nullable AllowedAddresses allowedAddresses(RestFields in) {
        int before = in.faults().size();
        List<String> texts = in.texts("allowedAddresses");
        return texts == null || in.faults().size() > before
                ? null
                : in.checks().allowedAddresses("allowedAddresses", texts);
    }
}
