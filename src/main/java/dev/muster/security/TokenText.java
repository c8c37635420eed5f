package dev.muster.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A token as somebody presents it: a JWT (RFC 7519) in compact form, its header read and nothing of it
/// believed yet. It says which realm's [TokenKey] must verify it, in the header's `kid`.
public final class TokenText {
    /// Longer texts are no tokens of ours, and cost nothing.
    public static final int LONGEST = 2_048;

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
        if (presented.length() > LONGEST || !presented.startsWith("ey") || !isCompact(presented)) {
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

    /// Without the text.
    @Override
    public String toString() {
        return "TokenText[realm=" + realm + "]";
    }

    private static long realm(JWSHeader header) {
        String id = header.getKeyID();
        return id == null ? -1 : ApiKeyText.realm(id, 0, id.length());
    }

    /// The decoder skips what is not Base64url, so it is refused here.
    private static boolean isCompact(String text) {
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                dots++;
            } else if (!(isLetterOrDigit(c) || c == '-' || c == '_')) {
                return false;
            }
        }
        return dots == 2;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /// Base64 has bits to spare in its last character; with them set, a second text would carry the same
    /// signature.
    private static boolean hasOneSpelling(JWSObject parsed) {
        Base64URL signature = parsed.getSignature();
        return Base64URL.encode(signature.decode()).equals(signature);
    }
}
