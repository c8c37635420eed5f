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

/// Checks API keys and the root key, with the same work for keys that exist and those that do not.
final class BearerKeys {
    private final Credentials credentials;
    private final Digest rootKey;
    private final Attempts attempts;
    private final InstantSource clock;

    /// @param rootKey SHA-256 of the root key
    BearerKeys(Credentials credentials, Digest rootKey, Attempts attempts, InstantSource clock) {
        this.credentials = credentials;
        this.rootKey = rootKey;
        this.attempts = attempts;
        this.clock = clock;
    }

    /// What an API key's text proves.
    Result<Caller> apiKey(String text, RemoteClient client) {
        Optional<ApiKeyText> parsed = ApiKeyText.parse(text);
        if (parsed.isEmpty()) {
            return attempts.wrong(SecurityEvent.API_KEY_REFUSED, null, null, null, client);
        }
        ApiKeyText presented = parsed.get();
        Realm realm = credentials.realm(presented.realm());
        ApiKey key = realm == null ? null : credentials.key(presented.realm(), presented.keyId());
        boolean matches = presented.matches(key == null ? null : key.textHash());
        if (!matches || realm == null || key == null || !key.isLive(clock.instant())) {
            ActorRef claimed = new ActorRef(ActorRef.Kind.API_KEY, presented.keyId());
            return attempts.wrong(SecurityEvent.API_KEY_REFUSED, realm, claimed, null, client);
        }
        credentials.used(realm.id(), key.id());
        return Result.ok(new Caller(realm, key.actor()));
    }

    /// What the root key's text proves.
    Result<Caller> root(String text, RemoteClient client) {
        return rootKey.equals(Digest.sha256(text))
                ? Result.ok(new Caller(new Realm(Realm.SYSTEM, "", Environment.PRODUCTION), Actor.ROOT))
                : attempts.wrong(SecurityEvent.ROOT_KEY_REFUSED, null, null, null, client);
    }

    /// The actor of a key by its id; null unless the key is live.
    @Nullable
    Actor actor(Realm realm, UUID id) {
        ApiKey key = credentials.key(realm.id(), id);
        return key == null || !key.isLive(clock.instant()) ? null : key.actor();
    }
}
