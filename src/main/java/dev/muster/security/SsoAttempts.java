package dev.muster.security;

import dev.muster.model.Refusal;
import dev.muster.model.tenant.Realm;
import org.jspecify.annotations.Nullable;

/// Limits failed sign-ins through identity providers per address, together with other failed credentials,
/// and logs all sign-ins in the security log.
public final class SsoAttempts {
    private final Attempts attempts;

    SsoAttempts(Attempts attempts) {
        this.attempts = attempts;
    }

    /// The refusal for an address with too many failures; null if the address may try.
    public Refusal.@Nullable TryAgain refusal(RemoteClient client) {
        if (attempts.allowed(client)) {
            return null;
        }
        attempts.log().add(SecurityEvent.SSO_LIMITED, null, null, null, client);
        return attempts.tooMany(client);
    }

    /// Records a failed sign-in.
    public void refused(Realm realm, RemoteClient client) {
        attempts.wrong(SecurityEvent.SSO_REFUSED, realm, null, null, client);
    }

    /// Records a successful sign-in.
    public void signedIn(Caller operator, String username, RemoteClient client) {
        attempts.log().ssoSignedIn(operator, username, client);
    }
}
