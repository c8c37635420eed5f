package dev.muster.security.format;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A presented token that is not verified yet: a JWT (RFC 7519) in compact form. The header's `kid` names the
/// realm whose [TokenKey] must verify it.
public final class TokenText {
    /// The maximum length of a token in characters. Longer tokens are not parsed.
    public static final int MAX_LENGTH = 2_048;

    /// The syntax of a compact JWT. The decoder skips characters outside Base64url, so they are refused here.
    private static final Pattern COMPACT = Pattern.compile("ey[\\w-]*+\\.[\\w-]*+\\.[\\w-]*+");

    private final JWSObject parsed;
    private final long realm;

    private TokenText(JWSObject parsed, long realm) {
        this.parsed = parsed;
        this.realm = realm;
    }

    /// Parses a presented text.
    ///
    /// @return empty if the text is not a compact JWT, is longer than [#MAX_LENGTH], names an algorithm other
    ///     than HS256 (such as `none` or a public-key one), or does not name a realm
    public static Optional<TokenText> parse(String presented) {
        if (presented.length() > MAX_LENGTH || !COMPACT.matcher(presented).matches()) {
            return Optional.empty();
        }
        try {
            JWSObject parsed = JWSObject.parse(presented);
            long realm = realm(parsed.getHeader());
            return realm >= 0 && JWSAlgorithm.HS256.equals(parsed.getHeader().getAlgorithm()) && isCanonical(parsed)
                    ? Optional.of(new TokenText(parsed, realm))
                    : Optional.empty();
        } catch (ParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The realm that the token names.
    public long realm() {
        return realm;
    }

    /// Verifies the signature.
    ///
    /// @return the claims, or null if the signature is wrong or the payload is not a JSON object
    @Nullable
    Map<String, Object> claims(JWSVerifier verifier) {
        try {
            return parsed.verify(verifier) ? parsed.getPayload().toJSONObject() : null;
        } catch (JOSEException e) {
            throw new IllegalStateException("verifying with HS256 failed", e);
        }
    }

    private static long realm(JWSHeader header) {
        String id = header.getKeyID();
        return id == null ? -1 : ApiKeyText.realm(id, 0, id.length());
    }

    /// Whether the signature has its only valid encoding. The last Base64 character has unused bits; if any are
    /// set, the text is another encoding of the same signature.
    private static boolean isCanonical(JWSObject parsed) {
        Base64URL signature = parsed.getSignature();
        return Base64URL.encode(signature.decode()).equals(signature);
    }
}
