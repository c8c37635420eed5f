package dev.muster.directory.journal;

import dev.muster.sealing.Checkpoint;
import java.util.Arrays;

/// The end of a journal at some point in time.
///
/// @param head the hash of entry `seq`
public record JournalPosition(long seq, byte[] head) {
    /// The position that a checkpoint is of.
    public static JournalPosition of(Checkpoint checkpoint) {
        return new JournalPosition(checkpoint.seq(), checkpoint.headBytes());
    }

    public boolean isSame(JournalPosition other) {
        return seq == other.seq && Arrays.equals(head, other.head);
    }
}
