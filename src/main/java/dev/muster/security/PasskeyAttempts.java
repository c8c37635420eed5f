package dev.muster.security;

import dev.muster.model.Refusal;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Realm;
import org.jspecify.annotations.Nullable;

/// Limits failed proofs of identity with passkeys per address, together with other failed credentials, and
/// logs all proofs in the security log.
public final class PasskeyAttempts {
    private final CredentialChecks checks;

    PasskeyAttempts(CredentialChecks checks) {
        this.checks = checks;
    }

    /// The refusal for an address with too many failures; null if the address may try.
    public Refusal.@Nullable TryAgain refusal(RemoteClient client) {
        if (checks.allowed(client)) {
            return null;
        }
        checks.log().add(SecurityEvent.PASSKEY_LIMITED, null, null, null, client);
        return checks.tooMany(client);
    }

    /// Records a refused proof.
    ///
    /// @param realm the operator's realm; null if unknown
    /// @param claimed the operator whose passkey was used; null if unknown
    /// @param stepUp whether the operator was already signed in and had to prove their identity again
    public void refused(@Nullable Realm realm, @Nullable Operator claimed, boolean stepUp, RemoteClient client) {
        checks.wrong(
                stepUp ? SecurityEvent.STEP_UP_REFUSED : SecurityEvent.PASSKEY_REFUSED,
                realm,
                claimed == null ? null : claimed.actor().ref(),
                null,
                client);
    }

    /// Records that a passkey's counter did not increase, which means that the passkey was copied.
    public void copied(Realm realm, Operator operator, RemoteClient client) {
        checks.wrong(
                SecurityEvent.PASSKEY_COPIED,
                realm,
                operator.actor().ref(),
                operator.username().folded(),
                client);
    }

    /// Records a successful proof.
    public void succeeded(Realm realm, Operator operator, boolean stepUp, RemoteClient client) {
        checks.log()
                .passwordGiven(
                        stepUp ? SecurityEvent.STEP_UP : SecurityEvent.PASSKEY_SIGNED_IN,
                        new Caller(realm, operator.actor()),
                        operator.username().folded(),
                        client);
    }
}
