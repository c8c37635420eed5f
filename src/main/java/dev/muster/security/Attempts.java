package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Realm;
import dev.muster.security.limit.AttemptLimit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checks every kind of credential in the same order: whether its address may try, the credential, the key's
/// quota.
///
/// Refuses: TooManyFailures for an address from which too many credentials were wrong, Unauthenticated whatever
/// was wrong with the credential, Busy while storage does not answer, OverQuota for a key that has sent too many
/// requests. A request without any credential is Unauthenticated and counts as no failure; each wrong one counts
/// and leaves a line in the [SecurityLog].
final class Attempts {
    private final AttemptLimit limit;
    private final KeyRates rates;
    private final SecurityLog log;

    Attempts(AttemptLimit limit, KeyRates rates, SecurityLog log) {
        this.limit = limit;
        this.rates = rates;
        this.log = log;
    }

    SecurityLog log() {
        return log;
    }

    /// Checks a credential if its address may try.
    <T> Result<T> limited(RemoteClient client, Supplier<Result<T>> check) {
        if (!limit.allowed(client.address())) {
            log.add(SecurityEvent.CREDENTIAL_LIMITED, null, null, null, client);
            return Result.refused(tooMany(client));
        }
        return Credentials.answered(check);
    }

    /// As [#limited], and charges the key that the caller uses.
    Result<Caller> metered(RemoteClient client, Supplier<Result<Caller>> check) {
        return limited(client, check)
                .then(caller -> Credentials.answered(() -> rates.take(AuthenticationListener.tell(caller))));
    }

    /// Charges the key that the caller uses, or an operator who uses none.
    Result<Caller> charge(Caller caller) {
        return rates.takeAsHolder(caller);
    }

    boolean allowed(RemoteClient client) {
        return limit.allowed(client.address());
    }

    Refusal.TooManyFailures tooMany(RemoteClient client) {
        return new Refusal.TooManyFailures(limit.retryAfter(client.address()));
    }

    /// Counts and logs a credential that was given and is wrong.
    ///
    /// @param realm which it names; null for none that exists
    /// @param claimed which key or operator it says it is of; null where it says none
    /// @param name what else it names, in clear; null for nothing
    /// @return Unauthenticated
    <T> Result<T> wrong(
            SecurityEvent event,
            @Nullable Realm realm,
            @Nullable ActorRef claimed,
            @Nullable String name,
            RemoteClient client) {
        limit.failed(client.address());
        log.add(event, realm, claimed, name, client);
        return unauthenticated();
    }

    static <T> Result<T> unauthenticated() {
        return Result.refused(new Refusal.Unauthenticated());
    }
}
