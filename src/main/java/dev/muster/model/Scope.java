package dev.muster.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One thing that a key or an operator may be allowed to do. The order is stored and never changes.
public enum Scope {
    USERS_READ,
    USERS_WRITE,
    HOLDS_WRITE,
    BAR_WRITE,
    RANKS_WRITE,
    GROUPS_WRITE,
    JOBS_READ,
    JOBS_WRITE,
    JOBS_VERDICT,
    EVIDENCE_READ,
    JOURNAL_READ,
    KEYS_WRITE;

    /// The name on the wire, such as `users:read`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    /// The scope of that name on the wire, or null.
    public static @Nullable Scope of(String word) {
        for (Scope scope : values()) {
            if (scope.word().equals(word)) {
                return scope;
            }
        }
        return null;
    }
}
