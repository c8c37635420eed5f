package dev.muster.security;

import dev.muster.model.Refusal;
import dev.muster.model.tenant.Realm;
import org.jspecify.annotations.Nullable;

/// Limits failed sign-ins through identity providers per address, together with other failed credentials,
/// and logs all sign-ins in the security log.
public final class SsoAttempts {
    private final CredentialChecks checks;

    SsoAttempts(CredentialChecks checks) {
        this.checks = checks;
    }

    /// The refusal for an address with too many failures; null if the address may try.
    public Refusal.@Nullable TryAgain refusal(RemoteClient client) {
        if (checks.allowed(client)) {
            return null;
        }
        checks.log().add(SecurityEvent.SSO_LIMITED, null, null, null, client);
        return checks.tooMany(client);
    }

    /// Records a failed sign-in.
    public void refused(Realm realm, RemoteClient client) {
        checks.wrong(SecurityEvent.SSO_REFUSED, realm, null, null, client);
    }

    /// Records a successful sign-in.
    public void signedIn(Caller operator, String username, RemoteClient client) {
        checks.log().ssoSignedIn(operator, username, client);
    }
}
