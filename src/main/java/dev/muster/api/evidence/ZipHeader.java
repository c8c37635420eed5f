package dev.muster.api.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The local header of a zip entry (section 4.3.7 of PKWARE's APPNOTE). The central directory repeats its content.
///
/// @param at the offset of the header in the file
/// @param flags the general purpose bits of section 4.4.4
/// @param method the compression method
record ZipHeader(long at, int flags, int method) {
    private static final int FIXED_BYTES = 30;

    /// The id of Info-ZIP's Unicode path, a second name for the entry, which some readers use and others ignore.
    private static final int OTHER_NAME = 0x7075;

    /// Reads the header that has just passed through the stream.
    ///
    /// @throws InvalidZipException if the header is too long to be kept, or contains a field that
    ///     [#checkExtraFields] refuses
    static ZipHeader read(CountingStream passing, long at) throws InvalidZipException {
        byte[] bytes = passing.bytes(at, FIXED_BYTES);
        if (bytes == null) {
            throw new InvalidZipException("the header of an entry is too long.");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int name = Short.toUnsignedInt(header.getShort(26));
        byte[] extra = passing.bytes(at + FIXED_BYTES + name, Short.toUnsignedInt(header.getShort(28)));
        if (extra == null) {
            throw new InvalidZipException("the header of an entry is too long.");
        }
        checkExtraFields(ByteBuffer.wrap(extra));
        return new ZipHeader(at, Short.toUnsignedInt(header.getShort(6)), Short.toUnsignedInt(header.getShort(8)));
    }

    /// Checks the extra fields of an entry (section 4.5), from its local header or from the central directory.
    ///
    /// @throws InvalidZipException if a field gives the entry another name or exceeds the end of the fields
    static void checkExtraFields(ByteBuffer extra) throws InvalidZipException {
        ByteBuffer fields = extra.slice().order(ByteOrder.LITTLE_ENDIAN);
        // A remainder that is too short for a field is padding.
        while (fields.remaining() >= 4) {
            int kind = Short.toUnsignedInt(fields.getShort());
            int length = Short.toUnsignedInt(fields.getShort());
            if (kind == OTHER_NAME) {
                throw new InvalidZipException("an entry has a second name.");
            }
            if (length > fields.remaining()) {
                throw new InvalidZipException("the header of an entry is malformed.");
            }
            fields.position(fields.position() + length);
        }
    }
}
