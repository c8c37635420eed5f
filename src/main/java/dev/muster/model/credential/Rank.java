package dev.muster.model.credential;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;

/// Determines what a user, key or operator may do to others' ranks. The constants are in ascending order.
public enum Rank implements Coded {
    REGULAR(0),
    ADMIN(1),
    SUPER(2);

    public static final Codes<Rank> CODES = new Codes<>(values());

    private final int code;

    Rank(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }
}
