package dev.muster.security.sso;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationErrorResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import dev.muster.directory.Credentials;
import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Caller;
import dev.muster.security.RemoteClient;
import dev.muster.security.SealedCookies;
import dev.muster.security.SsoAttempts;
import dev.muster.security.sso.SignInRefused.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signs operators in through the identity providers of their tenants. Thread-safe.
///
/// [#begin] starts a sign-in and returns the URL of the provider to which the browser is sent; [#finish] completes it
/// when the browser returns. In between, the state of the sign-in is in a sealed cookie, which is valid for ten minutes
/// and for one response.
public final class SingleSignOn {
    private static final Duration SIGN_IN_LIFETIME = Duration.ofMinutes(10);

    /// The number of responses that are remembered, so that none is accepted twice. Providers also accept each code
    /// only once.
    private static final int REMEMBERED = 50_000;

    private static final String SIGN_IN = "sign-in";
    private static final String SIGN_OUT = "sign-out";
    private static final Logger LOG = LoggerFactory.getLogger(SingleSignOn.class);

    private final Credentials credentials;
    private final Directory directory;
    private final SsoAttempts attempts;
    private final ProviderClients clients;
    private final InstantSource clock;
    private final SealedCookies cookies;
    private final Set<String> answered = Collections.newSetFromMap(Collections.synchronizedMap(new Remembered()));

    /// @param attempts the limit on failed sign-ins, which also logs all sign-ins
    public SingleSignOn(
            Credentials credentials,
            Directory directory,
            SsoAttempts attempts,
            ProviderHttp http,
            InstantSource clock) {
        this.credentials = credentials;
        this.directory = directory;
        this.attempts = attempts;
        this.clients = new ProviderClients(http);
        this.clock = clock;
        this.cookies = new SealedCookies(credentials);
    }

