package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.directory.TokenFamilies;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.security.format.Token;
import dev.muster.security.format.TokenKey;
import dev.muster.security.format.TokenText;
import dev.muster.security.format.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Checks and issues access and refresh tokens.
public final class TokenIssuer {
    private final Credentials credentials;
    private final TokenFamilies families;
    private final BearerKeys keys;
    private final CredentialChecks checks;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random a cryptographically secure source
    TokenIssuer(
            Credentials credentials,
            TokenFamilies families,
            BearerKeys keys,
            CredentialChecks checks,
            InstantSource clock,
            RandomGenerator random) {
        this.credentials = credentials;
        this.families = families;
        this.keys = keys;
        this.checks = checks;
        this.clock = clock;
        this.random = random;
    }

    // Checking.

    /// A valid token and its caller.
    private record ValidToken(Caller caller, Token token) {}

    /// Authenticates an access token.
    Result<Caller> bearer(String text, RemoteClient client) {
        return held(text) instanceof ValidToken(var caller, Token.Access _)
                ? Result.ok(caller)
                : checks.wrong(SecurityEvent.ACCESS_TOKEN_REFUSED, realmOf(text), null, null, client);
    }

    /// The caller of a valid access token; null if the token is invalid.
    @Nullable
    Caller live(String text) {
        return held(text) instanceof ValidToken(var caller, Token.Access _) ? caller : null;
    }

    /// Authenticates an operator's access token. Refuses tokens of keys and of other realms.
    Result<Caller> operator(Realm realm, String text, RemoteClient client) {
        return held(text) instanceof ValidToken(var caller, Token.Access(var claims))
                        && isOperatorOf(realm, caller, claims)
                ? Result.ok(caller)
                : checks.wrong(SecurityEvent.ACCESS_TOKEN_REFUSED, realm, null, null, client);
    }

    private static boolean isOperatorOf(Realm realm, Caller caller, Token.Claims claims) {
        return claims.family().holder() == Token.Holder.OPERATOR
                && caller.realm().id() == realm.id();
    }

    private @Nullable ValidToken held(String text) {
        Optional<TokenText> parsed = TokenText.parse(text);
        Realm realm = parsed.isEmpty() ? null : credentials.realm(parsed.get().realm());
        if (realm == null) {
            return null;
        }
        Token token =
                tokenKey(realm).verify(parsed.orElseThrow(), clock.instant()).orElse(null);
        if (token == null) {
            return null;
        }
        Token.Family family = token.claims().family();
        Actor actor = families.hasEnded(realm.id(), family.id()) ? null : holder(realm, family);
        return actor == null || actor.generation() != family.generation()
                ? null
                : new ValidToken(new Caller(realm, actor), token);
    }

    /// The realm that a token names, whether or not the token is valid; null if the realm does not exist.
    private @Nullable Realm realmOf(String text) {
        return TokenText.parse(text)
                .map(parsed -> credentials.realm(parsed.realm()))
                .orElse(null);
    }

    private @Nullable Actor holder(Realm realm, Token.Family family) {
        return switch (family.holder()) {
            case API_KEY -> keys.actor(realm, family.subject());
            case OPERATOR -> {
                Operator operator = credentials.operator(realm.id(), family.subject());
                yield operator == null || !operator.isLive()
                        ? null
                        : through(realm, operator.actor().withProofAt(family.begunAt()), family.key());
            }
        };
    }

    /// Limits an operator to the permissions of the key that they signed in with. Returns null if the key has
    /// ended.
    private @Nullable Actor through(Realm realm, Actor operator, @Nullable UUID key) {
        if (key == null) {
            return operator;
        }
        Actor through = keys.actor(realm, key);
        return through == null ? null : operator.through(through);
    }

    // Issuing.

    /// Issues tokens to a key in exchange for its text and secret.
    public Result<Tokens> exchange(String apiKey, String apiSecret, RemoteClient client) {
        return checks.metered(
                        client, () -> keys.apiKey(apiKey, client).then(caller -> withSecret(caller, apiSecret, client)))
                .then(caller -> begin(caller, client));
    }

