package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.directory.TokenFamilies;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.security.SecurityLog.Offered;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Turns credentials into callers. Refuses with `Unauthenticated` whatever was wrong with them, with the same work for
/// those that exist and those that do not, with `TooManyFailures` an address from which too many were wrong, and with
/// `Busy` while storage does not answer. A key that has sent more requests than its realm's quota allows is
/// `OverQuota`.
///
/// The limit of the address is asked before anything else. A request without any credential is `Unauthenticated` and
/// counts as no failure: only a wrong credential does. Each wrong one leaves a line in the [SecurityLog].
public final class Authenticator {
    private static final String BEARER = "bearer ";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// The number of no realm.
    private static final long NO_REALM = -1;

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PASSWORD = 1_000;

    private final Credentials credentials;
    private final TokenFamilies families;
    private final Passwords passwords;
    private final Digest rootKey;
    private final AttemptLimit limit;
    private final SignInThrottle throttle;
    private final SecurityLog log;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Signatures signatures;
    private final KeyRates rates;
    private final NewPassword.Estimator estimator = new PasswordEstimator();

    /// @param rootKey SHA-256 of the root key
    /// @param throttle for every door at which passwords are checked
    /// @param random a source fit for secrets
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
        this.families = families;
        this.passwords = passwords;
        this.rootKey = rootKey;
        this.limit = limit;
        this.throttle = throttle;
        this.log = log;
        this.clock = clock;
        this.random = random;
        this.signatures = new Signatures(random);
        this.rates = new KeyRates(credentials::quotas, System::nanoTime);
    }

    /// What the dialects write their own events to.
    public SecurityLog log() {
        return log;
    }

    /// An access and a refresh token.
    ///
    /// @param refreshLasts for how long the refresh token can be used
    public record Tokens(
            String accessToken,
            String refreshToken,
            Instant accessExpiresAt,
            Duration accessLasts,
            Duration refreshLasts,
            Environment environment) {
        /// Without the texts.
        @Override
        public String toString() {
            return "Tokens[" + environment + "]";
        }
    }

    /// What a header `Authorization: Bearer …` proves: an API key's text, an access token or the root key. Any other
    /// scheme counts as none.
    ///
    /// @param authorization the header's value, or null
    /// @param client from where it came, for the limit on failures
    public Result<Caller> bearer(@Nullable String authorization, RemoteClient client) {
        return metered(limited(client, attempt -> {
            String text = bearerText(authorization);
            return text == null ? null : text(text, attempt);
        }));
    }

    private static @Nullable String bearerText(@Nullable String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? null
                : given(authorization.substring(BEARER.length()).strip());
    }

    /// Null for an empty text, which is no credential.
    private static @Nullable String given(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /// What an API key's text proves, where a dialect takes one in a header of its own.
    public Result<Caller> apiKey(@Nullable String text, RemoteClient client) {
        return metered(limited(client, attempt -> {
            String given = given(text);
            return given == null ? null : key(given, attempt);
        }));
    }

    /// What an API key and an operator's access token prove together, where a dialect asks for both: the operator, who
    /// may do what both may. A token of another realm proves nothing, nor does one that an API key holds.
    ///
    /// @param apiKey the key's text, or null
    /// @param authorization the header `Authorization: Bearer …`, or null
    public Result<Caller> operator(@Nullable String apiKey, @Nullable String authorization, RemoteClient client) {
        return metered(limited(client, attempt -> {
            String given = given(apiKey);
            Caller key = given == null ? null : key(given, attempt);
            String text = bearerText(authorization);
            if (key == null || text == null) {
                return null;
            }
            if (token(text) instanceof Held(var caller, Token.Access(var claims))
                    && isOperatorOf(key.realm(), caller, claims)) {
                return new Caller(caller.realm(), caller.actor().through(key.actor()));
            }
            attempt.wrong(Offered.ACCESS_TOKEN, key.realm(), null, null);
            return null;
        }));
    }

    private static boolean isOperatorOf(Realm realm, Caller caller, Token.Claims claims) {
        return claims.family().holder() == Token.Holder.OPERATOR
                && caller.realm().id() == realm.id();
    }

    private @Nullable Caller text(String text, Attempt attempt) {
        if (text.startsWith("mst_")) {
            return key(text, attempt);
        }
        if (text.startsWith("ey") && text.indexOf('.') > 0) {
            if (token(text) instanceof Held(var caller, Token.Access _)) {
                return caller;
            }
            attempt.wrong(Offered.ACCESS_TOKEN, realmOf(text), null, null);
            return null;
        }
        if (rootKey.equals(Digest.sha256(text))) {
            return new Caller(new Realm(Realm.SYSTEM, "", Environment.PRODUCTION), Actor.ROOT);
        }
        attempt.wrong(Offered.ROOT_KEY, null, null, null);
        return null;
    }

    private @Nullable Caller key(String text, Attempt attempt) {
        Optional<ApiKeyText> parsed = ApiKeyText.parse(text);
        if (parsed.isEmpty()) {
            attempt.wrong(Offered.API_KEY, null, null, null);
            return null;
        }
        ApiKeyText presented = parsed.get();
        Realm realm = credentials.realm(presented.realm());
        ApiKey key = realm == null ? null : credentials.key(presented.realm(), presented.keyId());
        boolean matches = presented.matches(key == null ? null : key.textHash().bytes());
        if (!matches || realm == null || key == null || !key.isLive(clock.instant())) {
            attempt.wrong(Offered.API_KEY, realm, new ActorRef(ActorRef.Kind.API_KEY, presented.keyId()), null);
            return null;
        }
        credentials.used(realm.id(), key.id());
        return new Caller(realm, key.actor());
    }

    // Tokens.

    /// Tokens for a key, against its text and its secret.
    public Result<Tokens> exchange(String apiKey, String apiSecret, RemoteClient client) {
        return metered(limited(client, attempt -> {
                    Caller caller = key(apiKey, attempt);
                    if (caller == null) {
                        return null;
                    }
                    Optional<ApiSecretText> presented = ApiSecretText.parse(apiSecret);
                    String secret = credentials.secret(
                            caller.realm().id(), caller.actor().ref().id());
                    boolean matches = secret != null
                            && presented.isPresent()
                            && ApiSecretText.parse(secret)
                                    .map(known -> presented.get().matches(known))
                                    .orElse(false);
                    if (!matches) {
                        attempt.wrong(
                                Offered.API_SECRET,
                                caller.realm(),
                                caller.actor().ref(),
                                null);
                        return null;
                    }
                    return caller;
                }))
                .then(caller -> begin(caller, Token.Holder.API_KEY, null, client));
    }

    /// Tokens for an operator, against their name and password. `Busy` when too many sign-ins are under way.
    ///
    /// @param key that they sign in with, in whose realm; the tokens open what both may do, and end with it
    public Result<Tokens> signIn(Caller key, String username, String password, RemoteClient client) {
        Realm realm = key.realm();
        return operator(realm, text(realm.partnerId(), realm.environment().word()), username, password, client)
                .then(operator -> begin(
                        new Caller(realm, operator.actor()),
                        Token.Holder.OPERATOR,
                        key.actor().ref().id(),
                        client));
    }

    /// What a realm is called where passwords are guessed.
    static String text(String partnerId, String environment) {
        return partnerId + "/" + environment;
    }

    /// Why an address may not try to sign in at present; null when it may. Asked before a sign-in is read: it costs
    /// neither the body nor a look-up.
    @Nullable
    Refusal signInLimited(RemoteClient client) {
        if (limit.allowed(client.address())) {
            return null;
        }
        log.signInLimited(null, null, client);
        return tooManyFailures(client);
    }

    /// The operator whose name and password these are. The only place where a password is checked: guessing is
    /// slowed by [SignInThrottle], whichever door it comes through. Refuses: TooManyFailures, Busy when too many
    /// sign-ins are under way or another one under this name from this address is, Unauthenticated.
    ///
    /// @param realm null for one that does not exist, which is the same work
    /// @param realmText the realm as it was typed, see [#text]: guessing is slowed for each that does not exist by
    ///     itself, as for those that do
    Result<Operator> operator(
            @Nullable Realm realm, String realmText, String username, String password, RemoteClient client) {
        Refusal limited = signInLimited(client);
        if (limited != null) {
            return Result.refused(limited);
        }
        if (username.length() > LONGEST_NAME || password.length() > LONGEST_PASSWORD) {
            // No operator has such a name or password, and folding it would be work.
            return wrongPassword(realm, null, username, client);
        }
        String folded = Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(username));
        try (SignInThrottle.Turn turn = throttle.enter(new SignInThrottle.Name(realmText, folded), client.address())) {
            if (turn == null) {
                log.signInLimited(realm, folded, client);
                return Result.refused(new Refusal.Busy(RETRY_AFTER));
            }
            Thread.sleep(turn.delay());
            // Others from this address may have failed meanwhile.
            if (!limit.allowed(client.address())) {
                log.signInLimited(realm, folded, client);
                return Result.refused(tooManyFailures(client));
            }
            return Credentials.answered(() -> checked(realm, folded, password, client, turn));
        } catch (InterruptedException e) {
            // The server is stopping.
            Thread.currentThread().interrupt();
            return Result.refused(new Refusal.Busy(RETRY_AFTER));
        }
    }

    private Result<Operator> checked(
            @Nullable Realm realm, String folded, String password, RemoteClient client, SignInThrottle.Turn turn) {
        Identifier.Key name = new Identifier.Key(Identifier.Kind.USERNAME, folded);
        // Looked for in a realm that does not exist, too: that is the same work.
        Operator operator = credentials.operator(realm == null ? NO_REALM : realm.id(), name);
        boolean live = operator != null && operator.isLive();
        return switch (passwords.verify(live && operator != null ? operator.passwordHash() : null, password)) {
            case BUSY -> Result.refused(new Refusal.Busy(RETRY_AFTER));
            case MATCHES -> {
                if (operator == null || realm == null) {
                    throw new IllegalStateException("a password matched that belongs to no operator");
                }
                turn.succeeded();
                log.signedIn(realm, operator.actor().ref(), folded, client);
                yield Result.ok(operator);
            }
            case DIFFERS -> {
                turn.failed();
                yield wrongPassword(realm, operator, folded, client);
            }
        };
    }

    private Result<Operator> wrongPassword(
            @Nullable Realm realm, @Nullable Operator operator, String username, RemoteClient client) {
        limit.failed(client.address());
        log.signInRefused(realm, operator == null ? null : operator.actor().ref(), username, client);
        return Result.refused(new Refusal.Unauthenticated());
    }

    /// New tokens against a key's refresh token, which is used up by that. One that was used before ends its
    /// family. An operator's proves nothing here. A key that has sent too many requests is `OverQuota`, and its
    /// token stays.
    public Result<Tokens> refresh(String refreshToken, RemoteClient client) {
        return this.<Result<Tokens>>limited(client, attempt -> {
                    if (token(refreshToken) instanceof Held(var caller, Token.Refresh(var claims, var number))
                            && claims.family().holder() == Token.Holder.API_KEY) {
                        // Before the token is spent, which writes to the database.
                        if (rates.takeAsHolder(caller) instanceof Result.Refused<Caller>(var overQuota)) {
                            return Result.refused(overQuota);
                        }
                        if (spend(caller, claims.family(), number)) {
                            log.tokensRefreshed(caller.realm(), caller.actor().ref(), client);
                            return Result.ok(issue(caller, claims.family(), number + 1));
                        }
                    }
                    attempt.wrong(Offered.REFRESH_TOKEN, realmOf(refreshToken), null, null);
                    return null;
                })
                .then(tokens -> tokens);
    }

    private boolean spend(Caller caller, Token.Family family, long number) {
        return families.spend(caller.realm().id(), family.id(), number, TokenKey.refreshEnd(family, clock.instant()));
    }

    /// An access token against an operator's refresh token, which stays as it is until its family is over:
    /// whoever asks here is given no other. Another realm's token proves nothing, nor does one that an API key
    /// holds. Counts against the quota of the key that the operator signed in with.
    ///
    /// @param key that the request comes with, of the operator's realm; the new token stays bound to the one
    ///     that the operator signed in with
    public Result<Tokens> refreshOperator(Caller key, String refreshToken, RemoteClient client) {
        return this.<Result<Tokens>>limited(client, attempt -> {
                    if (token(refreshToken) instanceof Held(var caller, Token.Refresh(var claims, var number))
                            && isOperatorOf(key.realm(), caller, claims)) {
                        // The key of the request has been charged already, so it is not charged twice.
                        if (!caller.actor().keys().contains(key.actor().ref().id())
                                && rates.takeAsHolder(caller) instanceof Result.Refused<Caller>(var overQuota)) {
                            return Result.refused(overQuota);
                        }
                        log.tokensRefreshed(key.realm(), caller.actor().ref(), client);
                        return Result.ok(issue(caller, claims.family(), number));
                    }
                    attempt.wrong(Offered.REFRESH_TOKEN, key.realm(), null, null);
                    return null;
                })
                .then(tokens -> tokens);
    }

    private record Held(Caller caller, Token token) {}

    private @Nullable Held token(String text) {
        Optional<TokenText> parsed = TokenText.parse(text);
        Realm realm = parsed.isEmpty() ? null : credentials.realm(parsed.get().realm());
        if (realm == null) {
            return null;
        }
        Optional<Token> verified = tokenKey(realm).verify(parsed.orElseThrow(), clock.instant());
        return verified.map(token -> holder(realm, token)).orElse(null);
    }

    /// The realm that a token names, genuine or not; null for none that exists.
    private @Nullable Realm realmOf(String text) {
        return TokenText.parse(text)
                .map(parsed -> credentials.realm(parsed.realm()))
                .orElse(null);
    }

    private @Nullable Held holder(Realm realm, Token token) {
        Token.Family family = token.claims().family();
        Actor actor = families.hasEnded(realm.id(), family.id()) ? null : holder(realm, family);
        return actor == null || actor.generation() != family.generation()
                ? null
                : new Held(new Caller(realm, actor), token);
    }

    private @Nullable Actor holder(Realm realm, Token.Family family) {
        return switch (family.holder()) {
            case API_KEY -> keyActor(realm, family.subject());
            case OPERATOR -> {
                Operator operator = credentials.operator(realm.id(), family.subject());
                yield operator == null || !operator.isLive() ? null : through(realm, operator.actor(), family.key());
            }
        };
    }

    /// What the operator may do through the key that they signed in with; null once that has ended.
    private @Nullable Actor through(Realm realm, Actor operator, @Nullable UUID key) {
        if (key == null) {
            return operator;
        }
        Actor through = keyActor(realm, key);
        return through == null ? null : operator.through(through);
    }

    private @Nullable Actor keyActor(Realm realm, UUID id) {
        ApiKey key = credentials.key(realm.id(), id);
        return key == null || !key.isLive(clock.instant()) ? null : key.actor();
    }

    /// The first tokens of a new family.
    private Result<Tokens> begin(Caller caller, Token.Holder holder, @Nullable UUID key, RemoteClient client) {
        Actor actor = caller.actor();
        Instant now = clock.instant();
        Token.Family family =
                tokenKey(caller.realm()).begin(holder, actor.ref().id(), key, actor.generation(), now, random);
        return Credentials.answered(() -> {
            families.begin(caller.realm().id(), family.id(), TokenKey.refreshEnd(family, now));
            log.tokensIssued(caller.realm(), actor.ref(), client);
            return Result.ok(issue(caller, family, 1));
        });
    }

    private Tokens issue(Caller caller, Token.Family family, long number) {
        ProvenCallers.tell(caller);
        Instant now = clock.instant();
        TokenKey.Pair pair = tokenKey(caller.realm()).issue(family, number, now, random);
        return new Tokens(
                pair.access(),
                pair.refresh(),
                pair.accessExpiresAt(),
                lasts(now, pair.accessExpiresAt()),
                lasts(now, pair.refreshExpiresAt()),
                caller.realm().environment());
    }

    private static Duration lasts(Instant now, Instant end) {
        return Duration.between(now.truncatedTo(ChronoUnit.SECONDS), end);
    }

    private TokenKey tokenKey(Realm realm) {
        return new TokenKey(realm.id(), credentials.tokenKey(realm.id()));
    }

    // Signatures.

    /// A request's signature as its client sent it.
    ///
    /// @param partnerId the tenant that the client says it belongs to
    /// @param signature the Base64 of an HMAC-SHA256 over the two
    public record Signed(String partnerId, SignedTime timestamp, String signature) {
        /// Without the signature, which is a credential for as long as it is fresh.
        @Override
        public String toString() {
            return "Signed[" + partnerId + "]";
        }
    }

    /// A signature of the server's own.
    ///
    /// @param timestamp one with which no request is taken
    public record Countersigned(String timestamp, String signature) {}

    /// What a signature proves about a request to one environment of a tenant: that it was made with the secret of a
    /// live key of that realm, at most `maxAge` ago.
    public Result<Caller> signed(
            Signed request, SignedTime.MaxAge maxAge, Environment environment, RemoteClient client) {
        return signed(request, maxAge, List.of(environment), client);
    }

    /// The same where the request does not name its environment: the realm is that of the tenant's two whose key made
    /// the signature.
    public Result<Caller> signed(Signed request, SignedTime.MaxAge maxAge, RemoteClient client) {
        return signed(request, maxAge, List.of(Environment.values()), client);
    }

    private Result<Caller> signed(
            Signed request, SignedTime.MaxAge maxAge, List<Environment> environments, RemoteClient client) {
        return metered(limited(client, attempt -> {
            Signer signer = signer(request, environments);
            Caller caller = signer.caller;
            if (caller == null
                    || !request.timestamp().isFresh(clock.instant(), maxAge)
                    || replyTimes(caller.realm()).isOne(request.timestamp().at())) {
                if (!request.signature().isBlank()) {
                    attempt.wrong(Offered.SIGNATURE, signer.realm, null, request.partnerId());
                }
                return null;
            }
            credentials.used(caller.realm().id(), caller.actor().ref().id());
            return caller;
        }));
    }

    /// The key that made the signature of a request that is refused anyway, so that it can be remembered. Refuses
    /// `Unauthenticated` when no key made it, or it is too old for a call that changes a user; neither counts as a
    /// failure.
    public Result<Caller> signer(Signed request) {
        return Credentials.answered(() -> {
            Caller caller = signer(request, List.of(Environment.values())).caller;
            return caller == null || request.timestamp().isPast(clock.instant(), SignedTime.MaxAge.QUARTER_HOUR)
                    ? Result.refused(new Refusal.Unauthenticated())
                    : Result.ok(caller);
        });
    }

    /// @param realm which the request is for; null for one that does not exist, or that the request does not name
    /// @param caller null for a signature of nobody
    private record Signer(@Nullable Realm realm, @Nullable Caller caller) {}

    private Signer signer(Signed request, List<Environment> environments) {
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

    /// @param realm null for one that there is not, which is the same work
    private @Nullable Caller caller(@Nullable Realm realm, Signed request) {
        List<Credentials.SigningKey> keys =
                signing(realm == null ? NO_REALM : realm.id()).toList();
        int which = signatures.whose(
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

    /// Signs a reply to `caller` with the secret of the key that made the request's signature; `Unauthenticated` when
    /// that key has ended since.
    public Result<Countersigned> countersign(Caller caller, String partnerId) {
        UUID key = caller.actor().ref().id();
        return Credentials.answered(() -> {
            String timestamp = replyTimes(caller.realm()).text(clock.instant());
            return signing(caller.realm().id())
                    .filter(signing -> signing.key().id().equals(key))
                    .findFirst()
                    .<Result<Countersigned>>map(signing -> Result.ok(
                            new Countersigned(timestamp, signatures.of(signing.secret(), timestamp, partnerId))))
                    .orElseGet(() -> Result.refused(new Refusal.Unauthenticated()));
        });
    }

    /// How many signatures were computed so far: for tests, which count what they cannot time.
    long signaturesComputed() {
        return signatures.computed();
    }

    // Links.

    /// What makes an address a link that anybody may follow until then, or until the caller's key ends.
    ///
    /// @param what it opens, in that realm
    public String link(Caller caller, String what, Instant until) {
        long realm = caller.realm().id();
        return new LinkText(credentials.linkKey(realm))
                .make(what, caller.actor().ref().id(), until);
    }

    /// On whose account a link opens `what` now; `NotFound` where it does not, whatever is wrong with it.
    public Result<Caller> linked(long realm, String link, String what) {
        return Credentials.answered(() -> {
            Realm found = credentials.realm(realm);
            Optional<UUID> holder = found == null
                    ? Optional.empty()
                    : new LinkText(credentials.linkKey(realm)).opens(link, what, clock.instant());
            ApiKey key = holder.map(id -> credentials.key(realm, id)).orElse(null);
            return found == null || key == null || !key.isLive(clock.instant())
                    ? Result.refused(new Refusal.NotFound("link", ""))
                    : Result.ok(ProvenCallers.tell(new Caller(found, key.actor())));
        });
    }

    // Tokens in addresses.

    /// What a token opens that is part of an address, such as an upload's. A wrong one counts as a failure of its
    /// client's address, and is logged.
    ///
    /// @param realm which the address names, whether it exists or not
    /// @param find looks for what the token opens; refuses `NotFound` for a wrong one
    public <T> Result<T> uploadTo(long realm, RemoteClient client, Supplier<Result<T>> find) {
        if (!limit.allowed(client.address())) {
            log.limited(client);
            return Result.refused(tooManyFailures(client));
        }
        return Credentials.answered(() -> {
            Result<T> found = find.get();
            if (found instanceof Result.Refused<T>(Refusal.NotFound _)) {
                new Attempt(client).wrong(Offered.UPLOAD_TOKEN, credentials.realm(realm), null, null);
            }
            return found;
        });
    }

    // Passwords.

    /// A new password for an operator, or null when `checks` has a fault of it.
    ///
    /// @param username the operator's, which the password must not repeat; null where it is not sound itself
    public @Nullable NewPassword newPassword(
            Validator checks, Realm realm, @Nullable String username, @Nullable String password) {
        List<String> names = new ArrayList<>(List.of(realm.partnerId()));
        if (username != null) {
            names.add(username);
        }
        if (Credentials.answered(() -> Result.ok(Optional.ofNullable(credentials.tenant(realm.partnerId()))))
                instanceof Result.Ok<Optional<Tenant>>(var tenant)) {
            tenant.ifPresent(known -> names.add(known.name()));
        }
        return checks.newPassword(password, names, estimator);
    }

    /// What is stored for a new password; `Busy` when too many are being computed.
    ///
    /// @param realm whose operator's it is to be
    public Result<String> hashPassword(long realm, NewPassword password) {
        return passwords
                .hash(realm, password.text(), random)
                .<Result<String>>map(Result::ok)
                .orElseGet(() -> Result.refused(new Refusal.Busy(RETRY_AFTER)));
    }

    private Result<Caller> metered(Result<Caller> proven) {
        return proven.then(caller -> Credentials.answered(() -> rates.take(ProvenCallers.tell(caller))));
    }

    /// `result` as it is. That a caller is not allowed to do what they asked for is logged.
    public <T> Result<T> noted(Caller caller, RemoteClient client, Result<T> result) {
        if (result instanceof Result.Refused<T>(Refusal.Forbidden _)) {
            log.forbidden(caller, client);
        }
        return result;
    }

    private interface Proof<T> {
        /// What the credentials prove; null when they prove nothing.
        @Nullable
        T check(Attempt attempt);
    }

    /// One request's attempt to prove who sends it.
    private final class Attempt {
        private final RemoteClient client;

        private Attempt(RemoteClient client) {
            this.client = client;
        }

        /// Counts a failure and logs it. Only for a credential that was given and is wrong.
        ///
        /// @param name what else it names; see [SecurityLog#refused]
        private void wrong(Offered offered, @Nullable Realm realm, @Nullable ActorRef claimed, @Nullable String name) {
            limit.failed(client.address());
            log.refused(offered, realm, claimed, name, client);
        }
    }

    private <T> Result<T> limited(RemoteClient client, Proof<T> proof) {
        if (!limit.allowed(client.address())) {
            log.limited(client);
            return Result.refused(tooManyFailures(client));
        }
        return Credentials.answered(() -> {
            T proven = proof.check(new Attempt(client));
            return proven == null ? Result.refused(new Refusal.Unauthenticated()) : Result.ok(proven);
        });
    }

    private Refusal tooManyFailures(RemoteClient client) {
        return new Refusal.TooManyFailures(limit.retryAfter(client.address()));
    }
}
