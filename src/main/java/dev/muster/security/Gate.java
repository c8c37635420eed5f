package dev.muster.security;

import dev.muster.model.Result;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Turns credentials into callers. Refuses with `Unauthenticated`, `TooManyFailures` or `Busy`.
public final class Gate {
    /// The caller that an `Authorization` header proves: an API key or an access token as a bearer credential.
    public Result<Caller> bearer(@Nullable String authorizationHeader, InetAddress client) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Tokens for a key and its secret.
    public Result<Tokens> exchange(String apiKey, String apiSecret, InetAddress client) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Tokens for a refresh token.
    public Result<Tokens> refresh(String refreshToken, InetAddress client) {
        throw new UnsupportedOperationException("not yet");
    }
}
