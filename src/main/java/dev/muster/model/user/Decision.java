package dev.muster.model.user;

import java.util.Locale;

/// Whether a user may act now.
public enum Decision {
    ALLOW,
    /// Work is accepted and its evidence kept, but it always fails: the response to suspected fraud.
    PROCESS_BUT_FAIL,
    DENY;

    /// The name on the wire: `allow`, `process_but_fail` or `deny`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
