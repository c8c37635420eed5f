package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Realm;
import dev.muster.security.format.LinkText;
import java.time.Instant;
import java.time.InstantSource;

/// Creates and checks signed links, which work without a credential until they expire. Access through a link is
/// attributed to the key that created it.
public final class SignedLinks {
    private final Credentials credentials;
    private final BearerKeys keys;
    private final InstantSource clock;

    SignedLinks(Credentials credentials, BearerKeys keys, InstantSource clock) {
        this.credentials = credentials;
        this.keys = keys;
        this.clock = clock;
    }

    /// Creates the signature of a link, which is valid until `until` or until the caller's key ends.
    ///
    /// @param what the linked resource, in the caller's realm
    public String make(Caller caller, String what, Instant until) {
        return linkText(caller.realm().id()).make(what, caller.actor().ref().id(), until);
    }

    /// Checks a link to `what`, and returns the caller to whom access is attributed. Refuses: NotFound if the link
    /// is invalid, Busy.
    public Result<Caller> opened(long realm, String link, String what, RemoteClient client) {
        return Credentials.answered(() -> {
            Realm found = credentials.realm(realm);
            Actor actor = found == null
                    ? null
                    : linkText(realm)
                            .opens(link, what, clock.instant())
                            .map(key -> keys.actor(found, key))
                            .orElse(null);
            if (found == null || actor == null) {
                return Result.refused(new Refusal.NotFound("link", ""));
            }
            Caller caller = new Caller(found, actor);
            client.listener().authenticated(caller);
            return Result.ok(caller);
        });
    }

    private LinkText linkText(long realm) {
        return new LinkText(credentials.linkKey(realm));
    }
}
