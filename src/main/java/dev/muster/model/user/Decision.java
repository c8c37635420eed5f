package dev.muster.model.user;

import java.util.Locale;

/// Whether a user may act now.
public enum Decision {
    ALLOW,
    /// Work is taken and its evidence kept, and it always fails: the answer to suspected fraud.
    PROCESS_BUT_FAIL,
    DENY;

    /// The name on the wire: `allow`, `process_but_fail` or `deny`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
