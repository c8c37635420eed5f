package dev.muster.model.credential;

import dev.muster.model.value.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A passkey (WebAuthn credential) of an operator. Its private key never leaves the operator's device.
///
/// @param operator the owner's id
/// @param name the operator's name for it, such as `Work laptop`
/// @param credentialId the id that the device gave it, in Base64url; unique within a realm
/// @param publicKey the COSE key that its signatures are verified with, in Base64url
/// @param signatureCount the counter in its last signature; 0 if the device does not count, as with passkeys that
///     are synchronised between devices
/// @param lastUsedAt when it was last used; null if never
public record Passkey(
        UUID id,
        UUID operator,
        String name,
        String credentialId,
        String publicKey,
        long signatureCount,
        Instant createdAt,
        @Nullable Instant lastUsedAt) {
    /// The maximum number of passkeys per operator.
    public static final int MOST = 20;

    /// The maximum length of a name, in characters.
    public static final int LONGEST_NAME = 100;

    /// The SHA-256 of `publicKey` as text, in hexadecimal. The journal identifies the key by it.
    public String publicKeyHash() {
        return Digest.sha256(publicKey).toString();
    }

    /// The passkey after a signature.
    public Passkey used(long newSignatureCount, Instant at) {
        return new Passkey(id, operator, name, credentialId, publicKey, newSignatureCount, createdAt, at);
    }
}
