package dev.muster.directory.chores;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.ChainVerifier;
import dev.muster.directory.journal.JournalPosition;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.JournalRow;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the ends of journals from the database, and checks whether they continue what was signed before.
record StoredJournals(Database database, RealmKeys realmKeys) {
    private static final int SLICE = 500;

    /// Whether a journal has this entry.
    boolean hasEntry(long realm, JournalPosition written) {
        JournalRow entry = stored(realm, written.seq()).entry();
        return entry != null && Arrays.equals(entry.hash(), written.head());
    }

    /// The end of a journal according to the database; null if it is empty.
    @Nullable
    JournalPosition present(long realm) {
        BatchRow present = database.read(reads -> reads.journal().present(realm));
        return present.lastSeq() == 0 ? null : new JournalPosition(present.lastSeq(), present.head());
    }

    /// Why a journal that ends at `end` cannot continue the journal signed before; null if it can.
    ///
    /// @param known the last signed end; null if nothing was signed
    @Nullable
    String contradiction(long realm, @Nullable JournalRun run, @Nullable JournalPosition known, JournalPosition end) {
        if (known != null && end.seq() < known.seq()) {
            return "it ends at entry " + end.seq() + ", but entry " + known.seq() + " is in a signed checkpoint";
        }
        if (known != null && end.seq() == known.seq() && !end.isSame(known)) {
            return differs(known.seq(), end.head(), known.head());
        }
        Stored stored = stored(realm, end.seq());
        if (stored.end() < end.seq() || stored.entry() == null) {
            return "it ends at entry " + stored.end() + ", but entry " + end.seq() + " was its end";
        }
        if (!Arrays.equals(stored.entry().hash(), end.head())) {
            return differs(end.seq(), stored.entry().hash(), end.head());
        }
        if (known != null && known.isSame(end)) {
            return null;
        }
        boolean written = run != null && run.whole() && run.follows(known);
        return written ? null : walk(realm, known, end);
    }

    private static String differs(long seq, byte[] found, byte[] expected) {
        HexFormat hex = HexFormat.of();
        return "entry " + seq + " has the hash " + hex.formatHex(found) + ", but it was " + hex.formatHex(expected);
    }

    /// @param end the number of the journal's last entry
    /// @param entry the requested entry; null if it is missing
    private record Stored(long end, @Nullable JournalRow entry) {}

    private Stored stored(long realm, long seq) {
        return database.snapshot(reads -> {
            List<JournalRow> rows = reads.journal().entries(realm, seq - 1, seq, 1);
            return new Stored(reads.journal().present(realm).lastSeq(), rows.isEmpty() ? null : rows.getFirst());
        });
    }

    /// Verifies the entries after `known` up to `end`. Returns null if they form a chain from one to the other. If
    /// nothing has been signed yet, verification starts at the first entry: the MACs show which entries this
    /// installation has written.
    private @Nullable String walk(long realm, @Nullable JournalPosition known, JournalPosition end) {
        RealmKey realmKey = realmKeys.get(realm).key();
        ChainVerifier walk =
                known == null ? ChainVerifier.of(realmKey) : ChainVerifier.after(realmKey, known.seq(), known.head());
        walk.expect(end.seq(), HexFormat.of().formatHex(end.head()), "the journal's end");
        while (walk.seq() < end.seq() && !walk.isBroken()) {
            long from = walk.seq();
            List<JournalRow> slice = database.read(reads -> reads.journal().entries(realm, from, end.seq(), SLICE));
            if (slice.isEmpty()) {
                break;
            }
            for (JournalRow row : slice) {
                if (!walk.next(row.entry(), row.hash())) {
                    break;
                }
            }
        }
        ChainVerification outcome = walk.end();
        return outcome.valid() ? null : "entry " + outcome.firstBad() + " does not fit: " + outcome.reason();
    }
}
