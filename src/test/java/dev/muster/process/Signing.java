package dev.muster.process;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Creates request bodies that are signed as Smile ID's clients sign them.
final class Signing {
    private Signing() {}

    /// Returns `fields` with the time, the partner id, and the signature over both.
    ///
    /// @param partner the name of the field that contains the partner id in this call
    static Map<String, Object> signed(String secret, String partner, String partnerId, Map<String, Object> fields) {
        String timestamp = Instant.now().toString();
        Map<String, Object> body = new HashMap<>(fields);
        body.put(partner, partnerId);
        body.put("timestamp", timestamp);
        body.put("signature", signature(secret, timestamp + partnerId + "sid_request"));
        return body;
    }

    private static String signature(String secret, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
