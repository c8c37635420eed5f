package dev.muster.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The kinds of reason why a user may not act, gravest first: their order decides which one a user's status names.
public enum HoldKind {
    BARRED(Decision.DENY),
    REMOVED(Decision.DENY),
    BLOCKED(Decision.DENY),
    SUSPENDED(Decision.DENY),
    DEACTIVATED(Decision.DENY),
    FRAUD(Decision.PROCESS_BUT_FAIL);

    private final Decision decision;

    HoldKind(Decision decision) {
        this.decision = decision;
    }

    /// What a hold of this kind demands while it is in effect.
    public Decision decision() {
        return decision;
    }

    /// The name on the wire, such as `suspended`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether *place* and *release* may name this kind. `barred` and `removed` come and go only by the commands of
    /// their own: bar, remove, restore and reinstate.
    public boolean placeable() {
        return this != BARRED && this != REMOVED;
    }

    /// This kind's bit in a set of kinds kept as one number.
    public int bit() {
        return 1 << ordinal();
    }

    /// The kind of that name on the wire, or null.
    public static @Nullable HoldKind of(String word) {
        for (HoldKind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        return null;
    }
}
