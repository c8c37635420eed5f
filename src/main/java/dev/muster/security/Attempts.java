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

/// Checks every kind of credential in the same order: whether its address may try, the credential, the key's
/// quota.
///
/// Refuses: TooManyFailures for an address from which too many credentials were wrong, Unauthenticated whatever
/// was wrong with the credential, Busy while storage does not answer, OverQuota for a key that has sent too many
/// requests, AddressNotAllowed for a key that may not be used from the client's address. A request without any
/// credential is Unauthenticated and counts as no failure; each wrong one counts
/// and leaves a line in the [SecurityLog].
final class Attempts {
    private final Credentials credentials;
    private final AttemptLimit limit;
    private final KeyRates rates;
    private final SecurityLog log;

    Attempts(Credentials credentials, AttemptLimit limit, KeyRates rates, SecurityLog log) {
        this.credentials = credentials;
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

    /// As [#limited], and asks whether the key that the caller uses may be used from there, and charges it.
    Result<Caller> metered(RemoteClient client, Supplier<Result<Caller>> check) {
        return limited(client, check)
                .then(caller -> Credentials.answered(
                        () -> admitted(AuthenticationListener.tell(caller), client).then(rates::take)));
    }

    /// As [#metered] for a caller who is proven: charges the key that the caller uses, or an operator who uses
    /// none.
    Result<Caller> charge(Caller caller, RemoteClient client) {
        return admitted(caller, client).then(rates::takeAsHolder);
    }

    /// The caller, if all keys that they act with may be used from the client's address. Whoever has such a key
    /// has guessed nothing, so a wrong address counts as no failure; it leaves a line in the security log.
    Result<Caller> admitted(Caller caller, RemoteClient client) {
        Actor actor = caller.actor();
        if (actor.ref().kind() == ActorRef.Kind.API_KEY && !allows(caller, actor.ref().id(), client)) {
            return notFromThere(caller, client);
        }
        for (UUID key : actor.keys()) {
            if (!allows(caller, key, client)) {
                return notFromThere(caller, client);
            }
        }
        return Result.ok(caller);
    }

    private boolean allows(Caller caller, UUID key, RemoteClient client) {
        ApiKey found = credentials.key(caller.realm().id(), key);
        return found == null || found.allows(client.address());
    }

    private Result<Caller> notFromThere(Caller caller, RemoteClient client) {
        log.add(SecurityEvent.API_KEY_ADDRESS_REFUSED, caller, client);
        return Result.refused(new Refusal.AddressNotAllowed(SecurityLog.text(client.address())));
    }

    boolean allowed(RemoteClient client) {
        return limit.allowed(client.address());
    }

    Refusal tooMany(RemoteClient client) {
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