    private Result<Caller> withSecret(Caller caller, String presented, RemoteClient client) {
        String secret =
                credentials.secret(caller.realm().id(), caller.actor().ref().id());
        boolean matches = secret != null
                && MessageDigest.isEqual(
                        presented.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
        return matches
                ? Result.ok(caller)
                : checks.wrong(
                        SecurityEvent.API_SECRET_REFUSED,
                        caller.realm(),
                        caller.actor().ref(),
                        null,
                        client);
    }

    /// Exchanges a key's refresh token for new tokens. The refresh token can be used once; using it again ends its
    /// family. An operator's refresh token is refused. A key that exceeds its quota is refused with `OverQuota` and
    /// can use the token later.
    public Result<Tokens> refresh(String refreshToken, RemoteClient client) {
        return checks.limited(client, () -> {
            if (held(refreshToken) instanceof ValidToken(var caller, Token.Refresh(var claims, var number))
                    && claims.family().holder() == Token.Holder.API_KEY) {
                // The quota is charged first, because spending the token writes to the database.
                if (checks.charge(caller, client) instanceof Result.Refused<Caller>(var refusal)) {
                    return Result.refused(refusal);
                }
                if (spend(caller, claims.family(), number)) {
                    return refreshed(caller, claims.family(), number + 1, client);
                }
            }
            return checks.wrong(SecurityEvent.REFRESH_TOKEN_REFUSED, realmOf(refreshToken), null, null, client);
        });
    }

    private boolean spend(Caller caller, Token.Family family, long number) {
        return families.spend(caller.realm().id(), family.id(), number, TokenKey.refreshEnd(family, clock.instant()));
    }

    /// Issues a new access token for an operator's refresh token, which stays valid until its family ends. Refuses
    /// a token of another realm or one issued to an API key. The call counts against the quota of the key that the
    /// operator signed in with.
    ///
    /// @param key the key of the request, in the operator's realm; the new token stays bound to the key that
    ///     the operator signed in with
    public Result<Tokens> refreshOperator(Caller key, String refreshToken, RemoteClient client) {
        return checks.limited(client, () -> {
            if (held(refreshToken) instanceof ValidToken(var caller, Token.Refresh(var claims, var number))
                    && isOperatorOf(key.realm(), caller, claims)) {
                // The request's own key has already been charged.
                boolean charged =
                        caller.actor().keys().contains(key.actor().ref().id());
                Result<Caller> admitted = charged ? checks.admitted(caller, client) : checks.charge(caller, client);
                return admitted instanceof Result.Refused<Caller>(var refusal)
                        ? Result.refused(refusal)
                        : refreshed(caller, claims.family(), number, client);
            }
            return checks.wrong(SecurityEvent.REFRESH_TOKEN_REFUSED, key.realm(), null, null, client);
        });
    }

    private Result<Tokens> refreshed(Caller caller, Token.Family family, long number, RemoteClient client) {
        checks.log().add(SecurityEvent.TOKENS_REFRESHED, caller, client);
        return Result.ok(issue(caller, family, number, client));
    }

    /// Issues the first tokens of a new family to a key.
    private Result<Tokens> begin(Caller caller, RemoteClient client) {
        Instant now = clock.instant();
        Token.Family family = family(caller, Token.Holder.API_KEY, null, now);
        return Credentials.answered(() -> {
            families.begin(caller.realm().id(), family.id(), TokenKey.refreshEnd(family, now));
            return issued(caller, family, client);
        });
    }

    /// Issues the first tokens to an operator whose password has been checked, and records the sign-in in the
    /// journal.
    ///
    /// @param key the API key that they sign in through
    /// @param dialect the dialect in which they sign in
    Result<Tokens> begin(Realm realm, Operator operator, UUID key, RemoteClient client, String dialect) {
        Caller caller = new Caller(realm, operator.actor());
        Instant now = clock.instant();
        Token.Family family = family(caller, Token.Holder.OPERATOR, key, now);
        return Credentials.answered(() -> families.begin(
                        realm.id(),
                        family.id(),
                        TokenKey.refreshEnd(family, now),
                        operator,
                        client.addressText(),
                        client.origin(dialect))
                .then(_ -> issued(caller, family, client)));
    }

    private Token.Family family(Caller caller, Token.Holder holder, @Nullable UUID key, Instant now) {
        Actor actor = caller.actor();
        return tokenKey(caller.realm()).begin(holder, actor.ref().id(), key, actor.generation(), now, random);
    }

    private Result<Tokens> issued(Caller caller, Token.Family family, RemoteClient client) {
        checks.log().add(SecurityEvent.TOKENS_ISSUED, caller, client);
        return Result.ok(issue(caller, family, 1, client));
    }

    private Tokens issue(Caller caller, Token.Family family, long number, RemoteClient client) {
        client.listener().authenticated(caller);
        Environment environment = caller.realm().environment();
        return tokenKey(caller.realm()).issue(environment, family, number, clock.instant(), random);
    }

    private TokenKey tokenKey(Realm realm) {
        return new TokenKey(realm.id(), credentials.tokenKey(realm.id()));
    }
}
