package dev.muster.model.tenant;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;

/// Whether a database has a realm, as far as moves between databases are concerned. Each database has its own state of
/// a realm, and in at most one of them the realm is [#OPEN] or [#FROZEN].
public enum RealmState implements Coded {
    /// The realm is in this database.
    OPEN(0),
    /// The realm is in this database and is about to leave it. It can be read, but writes are refused.
    FROZEN(1),
    /// The realm is in another database. The rows here are an old copy.
    MOVED(2),
    /// The rows here are a complete copy, which is not valid yet.
    ARRIVING(3);

    public static final Codes<RealmState> CODES = new Codes<>(values());

    private final int code;

    RealmState(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }

    /// Whether the realm can be written to.
    public boolean isWritable() {
        return this == OPEN;
    }

    /// Whether the realm can be read and its credentials are valid.
    public boolean isReadable() {
        return this == OPEN || this == FROZEN;
    }
}
