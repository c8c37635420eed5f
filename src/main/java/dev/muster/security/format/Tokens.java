package dev.muster.security.format;

import dev.muster.model.tenant.Environment;
import java.time.Duration;
import java.time.Instant;

/// An access and a refresh token, as they are handed out.
///
/// @param refreshLasts for how long the refresh token can be used
public record Tokens(
        String accessToken,
        String refreshToken,
        Instant accessExpiresAt,
        Duration accessLasts,
        Duration refreshLasts,
        Environment environment) {
    /// Without the texts.
    @Override
    public String toString() {
        return "Tokens[" + environment + "]";
    }
}
