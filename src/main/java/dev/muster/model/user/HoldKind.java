package dev.muster.model.user;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import org.jspecify.annotations.Nullable;

/// The kinds of reasons why a user may not act, most severe first. The most severe kind in effect determines the user's
/// status.
public enum HoldKind implements Coded, WireNamed {
    BARRED(0, "barred", Decision.DENY),
    REMOVED(1, "removed", Decision.DENY),
    BLOCKED(2, "blocked", Decision.DENY),
    SUSPENDED(3, "suspended", Decision.DENY),
    DEACTIVATED(4, "deactivated", Decision.DENY),
    FRAUD(5, "fraud", Decision.PROCESS_BUT_FAIL);

    public static final Codes<HoldKind> CODES = new Codes<>(values());

    private final int code;
    private final String word;
    private final Decision decision;

    HoldKind(int code, String word, Decision decision) {
        this.code = code;
        this.word = word;
        this.decision = decision;
    }

    @Override
    public int code() {
        return code;
    }

    /// The decision required by a hold of this kind while it is in effect.
    public Decision decision() {
        return decision;
    }

    @Override
    public String wireName() {
        return word;
    }

    /// Whether *place* and *release* accept this kind. `barred` and `removed` have commands of their own: if they
    /// were placed like any other hold, a bar would not record fingerprints, and a removal could leave the realm
    /// without a SUPER.
    public boolean placeable() {
        return this != BARRED && this != REMOVED;
    }

    /// Checks that *place* and *release* accept this kind.
    ///
    /// @throws IllegalArgumentException if it is not [#placeable]
    public void requirePlaceable() {
        if (!placeable()) {
            throw new IllegalArgumentException("can only be placed and released by its own command: " + this);
        }
    }

    /// This kind's bit in a set of kinds stored as one number.
    public int bit() {
        return 1 << code;
    }

    /// Returns the kind with this name on the wire; null if there is none.
    public static @Nullable HoldKind of(String word) {
        return WireNamed.of(values(), word);
    }
}