    private static final class Remembered extends LinkedHashMap<String, Boolean> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }

    // Choosing a provider.

    /// The identity providers of a tenant; empty if the tenant does not exist.
    public List<SsoProvider> providers(String partnerId) {
        return credentials.providers(partnerId);
    }

    private SsoProvider provider(Realm realm, String typed) throws SignInRefused {
        List<SsoProvider> all = providers(realm.partnerId());
        if (all.isEmpty()) {
            throw new SignInRefused(Reason.NO_PROVIDER);
        }
        if (all.size() == 1) {
            return all.getFirst();
        }
        return all.stream()
                .filter(provider -> provider.serves(typed))
                .findFirst()
                .or(() -> all.stream()
                        .filter(provider -> provider.settings().domains().isEmpty() && typed.contains("@"))
                        .findFirst())
                .orElseThrow(() -> new SignInRefused(Reason.WHICH_PROVIDER));
    }

    private @Nullable Realm realm(String partnerId, String environment) {
        for (Environment each : Environment.values()) {
            if (each.wireName().equals(environment) && !partnerId.isBlank()) {
                return credentials.realm(partnerId.strip(), each);
            }
        }
        return null;
    }

    // Signing in.

    /// The input of the sign-in form.
    ///
    /// @param environment `test` or `production`, or any other text that was sent
    /// @param name an e-mail address or a username; may be empty
    /// @param next the page of the console to go to afterwards; empty for the overview
    /// @param again whether the provider must authenticate the person again, even if they are still signed in there
    public record SignInInput(String partnerId, String environment, String name, String next, boolean again) {}

    /// A sign-in in progress.
    ///
    /// @param authorization the URL to which the browser must be sent
    /// @param cookie the cookie that the browser must send with the response
    public record StartedSignIn(URI authorization, String cookie) {
        /// Omits the cookie, which is a secret.
        @Override
        public String toString() {
            return "Begun";
        }
    }

    /// Starts a sign-in.
    ///
    /// @param redirect the URL to which the provider sends the browser back
    public StartedSignIn begin(SignInInput typed, URI redirect, RemoteClient client) throws SignInRefused {
        requireAllowed(client);
        Realm realm = realm(typed.partnerId, typed.environment);
        if (realm == null) {
            throw new SignInRefused(Reason.NO_PROVIDER);
        }
        SsoProvider provider = provider(realm, typed.name.strip());
        ProviderClient issuer = clients.of(provider);
        PendingSignIn pending = new PendingSignIn(
                provider.id(),
                new State().getValue(),
                new Nonce().getValue(),
                new CodeVerifier().getValue(),
                redirect,
                typed.next,
                clock.instant().plus(SIGN_IN_LIFETIME));
        return new StartedSignIn(
                issuer.authorization(provider, pending, typed.name.strip(), typed.again),
                cookies.seal(realm, SIGN_IN, pending.values()));
    }

    private void requireAllowed(RemoteClient client) throws SignInRefused {
        Refusal.TryAgain limited = attempts.refusal(client);
        if (limited != null) {
            throw new SignInRefused(Reason.TOO_MANY, limited.retryAfter(), null);
        }
    }

    /// A completed sign-in.
    ///
    /// @param provenAt when the operator authenticated at the provider (`auth_time`)
    /// @param signOut the cookie for signing out of the provider
    public record CompletedSignIn(Realm realm, Operator operator, Instant provenAt, String next, String signOut) {
        /// Omits the cookie, which is a secret.
        @Override
        public String toString() {
            return "Finished[" + operator.id() + "]";
        }
    }

    /// Completes a sign-in with the response of the provider.
    ///
    /// @param cookie the cookie from [#begin]; null if absent
    /// @param answer the query parameters of the provider's redirect
    public CompletedSignIn finish(@Nullable String cookie, Map<String, List<String>> answer, RemoteClient client)
            throws SignInRefused {
        requireAllowed(client);
        SealedCookies.Content opened =
                cookies.open(cookie, SIGN_IN).orElseThrow(() -> new SignInRefused(Reason.NOT_BEGUN));
        PendingSignIn pending = PendingSignIn.of(opened);
        try {
            return finish(opened.realm(), pending, answer, client);
        } catch (SignInRefused e) {
            attempts.refused(opened.realm(), client);
            LOG.atInfo()
                    .addKeyValue(
                            "realm",
                            opened.realm().partnerId() + "/"
                                    + opened.realm().environment().wireName())
                    .addKeyValue("reason", e.reason())
                    .log(
                            "single sign-on refused: {}",
                            e.getCause() == null ? e.reason() : ProviderClients.text(e.getCause()));
            throw e;
        }
    }

    private CompletedSignIn finish(
            Realm realm, PendingSignIn pending, Map<String, List<String>> answer, RemoteClient client)
            throws SignInRefused {
        Instant now = clock.instant();
        if (!now.isBefore(pending.endsAt())) {
            throw new SignInRefused(Reason.NOT_BEGUN);
        }
        AuthenticationResponse response = response(pending, answer);
        // The response is recorded before the code is used, so that two requests with the same response cannot both
        // succeed.
        if (!answered.add(pending.state())) {
            throw new SignInRefused(Reason.NOT_BEGUN);
        }
        SsoProvider provider = providers(realm.partnerId()).stream()
                .filter(each -> each.id().equals(pending.provider()))
                .findFirst()
                .orElseThrow(() -> new SignInRefused(Reason.NO_PROVIDER));
        ProviderClient issuer = clients.of(provider);
        if (!issuer.isFromHere(response)) {
            throw new SignInRefused(Reason.UNPROVEN);
        }
        if (response instanceof AuthenticationErrorResponse error) {
            throw new SignInRefused(Reason.DENIED, new ParseException(String.valueOf(error.getErrorObject())));
        }
        AuthorizationCode code =
                response instanceof AuthenticationSuccessResponse success ? success.getAuthorizationCode() : null;
        if (code == null) {
            throw new SignInRefused(Reason.UNPROVEN);
        }
        ProviderClient.SignInResult proven = redeem(realm, provider, issuer, code, pending);
        Operator operator = operator(realm, provider, proven, client);
        attempts.signedIn(
                new Caller(realm, operator.actor()), operator.username().folded(), client);
        return new CompletedSignIn(
                realm,
                operator,
                provenAt(proven.claims(), now),
                pending.next(),
                signOut(realm, provider, proven.idToken()));
    }

    /// When the person authenticated. If the provider does not report the time, it may not have asked for a
    /// credential, so the sign-in does not count as a recent proof.
    private static Instant provenAt(IDTokenClaimsSet claims, Instant now) {
        Date at = claims.getAuthenticationTime();
        if (at == null) {
            return now.minus(Actor.PROOF_LIFETIME);
        }
        return at.toInstant().isAfter(now) ? now : at.toInstant();
    }

    private static AuthenticationResponse response(PendingSignIn pending, Map<String, List<String>> answer)
            throws SignInRefused {
        try {
            AuthenticationResponse response = AuthenticationResponseParser.parse(pending.redirect(), answer);
            if (response.getState() == null || !response.getState().getValue().equals(pending.state())) {
                throw new SignInRefused(Reason.NOT_BEGUN);
            }
            return response;
        } catch (ParseException e) {
            throw new SignInRefused(Reason.UNPROVEN, e);
        }
    }

    private ProviderClient.SignInResult redeem(
            Realm realm, SsoProvider provider, ProviderClient issuer, AuthorizationCode code, PendingSignIn pending)
            throws SignInRefused {
        String secret = credentials.clientSecret(realm.partnerId(), provider.id());
        if (secret == null) {
            throw new SignInRefused(Reason.NO_PROVIDER);
        }
        try {
            return issuer.redeem(provider, secret, code, pending);
        } catch (IOException e) {
            throw new SignInRefused(Reason.UNREACHABLE, e);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new SignInRefused(Reason.UNPROVEN, e);
        }
    }

    /// Executes the command that creates the operator for an authenticated identity, or updates their role.
    private Operator operator(
            Realm realm, SsoProvider provider, ProviderClient.SignInResult proven, RemoteClient client)
            throws SignInRefused {
        ProviderClaims claims = new ProviderClaims(proven.claims().toJSONObject(), provider.settings());
        Role role = claims.role();
        if (role == null) {
            throw new SignInRefused(Reason.NO_ROLE);
        }
        Validator checks = new Validator();
        Identifier username = checks.operatorName(claims.username());
        if (username == null || !checks.passed()) {
            throw new SignInRefused(Reason.NO_NAME);
        }
        FederatedIdentity identity = new FederatedIdentity(
                provider.settings().issuer(), proven.claims().getSubject().getValue());
        Command command = new OperatorCommand.SignInOperator(identity, username, role);
        Result<Change> result = directory.execute(new WriteRequest(
                realm.id(),
                new Write(Actor.SYSTEM, null, List.of(command), null),
                new Origin("console", client.requestId(), null),
                null,
                false,
                0));
        return switch (result) {
            case Result.Ok<Change>(var change) -> change.operator();
            case Result.Refused<Change>(var refusal) -> throw refused(refusal);
        };
    }

    private static SignInRefused refused(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Taken _ -> new SignInRefused(Reason.NAME_TAKEN);
            case Refusal.Unauthenticated _ -> new SignInRefused(Reason.DISABLED);
            case Refusal.TryAgain again -> new SignInRefused(Reason.BUSY, again.retryAfter(), null);
            // The command itself has no other refusals.
            default -> new SignInRefused(Reason.BUSY);
        };
    }

    // Signing out.

    private String signOut(Realm realm, SsoProvider provider, JWT idToken) {
        Map<String, Object> values = Map.of("provider", provider.id().toString(), "token", idToken.serialize());
        String cookie = cookies.seal(realm, SIGN_OUT, values);
        // Without the token, the provider may ask for confirmation.
        return cookie.length() <= SealedCookies.MAX_LENGTH
                ? cookie
                : cookies.seal(realm, SIGN_OUT, Map.of("provider", provider.id().toString()));
    }

    /// The URL for signing out of the identity provider; null if there is none.
    ///
    /// @param cookie the cookie from [#finish]; null if absent
    /// @param returnTo the URL to which the provider redirects the browser afterwards
    public @Nullable URI signOut(@Nullable String cookie, URI returnTo) {
        SealedCookies.Content opened = cookies.open(cookie, SIGN_OUT).orElse(null);
        if (opened == null) {
            return null;
        }
        UUID id = UUID.fromString(opened.text("provider"));
        for (SsoProvider provider : providers(opened.realm().partnerId())) {
            if (provider.id().equals(id)) {
                try {
                    String token = opened.text("token");
                    return clients.of(provider)
                            .logout(provider, token.isEmpty() ? null : JWTParser.parse(token), returnTo);
                } catch (SignInRefused | java.text.ParseException e) {
                    LOG.debug("cannot sign out of {}", provider.settings().issuer(), e);
                }
            }
        }
        return null;
    }
}
