package dev.muster.model.credential;

import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A program's credential in a realm.
///
/// @param role the role it was created with; null if it was created with scopes
/// @param scopes those it was created with: see [#rights]
/// @param signs whether requests may be signed with its secret
/// @param textHash SHA-256 of its bearer text, which is not stored
/// @param lastFour the last four characters of its bearer text, by which people recognise it; null for a key
///     created before they were recorded
/// @param secret its API secret, for token exchange and request signatures; null for a key that was read from
///     storage, where the secret is sealed
/// @param addresses the addresses from which it may be used; null for any
/// @param madeBy null for a key created before creators were recorded
/// @param replaces the key that it was created to replace; null if there is none
/// @param lastUsedAt when it was last used, accurate to about a minute; null if never
public record ApiKey(
        UUID id,
        String name,
        @Nullable Role role,
        Set<Scope> scopes,
        Rank rank,
        boolean signs,
        Digest textHash,
        @Nullable String lastFour,
        @Nullable String secret,
        @Nullable AllowedAddresses addresses,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Creator madeBy,
        @Nullable UUID replaces,
        @Nullable Instant lastUsedAt) {
    /// How many live keys of a realm may sign: each is tried for every signed request.
    public static final int MOST_SIGNING = 8;

    public boolean isLive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /// Whether it may be used from an address.
    public boolean allows(InetAddress address) {
        return addresses == null || addresses.contains(address);
    }

    /// The scopes of its role in this version, or its own scopes if it was created with scopes. So a role's new
    /// scopes also apply to keys of earlier versions.
    public Set<Scope> rights() {
        return role == null ? scopes : role.scopes();
    }

    public Actor actor() {
        return new Actor(new ActorRef(ActorRef.Kind.API_KEY, id), name, rights(), rank, 0);
    }

    public ApiKey revoked(Instant now) {
        return ending(expiresAt, now);
    }

    /// Returns a copy with another expiry.
    public ApiKey expiring(Instant at) {
        return ending(at, revokedAt);
    }

    private ApiKey ending(@Nullable Instant expires, @Nullable Instant revoked) {
        return new ApiKey(
                id,
                name,
                role,
                scopes,
                rank,
                signs,
                textHash,
                lastFour,
                secret,
                addresses,
                createdAt,
                expires,
                revoked,
                madeBy,
                replaces,
                lastUsedAt);
    }

    /// Whether it expires no earlier than `end`.
    ///
    /// @param end null if the key must never expire
    public boolean lastsUntil(@Nullable Instant end) {
        return expiresAt == null || (end != null && !expiresAt.isBefore(end));
    }
}
