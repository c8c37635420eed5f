package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Realm;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.security.Authenticator;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.RemoteClient;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Describes the caller and their permissions, and lets operators change their password.
record MeRoutes(Credentials credentials, Authenticator authenticator, ConsoleSessions consoleSessions, Writes writes) {
    /// The role and expiry of a credential. Each is null if the credential has none.
    private record Credential(@Nullable Role role, @Nullable Instant expiresAt) {
        static final Credential NEITHER = new Credential(null, null);
    }

    /// Describes the caller. `scopes` and `rank` are the effective permissions of this request, which may be fewer
    /// than those of the role if an operator acts through a key.
    Reply get(RestCall call) {
        call.input().check();
        Actor actor = call.actor();
        Realm realm = call.caller().realm();
        Credential credential = unlessRefused(Credentials.answered(() -> Result.ok(credential(actor, realm))));
        return Reply.json(200, json -> {
            json.object()
                    .field("kind", actor.ref().kind().wireName())
                    .field("id", RestJson.id(actor.ref()))
                    .field("name", actor.name())
                    .field("role", credential.role == null ? null : credential.role.wireName())
                    .array("scopes");
            for (Scope scope : Scope.values()) {
                if (actor.may(scope)) {
                    json.text(scope.wireName());
                }
            }
            json.end().field("rank", actor.rank().name()).array("throughKeys");
            actor.keys().stream().map(UUID::toString).sorted().forEach(json::text);
            json.end().field("expiresAt", RestJson.of(credential.expiresAt));
            realm(json, realm);
            json.end();
        });
    }

    /// Changes the operator's own password. The request must also contain the current password. The change ends all
    /// sessions and tokens of the operator, including the token used for this call.
    Reply changePassword(RestCall call) {
        RestFields in = call.input().withBody();
        String present = in.required("password");
        String chosen = in.required("newPassword");
        Realm realm = call.caller().realm();
        Validator rules = new Validator();
        NewPassword sound = chosen == null
                ? null
                : authenticator.passwords().read(rules, realm, call.actor().name(), chosen);
        rules.faults().forEach(each -> in.fault("newPassword", each.code(), each.message()));
        if (chosen != null && chosen.equals(present)) {
            in.fault("newPassword", "unchanged", "Must not be the current password.");
        }
        in.check();
        if (present == null || sound == null) {
            throw new IllegalStateException("a required field is missing after validation");
        }
        Operator operator = unlessRefused(Credentials.answered(() -> operator(call.actor(), realm)));
        RemoteClient client = RemoteClients.of(call.request());
        // A wrong password is refused as an invalid field, because the caller's own credential is valid.
        if (authenticator.passwords().confirm(realm, operator, present, client)
                instanceof Result.Refused<Operator>(var refusal)) {
            throw new RefusedException(
                    refusal instanceof Refusal.Unauthenticated
                            ? new Refusal.Invalid("password", "wrong", "Must be the current password.")
                            : refusal);
        }
        String hash = unlessRefused(authenticator.passwords().hash(realm.id(), sound));
        Reply reply = writes.onRealm(call, new OperatorCommand.ChangeOwnPassword(hash), _ -> Reply.of(204));
        if (!call.headers().dryRun()) {
            consoleSessions.passwordChanged(call.caller(), client);
        }
        return reply;
    }

    private Result<Operator> operator(Actor actor, Realm realm) {
        Operator operator = actor.ref().kind() == ActorRef.Kind.OPERATOR
                ? credentials.operator(realm.id(), actor.ref().id())
                : null;
        return operator == null
                ? Result.refused(new Refusal.Forbidden("an operator's access token"))
                : Result.ok(operator);
    }

    /// Writes the realm. Root's realm is the system realm, which has no partner and no environment.
    private static void realm(JsonWriter json, Realm realm) {
        boolean system = realm.id() == Realm.SYSTEM;
        json.field("partnerId", system ? null : realm.partnerId())
                .field("environment", system ? null : realm.environment().wireName());
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
