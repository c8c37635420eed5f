package dev.muster.security.format;

import dev.muster.model.tenant.Environment;
import java.time.Duration;
import java.time.Instant;

/// A newly issued access and refresh token.
///
/// @param refreshLasts how long the refresh token can be used
public record Tokens(
        String accessToken,
        String refreshToken,
        Instant accessExpiresAt,
        Duration accessLasts,
        Duration refreshLasts,
        Environment environment) {
    /// Omits the tokens, which are secrets.
    @Override
    public String toString() {
        return "Tokens[" + environment + "]";
    }
}
