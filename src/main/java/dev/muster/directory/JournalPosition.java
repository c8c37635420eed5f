package dev.muster.directory;

import java.util.Arrays;

/// The end of a journal at some time.
///
/// @param head the hash of entry `seq`
record JournalPosition(long seq, byte[] head) {
    boolean isSame(JournalPosition other) {
        return seq == other.seq && Arrays.equals(head, other.head);
    }
}
