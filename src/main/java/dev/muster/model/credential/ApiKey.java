package dev.muster.model.credential;

import dev.muster.model.value.Digest;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A program's credential in a realm.
///
/// @param role the role it was made with; null when it was made from scopes
/// @param signs whether requests may be signed with its secret
/// @param textHash SHA-256 of its bearer text, which itself is kept nowhere
/// @param secret its API secret, for token exchange and request signatures; null where it was not asked for
/// @param madeBy null for a key that was made before makers were kept
/// @param lastUsedAt when a request last came with it, to the minute or so; null for never
public record ApiKey(
        UUID id,
        String name,
        @Nullable Role role,
        Set<Scope> scopes,
        Rank rank,
        boolean signs,
        Digest textHash,
        @Nullable String secret,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Creator madeBy,
        @Nullable Instant lastUsedAt) {
    /// How many live keys of a realm may sign: each is tried for each signed request.
    public static final int MOST_SIGNING = 8;

    public boolean isLive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    public Actor actor() {
        return new Actor(new ActorRef(ActorRef.Kind.API_KEY, id), name, scopes, rank, 0);
    }

    public ApiKey revoked(Instant now) {
        return new ApiKey(
                id, name, role, scopes, rank, signs, textHash, secret, createdAt, expiresAt, now, madeBy, lastUsedAt);
    }

    /// The same key with another end.
    public ApiKey expiring(Instant at) {
        return new ApiKey(
                id, name, role, scopes, rank, signs, textHash, secret, createdAt, at, revokedAt, madeBy, lastUsedAt);
    }

    /// Whether it expires no earlier than `end`.
    ///
    /// @param end null for never
    public boolean lastsUntil(@Nullable Instant end) {
        return expiresAt == null || (end != null && !expiresAt.isBefore(end));
    }
}
