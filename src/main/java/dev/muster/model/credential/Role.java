package dev.muster.model.credential;

import dev.muster.model.value.WireNamed;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A predefined set of scopes and a rank.
public enum Role implements WireNamed {
    VIEWER,
    MANAGER,
    ADMIN;

    public Rank rank() {
        return switch (this) {
            case VIEWER -> Rank.REGULAR;
            case MANAGER -> Rank.ADMIN;
            case ADMIN -> Rank.SUPER;
        };
    }

    public Set<Scope> scopes() {
        return switch (this) {
            case VIEWER -> EnumSet.of(Scope.USERS_READ, Scope.JOBS_READ, Scope.JOURNAL_READ, Scope.EVENTS_READ);
            case MANAGER ->
                EnumSet.complementOf(
                        EnumSet.of(Scope.BAR_WRITE, Scope.EVIDENCE_READ, Scope.KEYS_WRITE, Scope.WEBHOOKS_WRITE));
            case ADMIN -> EnumSet.allOf(Scope.class);
        };
    }

    @Override
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the role with this name on the wire; null if there is none.
    public static @Nullable Role of(String word) {
        return WireNamed.of(values(), word);
    }
}
