package dev.muster.security;

import dev.muster.model.Refusal;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Realm;
import org.jspecify.annotations.Nullable;

/// Proofs of identity with passkeys: limits how many may fail from an address, like all failed credentials, and
/// writes them to the security log.
public final class PasskeyAttempts {
    private final Attempts attempts;

    PasskeyAttempts(Attempts attempts) {
        this.attempts = attempts;
    }

    /// Why an address may not try at present; null if it may.
    public Refusal.@Nullable TryAgain refusal(RemoteClient client) {
        if (attempts.allowed(client)) {
            return null;
        }
        attempts.log().add(SecurityEvent.PASSKEY_LIMITED, null, null, null, client);
        return attempts.tooMany(client);
    }

    /// A proof was refused.
    ///
    /// @param realm null if unknown
    /// @param claimed the operator whose passkey was used; null if unknown
    /// @param stepUp whether an operator who is signed in was to prove their identity again
    public void refused(@Nullable Realm realm, @Nullable Operator claimed, boolean stepUp, RemoteClient client) {
        attempts.wrong(
                stepUp ? SecurityEvent.STEP_UP_REFUSED : SecurityEvent.PASSKEY_REFUSED,
                realm,
                claimed == null ? null : claimed.actor().ref(),
                null,
                client);
    }

    /// A passkey's counter did not increase, so there is a copy of it.
    public void copied(Realm realm, Operator operator, RemoteClient client) {
        attempts.wrong(
                SecurityEvent.PASSKEY_COPIED,
                realm,
                operator.actor().ref(),
                operator.username().folded(),
                client);
    }

    /// A passkey has proved who an operator is.
    public void proved(Realm realm, Operator operator, boolean stepUp, RemoteClient client) {
        attempts.log()
                .passwordGiven(
                        stepUp ? SecurityEvent.STEP_UP : SecurityEvent.PASSKEY_SIGNED_IN,
                        new Caller(realm, operator.actor()),
                        operator.username().folded(),
                        client);
    }
}
