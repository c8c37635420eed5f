package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.tenant.Realm;
import dev.muster.security.limit.AttemptLimit;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Applies the same checks to every kind of credential, in this order: the address's failure limit, the
/// credential, the addresses that the key allows, the key's quota.
///
/// Refuses: TooManyFailures if the address has sent too many wrong credentials, Unauthenticated if the credential is
/// wrong, Busy while storage does not respond, OverQuota if the key has sent too many requests, AddressNotAllowed if
/// the key may not be used from the client's address. A request without a credential is refused with Unauthenticated
/// but does not count as a failure; each wrong credential counts and is logged in the [SecurityLog].
final class CredentialChecks {
    private final Credentials credentials;
    private final AttemptLimit limit;
    private final KeyRates rates;
    private final SecurityLog log;

    CredentialChecks(Credentials credentials, AttemptLimit limit, KeyRates rates, SecurityLog log) {
        this.credentials = credentials;
        this.limit = limit;
        this.rates = rates;
        this.log = log;
    }

    SecurityLog log() {
        return log;
    }

    /// Checks a credential, unless too many attempts from the address have failed.
    <T> Result<T> limited(RemoteClient client, Supplier<Result<T>> check) {
        if (!limit.allowed(client.address())) {
            log.add(SecurityEvent.CREDENTIAL_LIMITED, null, null, null, client);
            return Result.refused(tooMany(client));
        }
        return Credentials.answered(check);
    }

    /// Like [#limited], but also checks that the caller's key may be used from the client's address, and
    /// charges the key.
    Result<Caller> metered(RemoteClient client, Supplier<Result<Caller>> check) {
        return limited(client, check)
                .then(caller -> Credentials.answered(() -> {
                    client.listener().authenticated(caller);
                    return admitted(caller, client).then(admitted -> rates.take(admitted, client.listener()));
                }));
    }

    /// Checks the client's address and charges the key that the caller uses, or the operator if there is none.
    Result<Caller> charge(Caller caller, RemoteClient client) {
        return admitted(caller, client).then(admitted -> rates.takeAsHolder(admitted, client.listener()));
    }

    /// Returns the caller if all keys that they act with may be used from the client's address. A wrong address is
    /// not a guess at a credential, so it does not count as a failure, but it is logged in the security log.
    Result<Caller> admitted(Caller caller, RemoteClient client) {
        Actor actor = caller.actor();
        if (actor.ref().kind() == ActorRef.Kind.API_KEY
                && !allows(caller, actor.ref().id(), client)) {
            return addressNotAllowed(caller, client);
        }
        for (UUID key : actor.keys()) {
            if (!allows(caller, key, client)) {
                return addressNotAllowed(caller, client);
            }
        }
        return Result.ok(caller);
    }

    private boolean allows(Caller caller, UUID key, RemoteClient client) {
        ApiKey found = credentials.key(caller.realm().id(), key);
        return found == null || found.allows(client.address());
    }

    private Result<Caller> addressNotAllowed(Caller caller, RemoteClient client) {
        log.add(SecurityEvent.API_KEY_ADDRESS_REFUSED, caller, client);
        return Result.refused(new Refusal.AddressNotAllowed(client.addressText()));
    }

    boolean allowed(RemoteClient client) {
        return limit.allowed(client.address());
    }

    Refusal.TooManyFailures tooMany(RemoteClient client) {
        return new Refusal.TooManyFailures(limit.retryAfter(client.address()));
    }

    /// Counts and logs a wrong credential.
    ///
    /// @param realm the realm that the credential names; null if it does not exist
    /// @param claimed the key or operator that the credential names; null if it names none
    /// @param name any other name in the credential, in plain text; null if there is none
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
