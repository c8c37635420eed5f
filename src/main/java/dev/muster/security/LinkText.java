package dev.muster.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What makes an address of something private a link that anybody may follow for a while: until when, on the account
/// of which key, and an HMAC-SHA256 over both and over what it opens, under a key of the realm's. In Base64 for URLs.
final class LinkText {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int CLAIMS = Long.BYTES + 2 * Long.BYTES;
    private static final int MAC = 32;

    private final byte[] realmKey;

    /// @param realmKey 32 bytes of the realm's, for links and nothing else
    LinkText(byte[] realmKey) {
        this.realmKey = realmKey;
    }

    /// @param what it opens
    /// @param key on whose account
    String make(String what, UUID key, Instant until) {
        byte[] claims = ByteBuffer.allocate(CLAIMS)
                .putLong(until.toEpochMilli())
                .putLong(key.getMostSignificantBits())
                .putLong(key.getLeastSignificantBits())
                .array();
        byte[] whole = ByteBuffer.allocate(CLAIMS + MAC)
                .put(claims)
                .put(mac(claims, what))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /// On whose account `text` opens `what` at `now`; nothing when it does not.
    Optional<UUID> opens(String text, String what, Instant now) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (whole.length != CLAIMS + MAC) {
            return Optional.empty();
        }
        ByteBuffer read = ByteBuffer.wrap(whole);
        Instant until = Instant.ofEpochMilli(read.getLong());
        UUID key = new UUID(read.getLong(), read.getLong());
        byte[] claims = new byte[CLAIMS];
        byte[] mac = new byte[MAC];
        read.rewind().get(claims).get(mac);
        boolean made = ConstantTime.equal(mac, mac(claims, what));
        return made && now.isBefore(until) ? Optional.of(key) : Optional.empty();
    }

    private byte[] mac(byte[] claims, String what) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(realmKey, ALGORITHM));
            mac.update(claims);
            return mac.doFinal(what.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
