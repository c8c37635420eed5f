package dev.muster.directory;

import dev.muster.model.Timestamps;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Walks one realm's chain, entry by entry, on the server or over an export: recomputes each hash, and stops at the
/// first entry that does not fit. Hashes kept elsewhere are compared on the way, which catches what a chain alone
/// cannot: a journal that was cut short, or written anew from some entry on.
public final class ChainWalk {
    private final Scribe scribe = new Scribe();
    private final TreeMap<Long, String> keptElsewhere = new TreeMap<>();
    private long realm;
    private long seq;
    private byte[] head = new byte[0];
    private @Nullable Long firstBad;
    private @Nullable String reason;

    /// @param realm whose chain it must be; null to take that of the first entry
    public ChainWalk(@Nullable Long realm) {
        if (realm != null) {
            begin(realm);
        }
    }

    private void begin(long number) {
        realm = number;
        head = scribe.origin(number);
    }

    /// A hash that entry `at` must have, known from a checkpoint or a head that was kept.
    public void expect(long at, String hash) {
        keptElsewhere.put(at, hash);
    }

    /// The realm whose chain this is; null before its first entry was seen.
    public @Nullable Long realm() {
        return head.length == 0 ? null : Long.valueOf(realm);
    }

    public boolean isBroken() {
        return firstBad != null;
    }

    /// The next entry, with the hash that is said to be its. Whether it fits.
    public boolean next(byte[] entry, byte[] hash) {
        if (firstBad != null) {
            return false;
        }
        EntryFormat.Plain plain;
        try {
            plain = scribe.format().read(entry);
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
            return bad(seq + 1, "It is missing; entry " + plain.seq() + " stands in its place.");
        }
        byte[] computed = scribe.hash(head, entry);
        if (!Arrays.equals(computed, hash)) {
            return bad(plain.seq(), "Its hash is not that of its bytes and the entry before it.");
        }
        String expected = keptElsewhere.remove(plain.seq());
        if (expected != null && !expected.equals(HexFormat.of().formatHex(computed))) {
            return bad(plain.seq(), "A checkpoint says that its hash was another one.");
        }
        seq = plain.seq();
        head = computed;
        return true;
    }

    /// What an entry's plain part says, by the names that an export gives it; empty when these bytes are no entry.
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

    /// Notes that the copies beside entry `at` do not say what its bytes say.
    public void badCopy(long at) {
        bad(at, "What stands beside it to find it by is not what it says.");
    }

    /// Notes that there is an entry `at` a place that the journal has not come to.
    public void beyondItsEnd(long at) {
        bad(at, "It lies beyond the end of the journal.");
    }

    private boolean bad(long at, String why) {
        if (firstBad == null) {
            firstBad = at;
            reason = why;
        }
        return false;
    }

    /// The end of the journal: nothing that was kept elsewhere may lie beyond it.
    public Journal.Verification end() {
        if (firstBad == null && !keptElsewhere.isEmpty()) {
            long beyond = keptElsewhere.firstKey();
            if (beyond > seq) {
                bad(seq + 1, "The journal ends before it, but a checkpoint tells of entry " + beyond + ".");
            }
        }
        return new Journal.Verification(firstBad == null, seq, HexFormat.of().formatHex(head), firstBad, reason);
    }
}
