package dev.muster.security.passkeys;

import com.yubico.webauthn.data.AuthenticatorAssertionResponse;
import com.yubico.webauthn.data.ClientAssertionExtensionOutputs;
import com.yubico.webauthn.data.PublicKeyCredential;
import dev.muster.security.passkeys.CeremonyRefused.Reason;
import java.io.IOException;
import java.util.OptionalLong;

/// Parses what a device responds when a passkey is used.
public final class PasskeyResponse {
    private PasskeyResponse() {}

    static PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> parse(String response)
            throws CeremonyRefused {
        try {
            return PublicKeyCredential.parseAssertionResponseJson(response);
        } catch (IOException | IllegalArgumentException e) {
            throw new CeremonyRefused(Reason.INVALID, e);
        }
    }

    /// The realm that the response to a sign-in names; empty if it names none. Nothing is verified.
    public static OptionalLong realmOf(String response) {
        try {
            return parse(response).getResponse().getUserHandle().map(UserHandle::of).stream()
                    .mapToLong(UserHandle::realm)
                    .findFirst();
        } catch (CeremonyRefused e) {
            return OptionalLong.empty();
        }
    }
}
