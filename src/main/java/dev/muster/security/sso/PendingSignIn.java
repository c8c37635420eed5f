package dev.muster.security.sso;

import dev.muster.security.SealedCookies;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// A sign-in in progress, as kept in a cookie of the browser.
///
/// @param provider the id of the provider
/// @param state the value that the response must repeat
/// @param nonce the value that the ID token must repeat
/// @param verifier the PKCE code verifier
/// @param redirect the redirect URI that was sent to the provider
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

    static PendingSignIn of(SealedCookies.Content opened) {
        return new PendingSignIn(
                UUID.fromString(opened.text("provider")),
                opened.text("state"),
                opened.text("nonce"),
                opened.text("verifier"),
                URI.create(opened.text("redirect")),
                opened.text("next"),
                Instant.ofEpochMilli(Long.parseLong(opened.text("ends"))));
    }

    /// Omits the secrets.
    @Override
    public String toString() {
        return "PendingSignIn[" + provider + "]";
    }
}
