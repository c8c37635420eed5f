package dev.muster.api.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The central directory at the end of a zip (sections 4.3.12 and 4.3.16 of PKWARE's APPNOTE). Some readers use the
/// directory and others scan the local headers, so the two must agree.
final class ZipDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;

    /// The file type bits of Unix attributes, and the type of a symbolic link.
    private static final int UNIX_KIND = 0xf000;

    private static final int UNIX_LINK = 0xa000;

    private final ByteBuffer tail;
    private final long size;

    /// @param tail the end of the file
    /// @param size the size of the whole file
    ZipDirectory(byte[] tail, long size) {
        this.tail = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        this.size = size;
    }

    /// An entry of the directory.
    ///
    /// @param at the offset of the entry's local header in the file
    /// @param attributes the external attributes; the Unix mode is in the upper half
    record Entry(long at, String name, int flags, int method, long crc, long packed, long size, long attributes) {
        private void checkMatches(EvidenceZip.@Nullable ScannedEntry seen) throws InvalidZipException {
            if (seen == null
                    || !seen.name().equals(name)
                    || seen.header().flags() != flags
                    || seen.header().method() != method
                    || seen.packed() != packed
                    || seen.size() != size
                    || (seen.crc() != crc && !seen.folder())) {
                throw directoryMismatch();
            }
            if ((attributes >>> 16 & UNIX_KIND) == UNIX_LINK) {
                throw new InvalidZipException("an entry is a link to another file.");
            }
        }
    }

    /// Checks that the directory lists exactly the entries that were scanned.
    ///
    /// @param seen the scanned entries, by the offsets of their local headers
    /// @param behind the end of the last entry, where the directory must begin
    /// @throws InvalidZipException if the directory is missing, is not at the very end, or differs from the scanned
    ///     entries
    void checkLists(Map<Long, EvidenceZip.ScannedEntry> seen, long behind) throws InvalidZipException {
        int end = end();
        int count = unsigned16(end + 10);
        long offset = unsigned32(end + 16);
        boolean whole = unsigned16(end + 4) == 0 && unsigned16(end + 6) == 0 && unsigned16(end + 8) == count;
        if (!whole || count != seen.size() || offset != behind || offset + unsigned32(end + 12) != size - END_BYTES) {
            throw directoryMismatch();
        }
        Set<Long> listed = new HashSet<>();
        for (Entry entry : entries()) {
            if (!listed.add(entry.at)) {
                throw directoryMismatch();
            }
            entry.checkMatches(seen.get(entry.at));
        }
        if (listed.size() != seen.size()) {
            throw directoryMismatch();
        }
    }

    /// The offset of the end-of-central-directory record within the tail.
    private int end() throws InvalidZipException {
        int end = tail.limit() - END_BYTES;
        if (end < 0 || tail.getInt(end) != END_SIGNATURE || unsigned16(end + 20) != 0) {
            throw new InvalidZipException("it is truncated, or something is appended to it.");
        }
        return end;
    }

    /// All entries, in the order of the directory.
    ///
    /// @throws InvalidZipException if the directory is missing or broken, or contains a field that
    ///     [ZipHeader#checkExtraFields] refuses
    List<Entry> entries() throws InvalidZipException {
        int end = end();
        long length = unsigned32(end + 12);
        if (length > end) {
            throw new InvalidZipException("its directory is too long.");
        }
        List<Entry> entries = new ArrayList<>();
        for (int at = end - (int) length; at < end; ) {
            if (end - at < ENTRY_BYTES || tail.getInt(at) != ENTRY_SIGNATURE) {
                throw directoryMismatch();
            }
            int nameBytes = unsigned16(at + 28);
            int extraBytes = unsigned16(at + 30);
            int next = at + ENTRY_BYTES + nameBytes + extraBytes + unsigned16(at + 32);
            if (next > end) {
                throw directoryMismatch();
            }
            entries.add(new Entry(
                    unsigned32(at + 42),
                    name(at + ENTRY_BYTES, nameBytes),
                    unsigned16(at + 8),
                    unsigned16(at + 10),
                    unsigned32(at + 16),
                    unsigned32(at + 20),
                    unsigned32(at + 24),
                    unsigned32(at + 38)));
            ZipHeader.checkExtraFields(tail.slice(at + ENTRY_BYTES + nameBytes, extraBytes));
            at = next;
        }
        return entries;
    }

    private String name(int at, int length) throws InvalidZipException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(tail.slice(at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw directoryMismatch();
        }
    }

    private static InvalidZipException directoryMismatch() {
        return new InvalidZipException("its directory does not agree with its entries.");
    }

    private int unsigned16(int at) {
        return Short.toUnsignedInt(tail.getShort(at));
    }

    private long unsigned32(int at) {
        return Integer.toUnsignedLong(tail.getInt(at));
    }
}
