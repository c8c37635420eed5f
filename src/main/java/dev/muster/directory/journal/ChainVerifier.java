package dev.muster.directory.journal;

import dev.muster.model.value.Timestamps;
import dev.muster.sealing.RealmKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Verifies one realm's chain, entry by entry, on the server or for an export. It recomputes each hash and stops at the
/// first invalid entry. With the realm's key, it also checks each entry's MAC, which someone who can only write to the
/// database cannot forge. It also compares hashes that are kept elsewhere, which reveals a journal that was truncated,
/// or rewritten starting at some entry.
public final class ChainVerifier {
    private final EntrySealer sealer = new EntrySealer();
    private final TreeMap<Long, Expected> expectedHashes = new TreeMap<>();

    /// The reasons why the journal is invalid, by entry: two different hashes are expected, or a reason was passed
    /// to [#invalid].
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
    /// @param source where the hash comes from, such as "line 3 of the checkpoints"
    private record Expected(String hash, String source) {}

    private ChainVerifier(@Nullable RealmKey key) {
        this.key = key;
    }

    /// Creates a verifier for an export. The first entry determines the realm. It cannot check MACs, because it has
    /// no realm key.
    public static ChainVerifier ofExport() {
        return new ChainVerifier(null);
    }

    /// Creates a verifier for a realm's journal, which starts at the first entry and uses the realm's key.
    public static ChainVerifier of(RealmKey key) {
        ChainVerifier walk = new ChainVerifier(key);
        walk.begin(key.realm());
        return walk;
    }

    /// Creates a verifier that continues after an entry whose hash is known to be genuine.
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

    /// Adds a hash that entry `at` must have, taken from a checkpoint or from a head that is kept elsewhere. If two
    /// different hashes are expected for one entry, the journal is invalid, whichever of them the entry has.
    ///
    /// @param at the number of an entry that has not been verified yet
    /// @param source where the hash comes from, worded for the reader of the result
    public void expect(long at, String hash, String source) {
        Expected other = expectedHashes.putIfAbsent(at, new Expected(hash, source));
        if (other != null && !other.hash.equals(hash)) {
            conflicts.putIfAbsent(at, "About its hash, " + other.source + " and " + source + " contradict each other.");
        }
    }

    /// The realm of this chain; null before its first entry.
    public @Nullable Long realm() {
        return head.length == 0 ? null : Long.valueOf(realm);
    }

    public boolean isBroken() {
        return firstBad != null;
    }

    /// Verifies the next entry with its claimed hash, and returns whether the entry is valid.
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
            return bad(plain.seq(), "It was not written by this server: its MAC does not match.");
        }
        byte[] computed = sealer.hash(head, entry);
        if (!Arrays.equals(computed, hash)) {
            return bad(plain.seq(), "Its hash does not match its bytes and the previous entry.");
        }
        String conflict = conflicts.get(plain.seq());
        if (conflict != null) {
            return bad(plain.seq(), conflict);
        }
        Expected expected = expectedHashes.get(plain.seq());
        if (expected != null && !expected.hash.equals(HexFormat.of().formatHex(computed))) {
            return bad(plain.seq(), "Its hash is not the one in " + expected.source + ".");
        }
        expectedHashes.headMap(plain.seq(), false).clear();
        seq = plain.seq();
        head = computed;
        bound = plain.format() == EntryFormat.BOUND;
        return true;
    }

    /// The fields in the plain part of an entry, with the names that an export uses; empty if the bytes are not an
    /// entry.
    public static SequencedMap<String, String> says(byte[] entry) {
        try {
            EntryFormat.Plain plain = new EntryFormat().read(entry);
            SequencedMap<String, String> says = new LinkedHashMap<>();
            says.put("at", Timestamps.text(plain.at()));
            says.put(
                    "actor",
                    plain.actor().kind().wireName() + ":" + plain.actor().id());
            says.put("dialect", plain.dialect());
            says.put("requestId", plain.requestId());
            says.put("action", plain.action());
            says.put(
                    "subject",
                    plain.subject().type().wireName() + ":" + plain.subject().id());
            return says;
        } catch (IllegalArgumentException e) {
            return new LinkedHashMap<>();
        }
    }

    /// The number of the last valid entry; 0 before the first.
    public long seq() {
        return seq;
    }

    /// Records that the column copies of entry `at` differ from its bytes.
    public void badCopy(long at) {
        bad(at, "The copies of its fields beside it differ from its bytes.");
    }

    /// Records that there is an entry `at` beyond the end of the journal.
    public void entriesAfterEnd(long at) {
        bad(at, "It lies beyond the end of the journal.");
    }

    /// Records another reason why the journal is invalid, which is reported once entry `at` is reached. An earlier
    /// invalid entry takes precedence.
    ///
    /// @param why the reason, as a sentence
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

    /// Ends the verification and returns its result. If a hash is expected for an entry after the last one, the
    /// journal was truncated and is invalid.
    public ChainVerification end() {
        if (firstBad == null && !conflicts.isEmpty()) {
            bad(conflicts.firstKey(), conflicts.firstEntry().getValue());
        }
        if (firstBad == null && !expectedHashes.isEmpty()) {
            long beyond = expectedHashes.lastKey();
            if (beyond > seq) {
                bad(
                        seq + 1,
                        "It is missing: the journal ends before it, but "
                                + expectedHashes.lastEntry().getValue().source + " has entry " + beyond + ".");
            }
        }
        return new ChainVerification(firstBad == null, seq, HexFormat.of().formatHex(head), firstBad, reason);
    }
}
