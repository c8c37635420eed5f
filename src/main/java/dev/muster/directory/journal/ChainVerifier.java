package dev.muster.directory.journal;

import dev.muster.model.value.Timestamps;
import dev.muster.sealing.RealmKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Walks one realm's chain, entry by entry, on the server or over an export: recomputes each hash, and stops at
/// the first entry that does not fit. With the realm's key it also checks each entry's MAC, which nobody can
/// forge who only writes to the database. Hashes kept elsewhere are compared on the way; they reveal a journal
/// that was cut short or rewritten from some entry on.
public final class ChainVerifier {
    private final EntrySealer sealer = new EntrySealer();
    private final TreeMap<Long, Expected> keptElsewhere = new TreeMap<>();

    /// Sentences about entries of which two different hashes are expected.
    private final TreeMap<Long, String> conflicts = new TreeMap<>();

    private final @Nullable RealmKey key;
    private long realm;
    private long seq;
    private byte[] head = new byte[0];
    private boolean bound;
    private @Nullable Long firstBad;
    private @Nullable String reason;

    /// A hash that an entry must have.
    ///
    /// @param source what says so, such as "line 3 of the checkpoints"
    private record Expected(String hash, String source) {}

    private ChainVerifier(@Nullable RealmKey key) {
        this.key = key;
    }

    /// A walk from the first entry of an export, whose realm is that of its first entry. It cannot check MACs.
    public static ChainVerifier ofExport() {
        return new ChainVerifier(null);
    }

    /// A walk from the first entry of a realm's journal, with its key.
    public static ChainVerifier of(RealmKey key) {
        ChainVerifier walk = new ChainVerifier(key);
        walk.begin(key.realm());
        return walk;
    }

    /// A walk that goes on after an entry whose hash is known to be genuine.
    public static ChainVerifier after(RealmKey key, long seq, byte[] head) {
        ChainVerifier walk = of(key);
        walk.seq = seq;
        walk.head = head.clone();
        return walk;
    }

    private void begin(long number) {
        realm = number;
        head = sealer.origin(number);
    }

    /// A hash that entry `at` must have, known from a checkpoint or a head that was kept. Two different ones
    /// for the same entry make the journal invalid, whichever of them it has.
    ///
    /// @param at the entry's number, beyond those that the walk has passed
    /// @param source what says so, in words for the person who reads the outcome
    public void expect(long at, String hash, String source) {
        Expected other = keptElsewhere.putIfAbsent(at, new Expected(hash, source));
        if (other != null && !other.hash.equals(hash)) {
            conflicts.putIfAbsent(at, "About its hash, " + other.source + " and " + source + " contradict each other.");
        }
    }

    /// The realm whose chain this is; null before its first entry was seen.
    public @Nullable Long realm() {
        return head.length == 0 ? null : Long.valueOf(realm);
    }

    public boolean isBroken() {
        return firstBad != null;
    }

    /// The next entry, with the hash that is said to be its own. Returns whether it fits.
    public boolean next(byte[] entry, byte[] hash) {
        if (firstBad != null) {
            return false;
        }
        EntryFormat.Plain plain;
        try {
            plain = sealer.format().read(entry);
        } catch (IllegalArgumentException e) {
            return bad(seq + 1, "It is not an entry: " + e.getMessage() + ".");
        }
        if (head.length == 0) {
            begin(plain.realm());
        }
        if (plain.realm() != realm) {
            return bad(seq + 1, "It belongs to realm " + plain.realm() + ".");
        }
        if (plain.seq() != seq + 1) {
            return bad(seq + 1, "It is missing; entry " + plain.seq() + " is in its place.");
        }
        if (bound && plain.format() != EntryFormat.BOUND) {
            return bad(plain.seq(), "It has the old format, which was no longer written when the entry before it was.");
        }
        if (key != null && plain.format() == EntryFormat.BOUND && !sealer.isGenuine(key, head, entry)) {
            return bad(plain.seq(), "It was not written by this server: its MAC does not fit.");
        }
        byte[] computed = sealer.hash(head, entry);
        if (!Arrays.equals(computed, hash)) {
            return bad(plain.seq(), "Its hash is not that of its bytes and the entry before it.");
        }
        String conflict = conflicts.get(plain.seq());
        if (conflict != null) {
            return bad(plain.seq(), conflict);
        }
        Expected expected = keptElsewhere.get(plain.seq());
        if (expected != null && !expected.hash.equals(HexFormat.of().formatHex(computed))) {
            return bad(plain.seq(), "Its hash is not the one in " + expected.source + ".");
        }
        keptElsewhere.headMap(plain.seq(), false).clear();
        seq = plain.seq();
        head = computed;
        bound = plain.format() == EntryFormat.BOUND;
        return true;
    }

    /// What an entry's plain part says, by the names that an export gives it; empty when these bytes are no
    /// entry.
    public static SequencedMap<String, String> says(byte[] entry) {
        try {
            EntryFormat.Plain plain = new EntryFormat().read(entry);
            SequencedMap<String, String> says = new LinkedHashMap<>();
            says.put("at", Timestamps.text(plain.at()));
            says.put("actor", plain.actor().kind().word() + ":" + plain.actor().id());
            says.put("dialect", plain.dialect());
            says.put("requestId", plain.requestId());
            says.put("action", plain.action());
            says.put(
                    "subject",
                    plain.subject().type().word() + ":" + plain.subject().id());
            return says;
        } catch (IllegalArgumentException e) {
            return new LinkedHashMap<>();
        }
    }

    /// The number of the last entry that fits; 0 before the first.
    public long seq() {
        return seq;
    }

    /// Notes that the copies beside entry `at` differ from its bytes.
    public void badCopy(long at) {
        bad(at, "The copies of its fields beside it differ from its bytes.");
    }

    /// Notes that there is an entry `at` a place that the journal has not reached.
    public void entriesAfterEnd(long at) {
        bad(at, "It lies beyond the end of the journal.");
    }

    /// Notes something else that makes the journal invalid, once the walk has reached entry `at`: an earlier
    /// entry that does not fit takes precedence.
    ///
    /// @param why a sentence
    public void invalid(long at, String why) {
        conflicts.putIfAbsent(at, why);
    }

    private boolean bad(long at, String why) {
        if (firstBad == null) {
            firstBad = at;
            reason = why;
        }
        return false;
    }

    /// The end of the journal: nothing that was kept elsewhere may lie beyond it.
    public ChainVerification end() {
        if (firstBad == null && !conflicts.isEmpty()) {
            bad(conflicts.firstKey(), conflicts.firstEntry().getValue());
        }
        if (firstBad == null && !keptElsewhere.isEmpty()) {
            long beyond = keptElsewhere.lastKey();
            if (beyond > seq) {
                bad(
                        seq + 1,
                        "It is missing: the journal ends before it, but "
                                + keptElsewhere.lastEntry().getValue().source + " has entry " + beyond + ".");
            }
        }
        return new ChainVerification(firstBad == null, seq, HexFormat.of().formatHex(head), firstBad, reason);
    }
}
