package dev.muster.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Where a sealed value stands. The place is bound into the value (as associated data of AES-GCM), so a value
/// that is moved to another realm, another subject, another journal entry or another column no longer opens.
///
/// The bound bytes begin with the kind of place; everything before a text has a fixed length and the text comes
/// last, so no two places share the same bytes. Numbers are big endian.
public sealed interface SealingContext {
    /// The sealed part of a journal entry of format 1 that is about `subject`. Read, but no longer written.
    ///
    /// Bound: `01`, realm (8), subject (16), seq (8).
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

    /// The sealed part of a journal entry of format 2: bound to everything that the entry says in plain, so that an
    /// entry whose actor, action, time or dialect was altered no longer opens.
    ///
    /// Bound: `05`, then the entry's plain part, which begins with its format, realm and seq.
    ///
    /// @param plain the entry's bytes up to its sealed part
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

    /// A column of a row. `subject` is whom or what the value is about: a user, an operator, an API key. Where
    /// a subject has many rows with that column, `column` is the column's name, a slash, and the row's key. A
    /// refusal's message quotes the column, so that key should name nobody.
    ///
    /// Bound: `02`, realm (8), subject (16), column in UTF-8.
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

    /// A realm's own keys, wrapped by a master key.
    ///
    /// Bound: `03`, realm (8), id of the master key (8).
    record RealmRow(long realm, long masterKey) implements SealingContext {
        @Override
        public byte[] bytes() {
            return start(3, 8 + 8, realm).putLong(masterKey).array();
        }
    }

    /// A chunk of a file of evidence. That it is the last is bound too, so that a file cannot be cut short unnoticed.
    ///
    /// Bound: `04`, realm (8), evidence (16), number from 0 (4), 1 for the last and else 0 (1).
    record EvidenceChunk(long realm, UUID evidence, int no, boolean last) implements SealingContext {
        @Override
        public byte[] bytes() {
            return start(4, 8 + 16 + 4 + 1, realm)
                    .putLong(evidence.getMostSignificantBits())
                    .putLong(evidence.getLeastSignificantBits())
                    .putInt(no)
                    .put((byte) (last ? 1 : 0))
                    .array();
        }
    }

    /// What is bound: new bytes at each call.
    byte[] bytes();

    private static ByteBuffer start(int kind, int rest, long realm) {
        return ByteBuffer.allocate(1 + rest).put((byte) kind).putLong(realm);
    }
}
