package dev.muster.model.user;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;

/// A user's status: the kind of the most severe hold in effect, or `active`. The constants are in the same order as the
/// hold kinds, most severe first.
public enum Status implements Coded, WireNamed {
    BARRED(0, "barred"),
    REMOVED(1, "removed"),
    BLOCKED(2, "blocked"),
    SUSPENDED(3, "suspended"),
    DEACTIVATED(4, "deactivated"),
    FRAUD(5, "fraud"),
    ACTIVE(6, "active");

    public static final Codes<Status> CODES = new Codes<>(values());

    private final int code;
    private final String word;

    Status(int code, String word) {
        this.code = code;
        this.word = word;
    }

    @Override
    public int code() {
        return code;
    }

    /// Returns the status of a user whose most severe hold is of this kind.
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

    @Override
    public String wireName() {
        return word;
    }
}
