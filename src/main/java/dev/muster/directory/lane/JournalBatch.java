package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.Origin;
import dev.muster.model.Event;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JournalTables.JournalRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One realm's journal in one transaction: its end before, and the entries that the transaction adds.
///
/// Additions of the current request are kept apart until [#merge].
final class JournalBatch {
    private final RealmKey key;
    private final EntrySealer sealer;
    private final List<JournalRow> rows = new ArrayList<>();
    private long seq;
    private byte[] head;

    // Additions of the current request.
    private final List<JournalRow> fresh = new ArrayList<>();
    private long nextSeq;
    private byte[] nextHead;

    JournalBatch(RealmKey key, EntrySealer sealer, long seq, byte[] head) {
        this.key = key;
        this.sealer = sealer;
        this.seq = seq;
        this.head = head;
        this.nextSeq = seq;
        this.nextHead = head;
    }

    /// Discards unmerged additions of an earlier request.
    void begin() {
        fresh.clear();
        nextSeq = seq;
        nextHead = head;
    }

    /// @param subject the key that seals the entry's personal data; null if it was destroyed
    void add(Event event, Origin origin, @Nullable SealingKey subject, ReplayableRandom random) {
        nextSeq++;
        JournalRow row = sealer.entry(key, nextSeq, nextHead, event, origin, subject, random);
        fresh.add(row);
        nextHead = row.hash();
    }

    void merge() {
        rows.addAll(fresh);
        seq = nextSeq;
        head = nextHead;
    }

    List<JournalRow> rows() {
        return rows;
    }

    /// The number of the last entry, including those of the current request.
    long nextSeq() {
        return nextSeq;
    }

    /// The number of the last entry.
    long seq() {
        return seq;
    }

    /// The hash of the last entry.
    byte[] head() {
        return head;
    }
}
