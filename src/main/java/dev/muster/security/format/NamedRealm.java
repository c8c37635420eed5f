package dev.muster.security.format;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads which realm the text of a credential names. Nothing is checked but the text's form.
public final class NamedRealm {
    private static final String BEARER = "bearer ";

    private NamedRealm() {}

    /// The realm of an API key or token; empty for any other text, such as the root key.
    public static OptionalLong of(@Nullable String credential) {
        if (credential == null) {
            return OptionalLong.empty();
        }
        String text = credential.strip();
        Optional<Long> realm = text.startsWith("mst_")
                ? ApiKeyText.parse(text).map(ApiKeyText::realm)
                : text.startsWith("ey") ? TokenText.parse(text).map(TokenText::realm) : Optional.empty();
        return realm.isPresent() ? OptionalLong.of(realm.get()) : OptionalLong.empty();
    }

    /// The realm of the API key or token in a header `Authorization: Bearer …`; empty for any other header.
    ///
    /// @param authorization the header's value; null if absent
    public static OptionalLong ofBearer(@Nullable String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? OptionalLong.empty()
                : of(authorization.substring(BEARER.length()));
    }

    /// The realm of a console cookie, `<realm>.<rest>`; empty for any other text.
    public static OptionalLong ofCookie(@Nullable String cookie) {
        int dot = cookie == null ? -1 : cookie.indexOf('.');
        long realm = cookie == null || dot < 1 ? -1 : ApiKeyText.realm(cookie, 0, dot);
        return realm < 0 ? OptionalLong.empty() : OptionalLong.of(realm);
    }
}
