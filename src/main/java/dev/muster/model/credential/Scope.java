package dev.muster.model.credential;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.util.EnumSet;
import java.util.Set;

/// A right that a key or an operator may have.
public enum Scope implements Coded, WireNamed {
    USERS_READ(0, "users:read"),
    USERS_WRITE(1, "users:write"),
    HOLDS_WRITE(2, "holds:write"),
    BAR_WRITE(3, "bar:write"),
    RANKS_WRITE(4, "ranks:write"),
    GROUPS_WRITE(5, "groups:write"),
    JOBS_READ(6, "jobs:read"),
    JOBS_WRITE(7, "jobs:write"),
    JOBS_VERDICT(8, "jobs:verdict"),
    EVIDENCE_READ(9, "evidence:read"),
    JOURNAL_READ(10, "journal:read"),
    KEYS_WRITE(11, "keys:write"),
    /// Allows reading events. `JOURNAL_READ` implies it.
    EVENTS_READ(12, "events:read"),
    WEBHOOKS_WRITE(13, "webhooks:write");

    public static final Codes<Scope> CODES = new Codes<>(values());

    private final int code;
    private final String word;

    Scope(int code, String word) {
        this.code = code;
        this.word = word;
    }

    @Override
    public int code() {
        return code;
    }

    /// Returns `scopes` together with the scopes that they imply: reading the journal implies reading events.
    static Set<Scope> withImplied(Set<Scope> scopes) {
        if (!scopes.contains(JOURNAL_READ) || scopes.contains(EVENTS_READ)) {
            return scopes;
        }
        Set<Scope> more = EnumSet.copyOf(scopes);
        more.add(EVENTS_READ);
        return more;
    }

    /// This scope's bit in a set of scopes stored as one number.
    public int bit() {
        return 1 << code;
    }

    @Override
    public String wireName() {
        return word;
    }
}
