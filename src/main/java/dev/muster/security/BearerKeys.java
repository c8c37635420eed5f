package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.Digest;
import dev.muster.security.format.ApiKeyText;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Checks API keys and the root key. A check takes the same time whether or not the key exists.
final class BearerKeys {
    private final Credentials credentials;
    private final Digest rootKey;
    private final CredentialChecks checks;
    private final InstantSource clock;

    /// @param rootKey the SHA-256 of the root key
    BearerKeys(Credentials credentials, Digest rootKey, CredentialChecks checks, InstantSource clock) {
        this.credentials = credentials;
        this.rootKey = rootKey;
        this.checks = checks;
        this.clock = clock;
    }

    /// Authenticates an API key.
    Result<Caller> apiKey(String text, RemoteClient client) {
        Optional<ApiKeyText> parsed = ApiKeyText.parse(text);
        if (parsed.isEmpty()) {
            return checks.wrong(SecurityEvent.API_KEY_REFUSED, null, null, null, client);
        }
        ApiKeyText presented = parsed.get();
        Caller caller = live(presented);
        if (caller == null) {
            ActorRef claimed = new ActorRef(ActorRef.Kind.API_KEY, presented.keyId());
            Realm realm = credentials.realm(presented.realm());
            return checks.wrong(SecurityEvent.API_KEY_REFUSED, realm, claimed, null, client);
        }
        credentials.used(caller.realm().id(), presented.keyId());
        return Result.ok(caller);
    }

    /// The caller whose live key has this text; null if there is no such key.
    @Nullable
    Caller live(String text) {
        return ApiKeyText.parse(text).map(this::live).orElse(null);
    }

    private @Nullable Caller live(ApiKeyText presented) {
        Realm realm = credentials.realm(presented.realm());
        ApiKey key = realm == null ? null : credentials.key(presented.realm(), presented.keyId());
        boolean matches = presented.matches(key == null ? null : key.textHash());
        return matches && realm != null && key != null && key.isLive(clock.instant())
                ? new Caller(realm, key.actor())
                : null;
    }

    /// Authenticates the root key.
    Result<Caller> root(String text, RemoteClient client) {
        return rootKey.equals(Digest.sha256(text))
                ? Result.ok(new Caller(new Realm(Realm.SYSTEM, "", Environment.PRODUCTION), Actor.ROOT))
                : checks.wrong(SecurityEvent.ROOT_KEY_REFUSED, null, null, null, client);
    }

    /// Finds the actor of a key by the key's id; null if the key is not live.
    @Nullable
    Actor actor(Realm realm, UUID id) {
        ApiKey key = credentials.key(realm.id(), id);
        return key == null || !key.isLive(clock.instant()) ? null : key.actor();
    }
}
