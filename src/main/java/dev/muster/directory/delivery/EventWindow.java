package dev.muster.directory.delivery;

import java.util.BitSet;

/// Tracks which events in a section of the journal are settled: delivered, set aside, or not wanted. Everything up to
/// the cursor is settled; beyond it, up to [#MAX_ENTRIES] entries may be settled in any order. Guarded by the lock of
/// its [Endpoint].
final class EventWindow {
    /// The maximum number of entries that are read beyond the stored cursor. After a crash, at most these are sent
    /// again, apart from events that are set aside.
    static final int MAX_ENTRIES = 256;

    private static final int PARTS = 2;

    private final long end;
    private long cursor;
    private long stored;
    private long readTo;

    /// The settled events: two bits for each entry after `stored`.
    private BitSet settled;

    /// @param cursor the entry up to which everything is settled
    /// @param beyond the settled events after it, as returned by [#beyond]
    /// @param end the last entry that is wanted
    EventWindow(long cursor, byte[] beyond, long end) {
        this.cursor = cursor;
        this.stored = cursor;
        this.readTo = cursor;
        this.end = end;
        settled = BitSet.valueOf(beyond);
    }

    /// The entry up to which everything is settled.
    long cursor() {
        return cursor;
    }

    /// The last entry that was read.
    long readTo() {
        return readTo;
    }

    /// The number of entries between the stored cursor and the current one.
    long unstored() {
        return cursor - stored;
    }

    /// The number of entries that may be read next.
    int room() {
        return (int) Math.min(end - readTo, MAX_ENTRIES - (readTo - stored));
    }

    /// Whether everything up to the end is settled.
    boolean isDone() {
        return cursor >= end;
    }

    /// Whether any event that was read is not settled yet.
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
    /// @param wanted the set of events to send, with the indexes that [#wantedBit] returns
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

    /// The index of an event's bit in the argument of [#read].
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

    /// Moves back to the cursor, so that everything after it is read again. Settled events stay settled.
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
