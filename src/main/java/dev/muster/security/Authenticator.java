package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.directory.TokenFamilies;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.Digest;
import dev.muster.security.format.Tokens;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Turns credentials into callers. Each kind of credential has its own class; [CredentialChecks] contains the checks
/// that all kinds share.
public final class Authenticator {
    private static final String BEARER = "bearer ";

    private final Credentials credentials;
    private final CredentialChecks checks;
    private final BearerKeys keys;
    private final TokenIssuer tokens;
    private final OperatorPasswords passwords;
    private final RequestSignatures signatures;
    private final SignedLinks links;
    private final Invitations invitations;

    /// @param rootKey the SHA-256 of the root key
    /// @param throttle the throttle for all passwords, whichever page or call they come through
    /// @param random a cryptographically secure source
    public Authenticator(
            Credentials credentials,
            TokenFamilies families,
            Passwords passwords,
            Digest rootKey,
            AttemptLimit limit,
            SignInThrottle throttle,
            SecurityLog log,
            InstantSource clock,
            RandomGenerator random) {
        this.credentials = credentials;
        this.checks =
                new CredentialChecks(credentials, limit, new KeyRates(credentials::quotas, System::nanoTime), log);
        this.keys = new BearerKeys(credentials, rootKey, checks, clock);
        this.tokens = new TokenIssuer(credentials, families, keys, checks, clock, random);
        this.passwords = new OperatorPasswords(credentials, passwords, throttle, checks, random);
        this.signatures = new RequestSignatures(credentials, checks, clock, random);
        this.links = new SignedLinks(credentials, keys, clock);
        this.invitations = new Invitations(credentials, checks, clock);
    }

    public TokenIssuer tokens() {
        return tokens;
    }

    public OperatorPasswords passwords() {
        return passwords;
    }

    /// The limit on sign-ins through identity providers.
    public SsoAttempts ssoAttempts() {
        return new SsoAttempts(checks);
    }

    /// The limit on sign-ins with passkeys.
    public PasskeyAttempts passkeyAttempts() {
        return new PasskeyAttempts(checks);
    }

    public RequestSignatures signatures() {
        return signatures;
    }

    public Invitations invitations() {
        return invitations;
    }

    public SignedLinks links() {
        return links;
    }

    /// The log for the dialects' own events.
    public SecurityLog log() {
        return checks.log();
    }

    /// Authenticates a header `Authorization: Bearer …` that contains an API key, an access token or the root key.
    /// Any other scheme is treated as a missing credential.
    ///
    /// @param authorization the header's value, or null
    /// @param client the sender, for the limit on failures
    public Result<Caller> bearer(@Nullable String authorization, RemoteClient client) {
        return checks.metered(client, () -> {
            String text = bearerText(authorization);
            if (text == null) {
                return CredentialChecks.unauthenticated();
            }
            if (text.startsWith("mst_")) {
                return keys.apiKey(text, client);
            }
            return text.startsWith("ey") && text.indexOf('.') > 0
                    ? tokens.bearer(text, client)
                    : keys.root(text, client);
        });
    }

    /// Checks the credential of a request with a live reply again. The check is not charged to the key. A
    /// credential that has become invalid in the meantime does not count as a failed attempt and is not logged. The
    /// root key is refused.
    ///
    /// @param authorization the header's value; null if absent
    public Result<Caller> recheck(@Nullable String authorization, RemoteClient client) {
        String text = bearerText(authorization);
        if (text == null) {
            return CredentialChecks.unauthenticated();
        }
        return Credentials.answered(() -> {
            Caller caller = text.startsWith("mst_") ? keys.live(text) : tokens.live(text);
            return caller == null ? CredentialChecks.unauthenticated() : checks.admitted(caller, client);
        });
    }

    private static @Nullable String bearerText(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        String text = authorization.substring(BEARER.length()).strip();
        return text.isEmpty() ? null : text;
    }

    /// Authenticates an API key, for dialects with their own header for it.
    public Result<Caller> apiKey(@Nullable String text, RemoteClient client) {
        return checks.metered(client, () -> apiKeyIfGiven(text, client));
    }

    private Result<Caller> apiKeyIfGiven(@Nullable String text, RemoteClient client) {
        return text == null || text.isBlank() ? CredentialChecks.unauthenticated() : keys.apiKey(text, client);
    }

    /// Authenticates an API key together with an operator's access token. The caller is the operator, with
    /// the permissions that both have. Refuses a token of another realm or one issued to an API key.
    ///
    /// @param apiKey the key's text, or null
    /// @param authorization the header `Authorization: Bearer …`, or null
    public Result<Caller> operator(@Nullable String apiKey, @Nullable String authorization, RemoteClient client) {
        return checks.metered(
                client,
                () -> apiKeyIfGiven(apiKey, client).then(key -> {
                    String text = bearerText(authorization);
                    return text == null
                            ? CredentialChecks.unauthenticated()
                            : tokens.operator(key.realm(), text, client)
                                    .map(operator -> new Caller(
                                            operator.realm(), operator.actor().through(key.actor())));
                }));
    }

    /// Issues tokens to an operator for their name and password, and records the sign-in in the journal. Refuses:
    /// Unauthenticated, also if the operator must use a passkey; TooManyFailures; Busy if too many sign-ins are in
    /// progress.
    ///
    /// @param key the key that they sign in with, which determines the realm; the tokens have only the permissions
    ///     that both have, and end with the key
    /// @param dialect the dialect they sign in through, for the journal
    public Result<Tokens> signIn(Caller key, String username, String password, RemoteClient client, String dialect) {
        return passwords
                .checkAlone(key.realm(), username, password, client)
                .then(operator ->
                        tokens.begin(key.realm(), operator, key.actor().ref().id(), client, dialect));
    }

    /// Finds the resource that a token in a URL gives access to, such as an upload. A wrong token is logged
    /// and counts as a failed attempt.
    ///
    /// @param realm the realm that the URL names, which need not exist
    /// @param find a function that looks up the resource by the token and refuses `NotFound` if the token is wrong
    public <T> Result<T> uploadTo(long realm, RemoteClient client, Supplier<Result<T>> find) {
        return checks.limited(client, () -> {
            Result<T> found = find.get();
            if (found instanceof Result.Refused<T>(Refusal.NotFound _)) {
                Realm named = credentials.realm(realm);
                checks.wrong(SecurityEvent.UPLOAD_TOKEN_REFUSED, named, null, null, client);
            }
            return found;
        });
    }

    /// Returns `result`, and logs it if the caller lacks a permission.
    public <T> Result<T> noted(Caller caller, RemoteClient client, Result<T> result) {
        if (result instanceof Result.Refused<T>(Refusal.Forbidden _)) {
            log().forbidden(caller, client);
        }
        return result;
    }
}
