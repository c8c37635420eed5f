package dev.muster.security;

import dev.muster.model.Refusal;
import dev.muster.model.tenant.Realm;
import org.jspecify.annotations.Nullable;

/// Sign-ins through identity providers: limits how many may fail from an address, like all failed credentials, and
/// writes them to the security log.
public final class SsoAttempts {
    private final Attempts attempts;

    SsoAttempts(Attempts attempts) {
        this.attempts = attempts;
    }

    /// Why an address may not try at present; null when it may.
    public Refusal.@Nullable TryAgain refusal(RemoteClient client) {
        if (attempts.allowed(client)) {
            return null;
        }
        attempts.log().add(SecurityEvent.SSO_LIMITED, null, null, null, client);
        return attempts.tooMany(client);
    }

    /// An identity provider's answer did not let its bearer in.
    public void refused(Realm realm, RemoteClient client) {
        attempts.wrong(SecurityEvent.SSO_REFUSED, realm, null, null, client);
    }

    /// An identity provider has vouched for an operator.
    public void signedIn(Caller operator, String username, RemoteClient client) {
        attempts.log().ssoSignedIn(operator, username, client);
    }
}
