package dev.muster.storage;

import dev.muster.model.*;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

public record UserFilter(
        @Nullable Status status,
        @Nullable HoldKind hold,
        @Nullable Tag tag,
        @Nullable Rank rank,
        @Nullable String text,
        @Nullable Instant registeredAfter,
        @Nullable Instant registeredBefore,
        @Nullable Instant notOverdueAt) {
    public static final UserFilter NONE = new UserFilter(null, null, null, null, null, null, null, null);
}
