package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Realm;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Describes the caller and their permissions.
record MeRoutes(Credentials credentials) {
    /// The role and expiry of a credential; null if it has none.
    private record Credential(@Nullable Role role, @Nullable Instant expiresAt) {
        static final Credential NEITHER = new Credential(null, null);
    }

    /// `scopes` and `rank` are the effective permissions of this request, which are less than the role's if
    /// an operator acts through a key.
    Reply get(RestCall call) {
        call.input().check();
        Actor actor = call.actor();
        Realm realm = call.caller().realm();
        Credential credential = unlessRefused(Credentials.answered(() -> Result.ok(credential(actor, realm))));
        return Reply.json(200, json -> {
            json.object()
                    .field("kind", actor.ref().kind().word())
                    .field("id", RestJson.id(actor.ref()))
                    .field("name", actor.name())
                    .field("role", credential.role == null ? null : credential.role.word())
                    .array("scopes");
            for (Scope scope : Scope.values()) {
                if (actor.may(scope)) {
                    json.text(scope.word());
                }
            }
            json.end().field("rank", actor.rank().name()).array("throughKeys");
            actor.keys().stream().map(UUID::toString).sorted().forEach(json::text);
            json.end().field("expiresAt", RestJson.of(credential.expiresAt));
            realm(json, realm);
            json.end();
        });
    }

    /// Root's realm is the system realm, which has no partner and no environment.
    private static void realm(JsonWriter json, Realm realm) {
        boolean system = realm.id() == Realm.SYSTEM;
        json.field("partnerId", system ? null : realm.partnerId())
                .field("environment", system ? null : realm.environment().word());
    }

    private Credential credential(Actor actor, Realm realm) {
        UUID id = actor.ref().id();
        return switch (actor.ref().kind()) {
            case API_KEY -> {
                ApiKey key = credentials.key(realm.id(), id);
                yield key == null ? Credential.NEITHER : new Credential(key.role(), key.expiresAt());
            }
            case OPERATOR -> {
                Operator operator = credentials.operator(realm.id(), id);
                yield operator == null ? Credential.NEITHER : new Credential(operator.role(), null);
            }
            case ROOT, SYSTEM -> Credential.NEITHER;
        };
    }
}
