package dev.muster.security.sso;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderConfigurationRequest;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.muster.model.credential.SsoProvider;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client for one issuer. It is created from the issuer's metadata and used for [#METADATA_TTL]. Thread-safe.
///
/// Keys are fetched on first use, every five minutes, and when a token names an unknown key. Unknown keys cause at most
/// two fetches per [#MIN_KEY_REFRESH_INTERVAL].
final class ProviderClient {
    /// How long the metadata of an issuer is used.
    static final Duration METADATA_TTL = Duration.ofMinutes(60);

    static final Duration MIN_KEY_REFRESH_INTERVAL = Duration.ofSeconds(30);
    private static final Duration KEY_CACHE_TTL = Duration.ofMinutes(5);
    private static final Duration KEY_FETCH_TIMEOUT = Duration.ofSeconds(15);
    private static final int CLOCK_SKEW_SECONDS = 60;

    /// The accepted signature algorithms. All of them are asymmetric, so that only the provider has the signing
    /// key; `none` and HMAC are not accepted.
    private static final Set<JWSAlgorithm> SIGNED = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final OIDCProviderMetadata metadata;
    private final JWKSource<SecurityContext> keys;
    private final ProviderHttp http;

    private ProviderClient(OIDCProviderMetadata metadata, ProviderHttp http) throws IOException {
        this.metadata = metadata;
        this.http = http;
        this.keys = JWKSourceBuilder.create(metadata.getJWKSetURI().toURL(), http)
                .cache(KEY_CACHE_TTL.toMillis(), KEY_FETCH_TIMEOUT.toMillis())
                .refreshAheadCache(false)
                .rateLimited(MIN_KEY_REFRESH_INTERVAL.toMillis())
                .build();
    }

    /// Fetches the metadata of an issuer and creates a client for it.
    ///
    /// @throws IOException if the issuer does not respond, or its metadata is invalid or names another issuer
    static ProviderClient discover(String issuer, ProviderHttp http) throws IOException {
        Issuer wanted = new Issuer(issuer);
        try {
            HTTPResponse response =
                    new OIDCProviderConfigurationRequest(wanted).toHTTPRequest().send(http);
            response.ensureStatusCode(HTTPResponse.SC_OK);
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(response.getBodyAsJSONObject());
            if (!wanted.equals(metadata.getIssuer())) {
                throw new IOException("describes " + metadata.getIssuer() + ", not itself");
            }
            for (URI needed : List.of(
                    required(metadata.getAuthorizationEndpointURI(), "authorization_endpoint"),
                    required(metadata.getTokenEndpointURI(), "token_endpoint"),
                    required(metadata.getJWKSetURI(), "jwks_uri"))) {
                requireSafe(needed);
            }
            if (metadata.getEndSessionEndpointURI() != null) {
                requireSafe(metadata.getEndSessionEndpointURI());
            }
            return new ProviderClient(metadata, http);
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("not a description of an issuer", e);
        }
    }

    private static URI required(@Nullable URI endpoint, String name) throws IOException {
        if (endpoint == null) {
            throw new IOException("has no " + name);
        }
        return endpoint;
    }

    /// Throws if an endpoint does not use https. Browsers are redirected to endpoints, so an endpoint must not be a
    /// script or use plain http. Plain http is allowed only for the loopback address.
    private static void requireSafe(URI endpoint) throws IOException {
        boolean plain = "http".equals(endpoint.getScheme()) && ProviderHttp.isLoopbackName(endpoint.getHost());
        if (!plain && !"https".equals(endpoint.getScheme())) {
            throw new IOException("not https: " + endpoint);
        }
    }

    /// The URL of the authorization request, to which the browser is redirected.
    ///
    /// @param hint the name that the person typed, which is sent as `login_hint`; may be empty
    /// @param again whether the provider must authenticate the person again, even if they are still signed in there
    URI authorization(SsoProvider provider, PendingSignIn pending, String hint, boolean again) {
        AuthenticationRequest.Builder request = new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        new Scope(provider.settings().scopes().toArray(new String[0])),
                        new ClientID(provider.settings().clientId()),
                        pending.redirect())
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(new State(pending.state()))
                .nonce(new Nonce(pending.nonce()))
                .codeChallenge(new CodeVerifier(pending.verifier()), CodeChallengeMethod.S256);
        if (again) {
            // The provider must then send `auth_time` (OpenID Connect Core 3.1.2.1).
            request.maxAge(0);
        }
        return (hint.isEmpty() ? request : request.loginHint(hint)).build().toURI();
    }

    /// Whether the response names this issuer, or names none if the issuer does not support naming it (RFC 9207).
    /// This prevents mix-up attacks, in which the code of one issuer is sent to another.
    boolean isFromHere(AuthenticationResponse response) {
        Issuer says = response.getIssuer();
        return says == null ? !metadata.supportsAuthorizationResponseIssuerParam() : says.equals(metadata.getIssuer());
    }

    /// The result of a sign-in at the provider.
    ///
    /// @param idToken the ID token as received, which is needed to sign out
    record SignInResult(IDTokenClaimsSet claims, JWT idToken) {}

    /// Exchanges a code for an ID token and validates the token.
    ///
    /// @throws IOException if the provider does not respond
    /// @throws ParseException if the response has no ID token
    /// @throws BadJOSEException if the ID token is not valid
    SignInResult redeem(SsoProvider provider, String clientSecret, AuthorizationCode code, PendingSignIn pending)
            throws IOException, ParseException, BadJOSEException, JOSEException {
        ClientID client = new ClientID(provider.settings().clientId());
        TokenRequest request = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(),
                        authentication(client, new Secret(clientSecret)),
                        new AuthorizationCodeGrant(code, pending.redirect(), new CodeVerifier(pending.verifier())))
                .build();
        TokenResponse response =
                OIDCTokenResponseParser.parse(request.toHTTPRequest().send(http));
        if (!(response instanceof OIDCTokenResponse tokens)) {
            throw new ParseException("refused: " + response.toErrorResponse().getErrorObject());
        }
        JWT idToken = tokens.getOIDCTokens().getIDToken();
        IDTokenValidator validator = new IDTokenValidator(
                metadata.getIssuer(), client, new JWSVerificationKeySelector<>(SIGNED, keys), null);
        validator.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        return new SignInResult(validator.validate(idToken, new Nonce(pending.nonce())), idToken);
    }

    private ClientAuthentication authentication(ClientID client, Secret secret) {
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean postOnly = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return postOnly ? new ClientSecretPost(client, secret) : new ClientSecretBasic(client, secret);
    }

    /// The URL at which the browser signs out of the provider; null if the provider has none.
    ///
    /// @param idToken the ID token; null if it was not kept, in which case the provider may ask for confirmation
    @Nullable
    URI logout(SsoProvider provider, @Nullable JWT idToken, URI returnTo) {
        URI endpoint = metadata.getEndSessionEndpointURI();
        return endpoint == null
                ? null
                : new LogoutRequest(
                                endpoint,
                                idToken,
                                null,
                                new ClientID(provider.settings().clientId()),
                                returnTo,
                                null,
                                null)
                        .toURI();
    }
}
