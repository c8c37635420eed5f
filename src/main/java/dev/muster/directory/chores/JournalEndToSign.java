package dev.muster.directory.chores;

import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.JournalPosition;
import dev.muster.sealing.Checkpoint;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The end of a journal that continues what was signed before.
///
/// @param run the entries that this server has committed since, if any
/// @param last the realm's last line in the folder, which the checkpoint names
record JournalEndToSign(
        long realm, @Nullable JournalRun run, Optional<CheckpointFolder.LastLine> last, JournalPosition position) {
    Checkpoint checkpoint(Instant at) {
        String previous = last.map(CheckpointFolder.LastLine::text).orElse(null);
        return Checkpoint.after(previous, realm, position.seq(), position.head(), at);
    }
}
