package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of a realm's journal at an instant. Signed by a [CheckpointKey] and kept outside the database, it reveals
/// what a hash chain alone cannot: that the journal was truncated, or rewritten starting at some entry.
///
/// The checkpoints that one server signs for a realm form a chain: each contains the hash of the previous line, so a
/// removed or replaced line leaves a gap or a fork.
///
/// @param realm the realm's number
/// @param seq the last entry's number; 0 for an empty journal
/// @param head that entry's hash, or the chain's origin for an empty journal, as 64 lower-case hexadecimal digits
/// @param at when the checkpoint was signed, on the clock that also dates the entries
/// @param previous the SHA-256 hash of the previous signed line, as 64 hexadecimal digits; [#NO_PREVIOUS] in a realm's
///     first checkpoint; null in a checkpoint of format 1, which earlier versions signed
public record Checkpoint(
        long realm,
        long seq,
        String head,
        Instant at,
        @Nullable String previous) {
    /// The previous hash in a realm's first checkpoint.
    public static final String NO_PREVIOUS = "0".repeat(2 * JournalHash.BYTES);

    private static final String TITLE_1 = "muster-checkpoint-1";
    private static final String TITLE_2 = "muster-checkpoint-2";

    /// The numbers of fields after the title, in format 1 and in later ones.
    private static final int FIELDS_1 = 4;

    private static final int FIELDS_2 = 5;

    public Checkpoint {
        if (seq < 0 || !isHash(head) || (previous != null && !isHash(previous))) {
            throw new IllegalArgumentException("not a place in a journal: " + seq + " " + head + " " + previous);
        }
    }

    /// The checkpoint that follows a signed line.
    ///
    /// @param head 32 bytes, as returned by [JournalHash]
    /// @param previousLine the realm's last signed line; null for its first checkpoint
    public static Checkpoint after(@Nullable String previousLine, long realm, long seq, byte[] head, Instant at) {
        String previous = previousLine == null ? NO_PREVIOUS : hashOf(previousLine);
        return new Checkpoint(realm, seq, HexFormat.of().formatHex(head), at, previous);
    }

    /// Returns the hash of a line, to include in the next checkpoint: SHA-256 of the line without its line end, in
    /// hexadecimal.
    public static String hashOf(String line) {
        return Digest.sha256(line).toString();
    }

    /// The head as 32 bytes.
    public byte[] headBytes() {
        return HexFormat.of().parseHex(head);
    }

    /// Returns the text that is signed: `muster-checkpoint-2 <realm> <seq> <head> <at> <previous>`. Fields are
    /// separated by single spaces, numbers are decimal, and the instant is in ISO 8601 and UTC, as
    /// `Instant.toString` writes it. Format 1 has no `previous`.
    ///
    /// Checkpoints that are signed together have lines of format 3, see [CheckpointLeaf].
    String text() {
        return (previous == null ? TITLE_1 : TITLE_2) + fields();
    }

    /// Returns the fields after the title, each with a space before it.
    String fields() {
        String fields = " " + realm + " " + seq + " " + head + " " + at;
        return previous == null ? fields : fields + " " + previous;
    }

    /// Parses the first fields of a line of any format, without verifying it.
    ///
    /// @return the checkpoint; empty unless the line begins with a title and the exact fields of a checkpoint
    public static Optional<Checkpoint> parseUnverified(String line) {
        String[] parts = line.split(" ", -1);
        int fields = parts[0].equals(TITLE_1) ? FIELDS_1 : FIELDS_2;
        boolean known = parts[0].equals(TITLE_1) || parts[0].equals(TITLE_2) || parts[0].equals(CheckpointLeaf.TITLE);
        return known && parts.length > fields
                ? parseFields(Arrays.copyOfRange(parts, 1, 1 + fields))
                : Optional.empty();
    }

    /// Parses a checkpoint of format 1 or 2.
    ///
    /// @return the checkpoint; empty unless the argument is exactly what [#text] returns
    static Optional<Checkpoint> parse(String text) {
        String[] parts = text.split(" ", -1);
        return parseFields(Arrays.copyOfRange(parts, 1, parts.length))
                .filter(read -> read.text().equals(text));
    }

    /// Parses the fields after the title.
    ///
    /// @return the checkpoint; empty unless [#fields] returns exactly these
    static Optional<Checkpoint> parseFields(String[] parts) {
        if (parts.length != FIELDS_1 && parts.length != FIELDS_2) {
            return Optional.empty();
        }
        try {
            Checkpoint read = new Checkpoint(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    parts[2],
                    Instant.parse(parts[3]),
                    parts.length == FIELDS_2 ? parts[4] : null);
            return read.fields().equals(" " + String.join(" ", parts)) ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isHash(String head) {
        return head.length() == 2 * JournalHash.BYTES
                && head.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
