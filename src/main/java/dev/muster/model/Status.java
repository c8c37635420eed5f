package dev.muster.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A user's status in one word: the kind of the gravest hold in effect, or `active`. A hold kind's status stands at
/// the kind's own place in the order.
public enum Status {
    BARRED,
    REMOVED,
    BLOCKED,
    SUSPENDED,
    DEACTIVATED,
    FRAUD,
    ACTIVE;

    /// The status that a hold of `kind` gives when none is graver.
    public static Status of(HoldKind kind) {
        return switch (kind) {
            case BARRED -> BARRED;
            case REMOVED -> REMOVED;
            case BLOCKED -> BLOCKED;
            case SUSPENDED -> SUSPENDED;
            case DEACTIVATED -> DEACTIVATED;
            case FRAUD -> FRAUD;
        };
    }

    /// The status of that name on the wire, or null.
    public static @Nullable Status of(String word) {
        for (Status status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return null;
    }

    /// The name on the wire, such as `active`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
