package dev.muster.security;

import dev.muster.model.value.Digest;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The token in the link of an invitation: the realm, the operator and a secret, 56 bytes in Base64url. Anyone who has
/// the token can choose the operator's password.
///
/// @param secret 32 random bytes; only their SHA-256 is stored
public record InvitationText(long realm, UUID operator, byte[] secret) {
    private static final int SECRET_BYTES = 32;
    private static final int BYTES = 8 + 16 + SECRET_BYTES;

    /// Generates the secret of a new invitation.
    public static byte[] newSecret(RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    /// Parses the result of [#text]; empty for any other text.
    static Optional<InvitationText> parse(String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() != BYTES) {
                return Optional.empty();
            }
            long realm = bytes.getLong();
            UUID operator = new UUID(bytes.getLong(), bytes.getLong());
            byte[] secret = new byte[SECRET_BYTES];
            bytes.get(secret);
            return Optional.of(new InvitationText(realm, operator, secret));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The realm that a link's token names; empty for any other text.
    public static OptionalLong realmOf(String token) {
        return parse(token).stream().mapToLong(InvitationText::realm).findFirst();
    }

    /// The text in the link: 75 letters, digits, `-` and `_`.
    public String text() {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(realm)
                .putLong(operator.getMostSignificantBits())
                .putLong(operator.getLeastSignificantBits())
                .put(secret)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    Digest hash() {
        return Digest.sha256(secret);
    }

    /// Omits the secret.
    @Override
    public String toString() {
        return "InvitationText[realm=" + realm + ", operator=" + operator + "]";
    }
}
