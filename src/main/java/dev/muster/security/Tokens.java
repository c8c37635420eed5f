package dev.muster.security;

import dev.muster.model.Environment;
import java.time.Instant;

/// What a token exchange gives.
///
/// @param expiresAt when the access token is void
public record Tokens(String accessToken, String refreshToken, Instant expiresAt, Environment environment) {}
