package dev.muster.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// The context of a sealed value. It is bound into the value (as associated data of AES-GCM), so a value that was moved
/// to another realm, subject, journal entry or column can no longer be unsealed.
///
/// The bound bytes begin with the kind of context. Everything before a string has a fixed length and the string comes
/// last, so no two contexts have the same bytes. Numbers are big endian.
public sealed interface SealingContext {
    /// The sealed part of a journal entry of format 1 about `subject`. This format is still read, but no longer
    /// written.
    ///
    /// The bound bytes are `01`, realm (8), subject (16), seq (8).
    record JournalEntry(long realm, long seq, UUID subject) implements SealingContext {
        @Override
        public byte[] bytes() {
            return start(1, 8 + 16 + 8, realm)
                    .putLong(subject.getMostSignificantBits())
                    .putLong(subject.getLeastSignificantBits())
                    .putLong(seq)
                    .array();
        }
    }

    /// The sealed part of a journal entry of format 2. It is bound to the entry's plain part, so an entry whose
    /// actor, action, time or dialect was altered can no longer be unsealed.
    ///
    /// The bound bytes are `05`, followed by the entry's plain part, which begins with its format, realm and seq.
    ///
    /// @param plain the entry's bytes before its sealed part
    record PlainPart(byte[] plain) implements SealingContext {
        @Override
        public byte[] bytes() {
            return ByteBuffer.allocate(1 + plain.length)
                    .put((byte) 5)
                    .put(plain)
                    .array();
        }

        @Override
        public String toString() {
            ByteBuffer start = ByteBuffer.wrap(plain);
            return "PlainPart[realm=" + start.getLong(1) + ", seq=" + start.getLong(9) + "]";
        }
    }

    /// A column of a row. `subject` is the user, operator, API key or job that the value is about. If a
    /// subject has several rows with that column, `column` is the column's name, a slash, and the row's key,
    /// which must not identify a person because messages quote it.
    ///
    /// The bound bytes are `02`, realm (8), subject (16), column in UTF-8.
    record Column(long realm, UUID subject, String column) implements SealingContext {
        @Override
        public byte[] bytes() {
            byte[] name = column.getBytes(StandardCharsets.UTF_8);
            return start(2, 8 + 16 + name.length, realm)
                    .putLong(subject.getMostSignificantBits())
                    .putLong(subject.getLeastSignificantBits())
                    .put(name)
                    .array();
        }
    }

    /// A realm's key wrapped by a master key.
    ///
    /// The bound bytes are `03`, realm (8), id of the master key (8).
    record RealmRow(long realm, long masterKey) implements SealingContext {
        @Override
        public byte[] bytes() {
            return start(3, 8 + 8, realm).putLong(masterKey).array();
        }
    }

    /// A chunk of an evidence file. The context includes whether the chunk is the last one, so that truncation is
    /// detected.
    ///
    /// The bound bytes are `04`, realm (8), evidence (16), the chunk's number counted from 0 (4), and 1 for the
    /// last chunk or 0 for any other (1).
    record EvidenceChunk(long realm, UUID evidence, int number, boolean last) implements SealingContext {
        @Override
        public byte[] bytes() {
            return start(4, 8 + 16 + 4 + 1, realm)
                    .putLong(evidence.getMostSignificantBits())
                    .putLong(evidence.getLeastSignificantBits())
                    .putInt(number)
                    .put((byte) (last ? 1 : 0))
                    .array();
        }
    }

    /// Returns the bound bytes in a new array.
    byte[] bytes();

    private static ByteBuffer start(int kind, int rest, long realm) {
        return ByteBuffer.allocate(1 + rest).put((byte) kind).putLong(realm);
    }
}
