package dev.muster.model.user;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;

/// Whether a user belongs to the organisation or is a guest. A guest has no groups or policies, and always
/// has rank `REGULAR`.
public enum Tag implements Coded {
    USER(0),
    GUEST(1);

    public static final Codes<Tag> CODES = new Codes<>(values());

    private final int code;

    Tag(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }
}
