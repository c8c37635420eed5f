package dev.muster.console;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A minimal OpenID provider, which can give responses that a real one would not. It accepts a code more than once, so
/// that only Muster's own check can refuse a second use.
final class TestIssuer implements AutoCloseable {
    static final String CLIENT = "muster";
    static final String SECRET = "the client's secret";

    /// Creates an ID token from valid claims.
    interface Signer {
        String sign(JWTClaimsSet claims) throws Exception;
    }

    /// Created only once, because creating a key takes a while.
    private static final RSAKey FIRST = newKey("first");

    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    final AtomicInteger keyFetches = new AtomicInteger();
    final AtomicInteger tokenCalls = new AtomicInteger();
    volatile RSAKey key = FIRST;

    /// Changes the claims about the person before they are signed.
    volatile Consumer<JWTClaimsSet.Builder> claims = _ -> {};
    volatile Signer signer = this::signed;
    volatile boolean saysItsName = true;
    volatile String metadata = "";

    /// The URL that the discovery document redirects to; null to serve the document itself.
    volatile String elsewhere;

    TestIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/openid-configuration", exchange -> {
            if (elsewhere != null) {
                exchange.getResponseHeaders().set("Location", elsewhere);
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
                return;
            }
            answer(exchange, 200, description());
        });
        server.createContext("/keys", exchange -> {
            keyFetches.incrementAndGet();
            answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
        });
        server.createContext("/token", this::token);
        server.start();
    }

    static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String description() {
        return """
                {"issuer":"%1$s","authorization_endpoint":"%1$s/auth","token_endpoint":"%1$s/token",\
                "jwks_uri":"%1$s/keys","end_session_endpoint":"%1$s/out","response_types_supported":["code"],\
                "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"],\
                "authorization_response_iss_parameter_supported":%2$s%3$s}""".formatted(url(), saysItsName, metadata);
    }

    /// Returns the query of the provider's redirect after a sign-in.
    ///
    /// @param request the authorization request that the browser was redirected to
    String callback(URI request) {
        Map<String, String> asked = parameters(request.getRawQuery());
        String code = "code-" + codes.size();
        codes.put(code, asked);
        return "?code=" + code + "&state=" + asked.get("state")
                + (saysItsName ? "&iss=" + URLEncoder.encode(url(), StandardCharsets.UTF_8) : "");
    }

    private void token(HttpExchange exchange) throws IOException {
        tokenCalls.incrementAndGet();
        Map<String, String> sent =
                parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> asked = codes.get(sent.get("code"));
        String credentials = "Basic "
                + Base64.getEncoder()
                        .encodeToString((CLIENT + ":" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8));
        boolean proven = asked != null
                && credentials.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && sent.get("redirect_uri").equals(asked.get("redirect_uri"))
                && "S256".equals(asked.get("code_challenge_method"))
                && CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(sent.get("code_verifier")))
                        .getValue()
                        .equals(asked.get("code_challenge"));
        if (!proven) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        Instant now = Instant.now();
        JWTClaimsSet.Builder all = new JWTClaimsSet.Builder()
                .issuer(url())
                .subject("sub-of-maria")
                .audience(CLIENT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", asked.get("nonce"))
                .claim("preferred_username", "maria")
                .claim("roles", List.of("muster-managers"));
        claims.accept(all);
        try {
            answer(
                    exchange,
                    200,
                    "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"id_token\":\"" + signer.sign(all.build())
                            + "\"}");
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    String signed(JWTClaimsSet claims) throws Exception {
        return signedBy(key, claims);
    }

    static String signedBy(RSAKey key, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    static String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    /// Signs the claims with HMAC, using the text of the public key as the secret.
    String signedWithPublicKey(JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims);
        token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        return token.serialize();
    }

    static Map<String, String> parameters(String query) {
        Map<String, String> all = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            all.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return all;
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
