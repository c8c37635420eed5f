package dev.muster.security.passkeys;

import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.RegisteredCredential;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import com.yubico.webauthn.data.exception.Base64UrlException;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Gives the library access to the passkeys of one operator only.
///
/// @param operator the operator; null if not known yet
record OperatorsPasskeys(@Nullable Operator operator, long realm, List<Passkey> passkeys)
        implements CredentialRepository {
    private static ByteArray bytes(String base64Url) {
        try {
            return ByteArray.fromBase64Url(base64Url);
        } catch (Base64UrlException e) {
            throw new IllegalStateException("a stored passkey is not in Base64url", e);
        }
    }

    private Optional<ByteArray> handle() {
        return Optional.ofNullable(operator)
                .map(known -> UserHandle.of(realm, known).bytes());
    }

    @Override
    public Set<PublicKeyCredentialDescriptor> getCredentialIdsForUsername(String username) {
        return passkeys.stream()
                .map(passkey -> PublicKeyCredentialDescriptor.builder()
                        .id(bytes(passkey.credentialId()))
                        .build())
                .collect(Collectors.toSet());
    }

    @Override
    public Optional<ByteArray> getUserHandleForUsername(String username) {
        return handle();
    }

    @Override
    public Optional<String> getUsernameForUserHandle(ByteArray userHandle) {
        return handle().filter(userHandle::equals)
                .flatMap(_ -> Optional.ofNullable(operator))
                .map(known -> known.username().text());
    }

    @Override
    public Optional<RegisteredCredential> lookup(ByteArray credentialId, ByteArray userHandle) {
        return handle().filter(userHandle::equals)
                .flatMap(handle -> passkeys.stream()
                        .filter(passkey -> passkey.credentialId().equals(credentialId.getBase64Url()))
                        .findFirst()
                        .map(passkey -> RegisteredCredential.builder()
                                .credentialId(credentialId)
                                .userHandle(handle)
                                .publicKeyCose(bytes(passkey.publicKey()))
                                .signatureCount(passkey.signatureCount())
                                .build()));
    }

    /// The library uses this only to check that a new passkey is not registered yet. The directory also checks
    /// this, across all operators of the realm.
    @Override
    public Set<RegisteredCredential> lookupAll(ByteArray credentialId) {
        return handle().flatMap(handle -> lookup(credentialId, handle)).stream().collect(Collectors.toSet());
    }
}
