package dev.muster.directory.lane;

import dev.muster.directory.journal.JournalPosition;
import java.util.HexFormat;

/// Proof that the database has lost batches that this server had committed, for example because a standby that lagged
/// behind took over.
///
/// @param lost the end of the journal after the last batch that this server committed in the realm; entries up to there
///     are gone or other ones
/// @param found the end of the journal in the database
public record JournalRewind(long realm, JournalPosition lost, JournalPosition found) {
    /// A sentence for the log.
    public String sentence() {
        return "the journal of realm " + realm + " was rewound: this server committed entry " + lost.seq()
                + " with the hash " + HexFormat.of().formatHex(lost.head())
                + ", and the database now ends at entry " + found.seq()
                + (found.seq() < lost.seq() ? "" : " without it") + "; confirmed writes were lost";
    }
}
