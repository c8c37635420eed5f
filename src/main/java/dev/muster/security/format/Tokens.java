package dev.muster.security.format;

import dev.muster.model.tenant.Environment;
import java.time.Duration;
import java.time.Instant;

/// A newly issued access and refresh token.
///
/// @param refreshLifetime how long the refresh token can be used
public record Tokens(
        String accessToken,
        String refreshToken,
        Instant accessExpiresAt,
        Duration accessLifetime,
        Duration refreshLifetime,
        Environment environment) {
    /// Omits the tokens, which are secrets.
    @Override
    public String toString() {
        return "Tokens[" + environment + "]";
    }
}
