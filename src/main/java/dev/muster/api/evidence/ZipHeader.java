package dev.muster.api.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What stands before an entry of a zip (section 4.3.7 of PKWARE's APPNOTE), and is said again in its directory.
///
/// @param at where in the file it begins
/// @param flags the general purpose bits of section 4.4.4
/// @param method of compression
record ZipHeader(long at, int flags, int method) {
    private static final int FIXED_BYTES = 30;

    /// Info-ZIP's Unicode path: another name for the entry, which some readers go by and others do not know.
    private static final int OTHER_NAME = 0x7075;

    /// Reads it where it has just passed.
    ///
    /// @throws BadZip when it is too long to be remembered, or holds what [#mustBeHarmless] refuses
    static ZipHeader read(CountingStream passing, long at) throws BadZip {
        byte[] bytes = passing.bytes(at, FIXED_BYTES);
        if (bytes == null) {
            throw new BadZip("what it says of an entry is too long.");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int name = Short.toUnsignedInt(header.getShort(26));
        byte[] extra = passing.bytes(at + FIXED_BYTES + name, Short.toUnsignedInt(header.getShort(28)));
        if (extra == null) {
            throw new BadZip("what it says of an entry is too long.");
        }
        mustBeHarmless(ByteBuffer.wrap(extra));
        return new ZipHeader(at, Short.toUnsignedInt(header.getShort(6)), Short.toUnsignedInt(header.getShort(8)));
    }

    /// Looks through the extra fields of an entry (section 4.5), here or in the directory.
    ///
    /// @throws BadZip when one of them gives the entry another name, or goes on beyond their end
    static void mustBeHarmless(ByteBuffer extra) throws BadZip {
        ByteBuffer fields = extra.slice().order(ByteOrder.LITTLE_ENDIAN);
        // What is too short for a field is padding.
        while (fields.remaining() >= 4) {
            int kind = Short.toUnsignedInt(fields.getShort());
            int length = Short.toUnsignedInt(fields.getShort());
            if (kind == OTHER_NAME) {
                throw new BadZip("an entry has a second name.");
            }
            if (length > fields.remaining()) {
                throw new BadZip("what it says of an entry is broken.");
            }
            fields.position(fields.position() + length);
        }
    }
}
