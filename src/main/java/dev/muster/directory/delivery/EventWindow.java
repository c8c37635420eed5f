package dev.muster.directory.delivery;

import java.util.BitSet;

/// Which events of a stretch of the journal are settled: delivered, set aside, or not wanted. Everything up to the
/// cursor is; beyond it, up to [#MOST] entries may be settled in any order. Guarded by the lock of its [Endpoint].
final class EventWindow {
    /// How many entries beyond the stored cursor are read. A crash repeats no more than these.
    static final int MOST = 256;

    private static final int PARTS = 2;

    private final long end;
    private long cursor;
    private long stored;
    private long readTo;

    /// Two bits for each entry after `stored`.
    private BitSet settled;

    /// @param cursor everything up to this entry is settled
    /// @param beyond the settled events after it, as [#beyond] returned them
    /// @param end the last entry that is wanted
    EventWindow(long cursor, byte[] beyond, long end) {
        this.cursor = cursor;
        this.stored = cursor;
        this.readTo = cursor;
        this.end = end;
        settled = BitSet.valueOf(beyond);
    }

    /// Everything up to this entry is settled.
    long cursor() {
        return cursor;
    }

    /// The last entry that was read.
    long readTo() {
        return readTo;
    }

    /// How far the cursor is ahead of the stored one.
    long unstored() {
        return cursor - stored;
    }

    /// How many entries may be read next.
    int room() {
        return (int) Math.min(end - readTo, MOST - (readTo - stored));
    }

    /// Whether everything is settled up to the end.
    boolean isDone() {
        return cursor >= end;
    }

    /// Whether anything that was read is not settled yet.
    boolean hasOpen() {
        return cursor < readTo;
    }

    boolean isSettled(long seq, int part) {
        return seq <= cursor || settled.get(bit(seq, part));
    }

    private int bit(long seq, int part) {
        return Math.toIntExact((seq - stored - 1) * PARTS + part);
    }

    /// Records that entries were read.
    ///
    /// @param wanted a bit for each event that is to be sent, from that of `readTo() + 1` on
    /// @param last the last entry that was read
    void read(BitSet wanted, long last) {
        for (long seq = readTo + 1; seq <= last; seq++) {
            for (int part = 0; part < PARTS; part++) {
                if (!wanted.get(wantedBit(seq, part))) {
                    settled.set(bit(seq, part));
                }
            }
        }
        readTo = last;
        advance();
    }

    /// The bit for an event in the argument of [#read].
    int wantedBit(long seq, int part) {
        return Math.toIntExact((seq - readTo - 1) * PARTS + part);
    }

    void settle(long seq, int part) {
        if (seq > cursor) {
            settled.set(bit(seq, part));
            advance();
        }
    }

    private void advance() {
        while (cursor < readTo && settled.get(bit(cursor + 1, 0)) && settled.get(bit(cursor + 1, 1))) {
            cursor++;
        }
    }

    /// Reads everything after the cursor again. What is settled stays so.
    void rewind() {
        readTo = cursor;
    }

    /// The settled events after the cursor.
    byte[] beyond() {
        return settled.get(bit(cursor + 1, 0), settled.size()).toByteArray();
    }

    /// Records that the cursor was stored as `at`.
    void stored(long at) {
        settled = settled.get(bit(at + 1, 0), Math.max(settled.size(), bit(at + 1, 0)));
        stored = at;
    }
}
