package dev.muster.directory.journal;

import java.util.Arrays;

/// The end of a journal at some point in time.
///
/// @param head the hash of entry `seq`
public record JournalPosition(long seq, byte[] head) {
    public boolean isSame(JournalPosition other) {
        return seq == other.seq && Arrays.equals(head, other.head);
    }
}
