package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.Origin;
import dev.muster.model.Event;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JournalTables.JournalRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One realm's journal in one transaction: its end before the transaction, and the entries that the transaction adds.
///
/// What the current request adds is kept separate until [#merge].
final class JournalBatch {
    private final RealmKey key;
    private final EntrySealer sealer;
    private final List<Added> added = new ArrayList<>();
    private long seq;
    private byte[] head;

    // Added by the current request:
    private final List<Added> fresh = new ArrayList<>();
    private long nextSeq;
    private byte[] nextHead;

    /// An entry of this transaction.
    ///
    /// @param readable whether its personal data was sealed; if not, its subject had already been erased
    private record Added(JournalRow row, Event event, Origin origin, boolean readable) {}

    JournalBatch(RealmKey key, EntrySealer sealer, long seq, byte[] head) {
        this.key = key;
        this.sealer = sealer;
        this.seq = seq;
        this.head = head;
        this.nextSeq = seq;
        this.nextHead = head;
    }

    /// Discards whatever an earlier request added but did not merge.
    void begin() {
        fresh.clear();
        nextSeq = seq;
        nextHead = head;
    }

    /// Adds an entry and returns its number.
    ///
    /// @param subject the key that seals the entry's personal data; null if it was destroyed
    long add(Event event, Origin origin, @Nullable SealingKey subject, ReplayableRandom random) {
        nextSeq++;
        JournalRow row = sealer.entry(key, nextSeq, nextHead, event, origin, subject, random);
        fresh.add(new Added(row, event, origin, subject != null));
        nextHead = row.hash();
        return nextSeq;
    }

    void merge() {
        added.addAll(fresh);
        seq = nextSeq;
        head = nextHead;
    }

    List<JournalRow> rows() {
        return added.stream().map(Added::row).toList();
    }

    /// The entries, as they would be read back.
    List<JournalEntry> entries() {
        return added.stream()
                .map(each -> JournalEntry.of(each.row, each.event, each.origin, each.readable))
                .toList();
    }

    boolean isEmpty() {
        return added.isEmpty();
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
