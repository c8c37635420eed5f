package dev.muster.security;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import dev.muster.directory.Credentials;
import dev.muster.model.tenant.Realm;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cookie values encrypted with a key of the realm: `<realm>.<JWE>`. Clients cannot read or change them, or use one for
/// another purpose.
public final class SealedCookies {
    /// The maximum length of a value. Browsers accept cookies of up to 4,096 characters, including name and
    /// attributes.
    public static final int MAX_LENGTH = 3_800;

    private static final String PURPOSE = "use";
    private final Credentials credentials;

    public SealedCookies(Credentials credentials) {
        this.credentials = credentials;
    }

    /// The decrypted values and their realm.
    public record Content(Realm realm, Map<String, Object> values) {
        /// A string by name; empty if there is none.
        public String text(String name) {
            return values.get(name) instanceof String text ? text : "";
        }
    }

    /// Encrypts values for a purpose.
    public String seal(Realm realm, String purpose, Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put(PURPOSE, purpose);
        JWEObject sealed = new JWEObject(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), new Payload(all));
        try {
            sealed.encrypt(new DirectEncrypter(credentials.ssoKey(realm.id())));
        } catch (JOSEException e) {
            throw new IllegalStateException("AES-256-GCM does not seal", e);
        }
        return realm.id() + "." + sealed.serialize();
    }

    /// Decrypts a value that was encrypted for this purpose; empty for any other text.
    public Optional<Content> open(@Nullable String cookie, String purpose) {
        int dot = cookie == null ? -1 : cookie.indexOf('.');
        if (cookie == null || dot < 1 || cookie.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            Realm realm = credentials.realm(Long.parseLong(cookie.substring(0, dot)));
            if (realm == null) {
                return Optional.empty();
            }
            JWEObject sealed = JWEObject.parse(cookie.substring(dot + 1));
            sealed.decrypt(new DirectDecrypter(credentials.ssoKey(realm.id())));
            Map<String, Object> values = sealed.getPayload().toJSONObject();
            return values != null && purpose.equals(values.get(PURPOSE))
                    ? Optional.of(new Content(realm, values))
                    : Optional.empty();
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
