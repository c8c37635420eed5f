package dev.muster.security.format;

import dev.muster.sealing.Hmac;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/// The signature in a link that works without a credential until it expires. It is the Base64url of the
/// expiry, the id of the key that created the link, and an HMAC-SHA256 over both and the linked resource,
/// under a key of the realm.
public final class LinkText {
    private static final int CLAIMS = 3 * Long.BYTES;

    private final Hmac hmac;

    /// @param realmKey the realm's key, 32 bytes, which is used only for links
    public LinkText(byte[] realmKey) {
        this.hmac = new Hmac(realmKey);
    }

    /// Creates the signature of a link.
    ///
    /// @param what the linked resource
    /// @param key the key to which access is attributed
    public String make(String what, UUID key, Instant until) {
        ByteBuffer link = ByteBuffer.allocate(CLAIMS + Hmac.BYTES)
                .putLong(until.toEpochMilli())
                .putLong(key.getMostSignificantBits())
                .putLong(key.getLeastSignificantBits());
        link.put(mac(Arrays.copyOf(link.array(), CLAIMS), what));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(link.array());
    }

    /// Checks a link to `what`. Returns the key to which access is attributed, or empty if the link is invalid or
    /// expired.
    public Optional<UUID> opens(String text, String what, Instant now) {
        byte[] link;
        try {
            link = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (link.length != CLAIMS + Hmac.BYTES) {
            return Optional.empty();
        }
        ByteBuffer read = ByteBuffer.wrap(link);
        Instant until = Instant.ofEpochMilli(read.getLong());
        UUID key = new UUID(read.getLong(), read.getLong());
        byte[] mac = mac(Arrays.copyOf(link, CLAIMS), what);
        boolean genuine = MessageDigest.isEqual(Arrays.copyOfRange(link, CLAIMS, link.length), mac);
        return genuine && now.isBefore(until) ? Optional.of(key) : Optional.empty();
    }

    private byte[] mac(byte[] claims, String what) {
        return hmac.of(claims, what.getBytes(StandardCharsets.UTF_8));
    }
}
