package dev.muster.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A usual bundle of scopes, and the rank that goes with it.
public enum Role {
    VIEWER(Rank.REGULAR, Scope.USERS_READ, Scope.JOBS_READ, Scope.JOURNAL_READ),
    MANAGER(
            Rank.ADMIN,
            Scope.USERS_READ,
            Scope.USERS_WRITE,
            Scope.HOLDS_WRITE,
            Scope.RANKS_WRITE,
            Scope.GROUPS_WRITE,
            Scope.JOBS_READ,
            Scope.JOBS_WRITE,
            Scope.JOBS_VERDICT,
            Scope.JOURNAL_READ),
    ADMIN(Rank.SUPER, Scope.values());

    private final Rank rank;
    private final Scope[] scopes;

    Role(Rank rank, Scope... scopes) {
        this.rank = rank;
        this.scopes = scopes;
    }

    public Rank rank() {
        return rank;
    }

    public Set<Scope> scopes() {
        return EnumSet.copyOf(Arrays.asList(scopes));
    }

    /// The name on the wire: `viewer`, `manager` or `admin`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The role of that name on the wire, or null.
    public static @Nullable Role of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        return null;
    }
}
