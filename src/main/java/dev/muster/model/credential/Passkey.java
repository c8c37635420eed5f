package dev.muster.model.credential;

import dev.muster.model.value.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A passkey (WebAuthn credential) of an operator. Its private key never leaves the operator's device.
///
/// @param operator the owner's id
/// @param name the name that the operator gave it, such as `Work laptop`
/// @param credentialId the id that the device assigned, in Base64url; unique within a realm
/// @param publicKey the COSE key for verifying its signatures, in Base64url
/// @param signatureCount the signature counter of its last use; 0 if the device does not count, as for passkeys that
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
    public static final int MAX_PER_OPERATOR = 20;

    /// The maximum length of a name, in characters.
    public static final int MAX_NAME_LENGTH = 100;

    /// The SHA-256 of the text of `publicKey`, in hexadecimal. The journal uses it to identify the key.
    public String publicKeyHash() {
        return Digest.sha256(publicKey).toString();
    }

    /// Returns the passkey as it is after being used.
    public Passkey used(long newSignatureCount, Instant at) {
        return new Passkey(id, operator, name, credentialId, publicKey, newSignatureCount, createdAt, at);
    }
}
