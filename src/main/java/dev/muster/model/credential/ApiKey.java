package dev.muster.model.credential;

import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A credential with which a program uses a realm.
///
/// @param role the role that it was created with; null if it was created with scopes instead
/// @param scopes the scopes that it was created with: see [#rights]
/// @param signs whether requests may be signed with its secret
/// @param textHash SHA-256 of its bearer text, which is not stored
/// @param lastFour the last four characters of its bearer text, by which people recognise it; null for a key created
///     before they were recorded
/// @param secret its API secret, for token exchange and request signatures; null for a key read from storage, where the
///     secret is sealed
/// @param addresses the addresses from which it may be used; null for any
/// @param madeBy who created it; null for a key created before creators were recorded
/// @param replaces the key that it was created to replace; null if there is none
/// @param lastUsedAt when it was last used, to within about a minute; null if never
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
    /// The maximum number of live keys in a realm that may sign. It is limited because every one of them is tried
    /// for each signed request.
    public static final int MAX_SIGNING = 8;

    public boolean isLive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /// Whether the key may be used from this address.
    public boolean allows(InetAddress address) {
        return addresses == null || addresses.contains(address);
    }

    /// The scopes that the key's role has in this version, or the key's own scopes if it was created with scopes. A
    /// scope that a later version adds to a role therefore also applies to existing keys.
    public Set<Scope> rights() {
        return role == null ? scopes : role.scopes();
    }

    public Actor actor() {
        return new Actor(new ActorRef(ActorRef.Kind.API_KEY, id), name, rights(), rank, 0);
    }

    public ApiKey revoked(Instant now) {
        return ending(expiresAt, now);
    }

    /// Returns a copy with this expiry.
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
    /// @param end the required end; null if the key must never expire
    public boolean lastsUntil(@Nullable Instant end) {
        return expiresAt == null || (end != null && !expiresAt.isBefore(end));
    }
}
