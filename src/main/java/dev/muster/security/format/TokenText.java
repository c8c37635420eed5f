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

/// A presented token, not verified yet: a JWT (RFC 7519) in compact form. The `kid` of its header says which
/// realm's [TokenKey] must verify it.
public final class TokenText {
    /// Longer texts are not parsed.
    public static final int LONGEST = 2_048;

    /// The decoder skips characters that are not Base64url, so they are refused here.
    private static final Pattern COMPACT = Pattern.compile("ey[\\w-]*+\\.[\\w-]*+\\.[\\w-]*+");

    private final JWSObject parsed;
    private final long realm;

    private TokenText(JWSObject parsed, long realm) {
        this.parsed = parsed;
        this.realm = realm;
    }

    /// Reads a text that somebody presents.
    ///
    /// @return empty when the text is no token in compact form, is longer than [#LONGEST], names another
    ///     algorithm than HS256 (`none` and public-key ones included), or names no realm
    public static Optional<TokenText> parse(String presented) {
        if (presented.length() > LONGEST || !COMPACT.matcher(presented).matches()) {
            return Optional.empty();
        }
        try {
            JWSObject parsed = JWSObject.parse(presented);
            long realm = realm(parsed.getHeader());
            return realm >= 0 && JWSAlgorithm.HS256.equals(parsed.getHeader().getAlgorithm()) && hasOneSpelling(parsed)
                    ? Optional.of(new TokenText(parsed, realm))
                    : Optional.empty();
        } catch (ParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The realm that the token says it is of.
    public long realm() {
        return realm;
    }

    /// Verifies the signature.
    ///
    /// @return the claims, or null when the signature is not the verifier's or the payload is no JSON object
    @Nullable
    Map<String, Object> claims(JWSVerifier verifier) {
        try {
            return parsed.verify(verifier) ? parsed.getPayload().toJSONObject() : null;
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 does not verify", e);
        }
    }

    private static long realm(JWSHeader header) {
        String id = header.getKeyID();
        return id == null ? -1 : ApiKeyText.realm(id, 0, id.length());
    }

    /// The last character of Base64 has unused bits; with them set, a second text would have the same signature.
    private static boolean hasOneSpelling(JWSObject parsed) {
        Base64URL signature = parsed.getSignature();
        return Base64URL.encode(signature.decode()).equals(signature);
    }
}
