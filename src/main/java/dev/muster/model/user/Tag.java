package dev.muster.model.user;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;

/// What a user is to the organisation. A guest is in no group and no policy, and always of rank `REGULAR`.
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
