package dev.muster.model.user;

import java.util.Locale;

/// Whether a user may act now.
public enum Decision {
    ALLOW,
    /// Jobs are accepted and their evidence is kept, but they always fail. This is the response to suspected fraud.
    PROCESS_BUT_FAIL,
    DENY;

    /// The name on the wire: `allow`, `process_but_fail` or `deny`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
