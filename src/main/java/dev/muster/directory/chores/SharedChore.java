package dev.muster.directory.chores;

import java.util.Locale;

/// The background tasks that one server does for all servers on its database. What concerns only a server's own memory
/// or folder is done by each server.
public enum SharedChore {
    CLEANUP,
    APPROVALS,
    HOLD_EXPIRY,
    /// Signing journals that other servers have left unsigned.
    CHECKPOINTS,
    CHECKPOINT_THINNING,
    /// Indexing what other servers have left unindexed.
    SEARCH_INDEX,
    RECONCILIATION;

    /// The name of the task's lease.
    String leaseName() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
