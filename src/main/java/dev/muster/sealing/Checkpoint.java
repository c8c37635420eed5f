package dev.muster.sealing;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// Where a realm's journal stood at an instant. Signed by a [CheckpointKey] and kept away from the database, it
/// catches what a chain alone cannot: a journal that was cut short or written anew from some point on.
///
/// @param realm the realm whose journal it is
/// @param seq the last entry's number, 0 for an empty journal
/// @param head that entry's hash, in 64 lower-case hexadecimal digits
/// @param at when, on the clock that dates the entries
public record Checkpoint(long realm, long seq, String head, Instant at) {
    private static final String TITLE = "muster-checkpoint-1";

    public Checkpoint {
        if (seq < 0 || !isHash(head)) {
            throw new IllegalArgumentException("not a place in a journal: " + seq + " " + head);
        }
    }

    /// The checkpoint of a hash that is not in digits yet.
    ///
    /// @param head 32 bytes, as [JournalHash] gives them
    public static Checkpoint of(long realm, long seq, byte[] head, Instant at) {
        return new Checkpoint(realm, seq, HexFormat.of().formatHex(head), at);
    }

    /// The head's 32 bytes.
    public byte[] headBytes() {
        return HexFormat.of().parseHex(head);
    }

    /// The text that is signed: `muster-checkpoint-1 <realm> <seq> <head> <at>`, single spaces between, numbers
    /// in decimal, the instant in ISO 8601 and UTC as `Instant.toString` writes it.
    String text() {
        return TITLE + " " + realm + " " + seq + " " + head + " " + at;
    }

    /// Reads a text back.
    ///
    /// @return empty unless the text is exactly what [#text] gives
    static Optional<Checkpoint> parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 5) {
            return Optional.empty();
        }
        try {
            Checkpoint read = new Checkpoint(
                    Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3], Instant.parse(parts[4]));
            return read.text().equals(text) ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isHash(String head) {
        return head.length() == 2 * JournalHash.BYTES
                && head.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
