package dev.muster.security.sso;

import dev.muster.security.SealedCookies;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// A sign-in that was begun, as the browser that began it keeps it.
///
/// @param provider that was asked
/// @param state what the answer must repeat
/// @param nonce what the ID token must repeat
/// @param verifier what the code is exchanged with (PKCE)
/// @param redirect where the answer arrives, as the provider was told
/// @param next the page of the console to go to afterwards; empty for the overview
record PendingSignIn(
        UUID provider, String state, String nonce, String verifier, URI redirect, String next, Instant endsAt) {
    Map<String, Object> values() {
        return Map.of(
                "provider", provider.toString(),
                "state", state,
                "nonce", nonce,
                "verifier", verifier,
                "redirect", redirect.toString(),
                "next", next,
                "ends", Long.toString(endsAt.toEpochMilli()));
    }

    static PendingSignIn of(SealedCookies.Opened opened) {
        return new PendingSignIn(
                UUID.fromString(opened.text("provider")),
                opened.text("state"),
                opened.text("nonce"),
                opened.text("verifier"),
                URI.create(opened.text("redirect")),
                opened.text("next"),
                Instant.ofEpochMilli(Long.parseLong(opened.text("ends"))));
    }

    /// Without what is secret.
    @Override
    public String toString() {
        return "PendingSignIn[" + provider + "]";
    }
}
