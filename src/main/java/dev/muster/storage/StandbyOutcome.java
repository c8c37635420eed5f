package dev.muster.storage;

import java.util.Locale;

/// Who answered a read that a standby may answer, and why it was the primary.
public enum StandbyOutcome {
    /// The standby answered.
    STANDBY,
    /// The primary answered, because the standby had not replayed its latest changes.
    LAGGING,
    /// The primary answered, because the standby failed or is not one of this database.
    FAILED,
    /// The primary answered, because all connections to the standby were in use.
    BUSY;

    /// The name in metrics.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
