package dev.muster.api.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// Checks a zip (PKWARE's APPNOTE 6.3) while it is copied, and rejects it if it could harm its readers by path
/// traversal, as a zip bomb, or with entries that only some readers see. A zip must contain exactly one `info.json`.
/// Other entries may share a name, because official clients send such zips: the Python client names every Base64
/// picture `base64imgString`.
public final class EvidenceZip {
    /// The name of the required entry.
    static final String INFO = "info.json";

    /// The maximum number of entries; a job has a dozen images.
    static final int MAX_ENTRIES = 256;

    /// The maximum inflated size of all entries together. It need not be much larger than the zip, because images
    /// hardly shrink when they are compressed.
    static final long MAX_INFLATED = 64L << 20;

    /// The maximum inflation ratio beyond the first [#RATIO_FREE] bytes. Text shrinks to about a tenth, zeros to
    /// about a thousandth.
    static final long MAX_RATIO = 100;

    static final long RATIO_FREE = 1L << 20;

    /// The maximum size of `info.json`, which may contain all images in Base64.
    static final int MAX_INFO = 16 << 20;

    /// The maximum length of an entry's name.
    static final int MAX_NAME_LENGTH = 255;

    /// The names of Windows devices, which denote the device in any folder and with any extension.
    private static final Pattern DEVICE = Pattern.compile(
            "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\\..*)?",
            Pattern.CASE_INSENSITIVE);

    private static final String TRUNCATED = "it is truncated.";

    /// An entry as read from the file.
    ///
    /// @param packed the compressed size, without the header
    record ScannedEntry(String name, ZipHeader header, long packed, long size, long crc, boolean folder) {}

    /// A zip stream that knows its position in the file even though it reads ahead.
    private static final class Entries extends ZipInputStream {
        private final CountingStream passing;

        Entries(CountingStream passing) {
            super(passing);
            this.passing = passing;
        }

        /// The offset of the next entry. Must be called between two entries. The bytes available in `in` are
        /// those that have been read ahead.
        long at() throws IOException {
            return passing.count() - in.available();
        }
    }

    private final CountingStream passing;

    /// The entries by the offsets of their headers.
    private final Map<Long, ScannedEntry> entries = new HashMap<>();

    private @Nullable EvidenceInfo info;
    private int likeInfo;
    private long inflated;
    private long end;

    private EvidenceZip(CountingStream passing) {
        this.passing = passing;
    }

    /// Copies a whole zip from `in` to `out`, and returns the information in its `info.json`.
    ///
    /// @throws InvalidZipException if the input is not a valid, harmless zip; the partial copy must then not be
    ///     used
    public static EvidenceInfo copy(InputStream in, OutputStream out) throws IOException {
        CountingStream passing = new CountingStream(in, out);
        EvidenceZip zip = new EvidenceZip(passing);
        zip.readEntries();
        passing.transferTo(OutputStream.nullOutputStream());
        new ZipDirectory(passing.tail(), passing.count()).checkLists(zip.entries, zip.end);
        if (zip.info == null) {
            throw new InvalidZipException("it contains no info.json.");
        }
        return zip.info;
    }

    private void readEntries() throws IOException {
        // The stream is not closed, because that would close the body, whose end must still be read.
        Entries zip = new Entries(passing);
        try {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                read(zip, entry);
                end = zip.at();
            }
        } catch (EOFException e) {
            throw new InvalidZipException(TRUNCATED);
        } catch (ZipException | IllegalArgumentException e) {
            throw new InvalidZipException(
                    "an entry is broken, encrypted, or named or compressed in a way that is not supported.");
        }
        if (entries.isEmpty()) {
            throw new InvalidZipException("it is not a zip.");
        }
    }

    private void read(ZipInputStream zip, ZipEntry entry) throws IOException {
        String name = entry.getName();
        ZipHeader header = ZipHeader.read(passing, end);
        if (entries.size() == MAX_ENTRIES) {
            throw new InvalidZipException("it holds more than " + MAX_ENTRIES + " entries.");
        }
        checkName(name);
        Content content = new Content(zip, name.equals(INFO) ? MAX_INFO : Long.MAX_VALUE);
        if (name.equals(INFO)) {
            // The file is parsed as a stream, because holding up to 16 MiB of it as objects could exhaust the heap.
            info = EvidenceInfo.read(content);
        }
        content.transferTo(OutputStream.nullOutputStream());
        if (name.equals(INFO) && info == null) {
            throw new InvalidZipException("its info.json is not a JSON object.");
        }
        entries.put(
                header.at(),
                new ScannedEntry(
                        name, header, entry.getCompressedSize(), content.size, entry.getCrc(), entry.isDirectory()));
    }

    /// The inflated content of an entry, with its size limits.
    private final class Content extends InputStream {
        private final ZipInputStream zip;
        private final long max;
        private long size;

        Content(ZipInputStream zip, long max) {
            this.zip = zip;
            this.max = max;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = zip.read(into, offset, length);
            if (count > 0) {
                size += count;
                inflated += count;
                checkInflation();
                if (size > max) {
                    throw new InvalidZipException("its info.json is longer than 16 MiB.");
                }
            }
            return count;
        }
    }

    /// Whether `c` is a control, format, line-separator or paragraph-separator character.
    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private void checkInflation() throws InvalidZipException {
        if (inflated > MAX_INFLATED) {
            throw new InvalidZipException("it inflates to more than 64 MiB.");
        }
        if (inflated > RATIO_FREE + MAX_RATIO * passing.count()) {
            throw new InvalidZipException("it inflates to more than a hundred times its length.");
        }
    }

    private void checkName(String name) throws InvalidZipException {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new InvalidZipException("a name is empty or longer than 255 characters.");
        }
        if (name.indexOf('\\') >= 0 || name.codePoints().anyMatch(EvidenceZip::isControl)) {
            throw new InvalidZipException("a name holds a backslash or a control character.");
        }
        // A colon denotes a drive or an alternate data stream on some systems.
        if (name.startsWith("/") || name.indexOf(':') >= 0) {
            throw new InvalidZipException("a name is an absolute path.");
        }
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new InvalidZipException("a name leads to another folder.");
            }
            // Windows drops a trailing dot or space, so the name would denote another file or a device.
            if (segment.endsWith(".") || segment.endsWith(" ")) {
                throw new InvalidZipException("a name ends in a dot or a space.");
            }
            if (DEVICE.matcher(segment).matches()) {
                throw new InvalidZipException("a name is that of a device.");
            }
        }
        // On some systems, names that differ only in case are the same.
        if (path.equalsIgnoreCase(INFO)) {
            likeInfo++;
        }
        if (likeInfo > 1) {
            throw new InvalidZipException("it holds more than one info.json.");
        }
    }
}
