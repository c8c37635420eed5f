package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Result;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.validation.Validator;
import dev.muster.security.format.ReplyTimes;
import dev.muster.security.format.Signatures;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks requests that are signed with an API key's secret, and signs the replies.
public final class RequestSignatures {
    /// A number that no realm has.
    private static final long NO_REALM = -1;

    private final Credentials credentials;
    private final CredentialChecks checks;
    private final InstantSource clock;
    private final Signatures signatures;

    /// @param random a cryptographically secure source
    RequestSignatures(Credentials credentials, CredentialChecks checks, InstantSource clock, RandomGenerator random) {
        this.credentials = credentials;
        this.checks = checks;
        this.clock = clock;
        this.signatures = new Signatures(random);
    }

    /// A request's signature as sent by the client.
    ///
    /// @param partnerId the tenant that the client claims to belong to
    /// @param signature the Base64 of an HMAC-SHA256 over partner id and timestamp
    public record RequestSignature(String partnerId, SignedTime timestamp, String signature) {
        /// Omits the signature, which is a credential while it is fresh.
        @Override
        public String toString() {
            return "Signed[" + partnerId + "]";
        }
    }

    /// A signature made by the server.
    ///
    /// @param timestamp a time as [ReplyTimes] formats it, which is never accepted in a request
    public record ReplySignature(String timestamp, String signature) {}

    /// Checks a signature for one environment of a tenant. It must have been made at most `maxAge` ago with the
    /// secret of a live key of that realm.
    public Result<Caller> check(
            RequestSignature request, SignedTime.MaxAge maxAge, Environment environment, RemoteClient client) {
        return check(request, maxAge, List.of(environment), client);
    }

    /// Checks the signature of a request that does not name its environment. The caller's realm is the one whose
    /// key made the signature.
    public Result<Caller> check(RequestSignature request, SignedTime.MaxAge maxAge, RemoteClient client) {
        return check(request, maxAge, List.of(Environment.values()), client);
    }

    private Result<Caller> check(
            RequestSignature request, SignedTime.MaxAge maxAge, List<Environment> environments, RemoteClient client) {
        return checks.metered(client, () -> {
            Signer signer = signer(request, environments);
            Caller caller = signer.caller;
            if (caller == null
                    || !request.timestamp().isFresh(clock.instant(), maxAge)
                    || replyTimes(caller.realm()).isOne(request.timestamp().at())) {
                return request.signature().isBlank()
                        ? CredentialChecks.unauthenticated()
                        : checks.wrong(
                                SecurityEvent.SIGNATURE_REFUSED, signer.realm, null, request.partnerId(), client);
            }
            credentials.used(caller.realm().id(), caller.actor().ref().id());
            return Result.ok(caller);
        });
    }

    /// Finds the key that signed a request that was refused for another reason, so that the signature can be
    /// remembered. Refuses `Unauthenticated` if no key made the signature, or if it is too old for a call that
    /// changes a user; neither counts as a failure.
    public Result<Caller> signer(RequestSignature request) {
        return Credentials.answered(() -> {
            Caller caller = signer(request, List.of(Environment.values())).caller;
            return caller == null || request.timestamp().isPast(clock.instant(), SignedTime.MaxAge.QUARTER_HOUR)
                    ? CredentialChecks.unauthenticated()
                    : Result.ok(caller);
        });
    }

    /// @param realm the realm of the request; null if it does not exist or is not named
    /// @param caller the caller whose key made the signature; null if no key did
    private record Signer(@Nullable Realm realm, @Nullable Caller caller) {}

    private Signer signer(RequestSignature request, List<Environment> environments) {
        Validator checks = new Validator();
        checks.partnerId(request.partnerId());
        Tenant tenant = checks.passed() ? credentials.tenant(request.partnerId()) : null;
        Caller caller = null;
        Realm realm = null;
        for (Environment environment : environments) {
            realm = tenant == null ? null : credentials.realm(tenant.realm(environment));
            Caller found = caller(realm, request);
            caller = found == null ? caller : found;
        }
        return new Signer(environments.size() == 1 ? realm : null, caller);
    }

    private ReplyTimes replyTimes(Realm realm) {
        return new ReplyTimes(credentials.replyTimeKey(realm.id()));
    }

    /// @param realm the realm; null if it does not exist, in which case the check takes the same time
    private @Nullable Caller caller(@Nullable Realm realm, RequestSignature request) {
        List<Credentials.SigningKey> keys =
                signing(realm == null ? NO_REALM : realm.id()).toList();
        int which = signatures.indexOfSigner(
                keys.stream().map(Credentials.SigningKey::secret).toList(),
                request.timestamp().signedAs(),
                request.partnerId(),
                request.signature());
        return which < 0 || realm == null
                ? null
                : new Caller(realm, keys.get(which).key().actor());
    }

    private Stream<Credentials.SigningKey> signing(long realm) {
        Instant now = clock.instant();
        return credentials.signing(realm).stream()
                .filter(signing -> signing.key().isLive(now));
    }

    /// Signs a reply to `caller` with the secret of the key that made the request's signature. Refuses:
    /// Unauthenticated if that key has ended in the meantime.
    public Result<ReplySignature> countersign(Caller caller, String partnerId) {
        UUID key = caller.actor().ref().id();
        return Credentials.answered(() -> {
            String timestamp = replyTimes(caller.realm()).text(clock.instant());
            return signing(caller.realm().id())
                    .filter(signing -> signing.key().id().equals(key))
                    .findFirst()
                    .<Result<ReplySignature>>map(signing -> Result.ok(
                            new ReplySignature(timestamp, signatures.of(signing.secret(), timestamp, partnerId))))
                    .orElseGet(CredentialChecks::unauthenticated);
        });
    }

    /// Signs an unsolicited message to a partner in the same way as a reply. The secret is that of the key
    /// `preferred` or, if that key has ended or may not sign, that of the realm's newest key that may sign.
    ///
    /// @return null if the realm has no live key that may sign
    /// @throws dev.muster.storage.sql.StorageException if storage is unavailable
    public @Nullable ReplySignature sign(Realm realm, UUID preferred) {
        Comparator<Credentials.SigningKey> last = Comparator.<Credentials.SigningKey, Boolean>comparing(
                        signing -> signing.key().id().equals(preferred))
                .thenComparing(signing -> signing.key().createdAt())
                .thenComparing(signing -> signing.key().id());
        String timestamp = replyTimes(realm).text(clock.instant());
        return signing(realm.id())
                .max(last)
                .map(signing ->
                        new ReplySignature(timestamp, signatures.of(signing.secret(), timestamp, realm.partnerId())))
                .orElse(null);
    }

    /// The number of computed signatures, for tests.
    long computed() {
        return signatures.computed();
    }
}
