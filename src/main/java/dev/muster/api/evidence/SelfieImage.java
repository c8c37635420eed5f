package dev.muster.api.evidence;

import static dev.muster.http.json.JsonStream.Token.ARRAY;
import static dev.muster.http.json.JsonStream.Token.ARRAY_END;
import static dev.muster.http.json.JsonStream.Token.NAME;
import static dev.muster.http.json.JsonStream.Token.NUMBER;
import static dev.muster.http.json.JsonStream.Token.OBJECT;
import static dev.muster.http.json.JsonStream.Token.TEXT;

import dev.muster.directory.EvidenceFiles;
import dev.muster.http.json.JsonStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// The selfie in a job's evidence: the first picture that `info.json` marks as a selfie or, if there is none, the first
/// picture in the zip. Only the zip's directory, `info.json` and the picture itself are read.
final class SelfieImage {
    /// The values of `image_type_id` for selfies, which are either an entry of the zip or Base64 in `info.json`
    /// itself.
    private static final String SELFIE_FILE = "0";

    private static final String SELFIE_INLINE = "2";

    private static final String JPEG = "image/jpeg";
    private static final String PNG = "image/png";

    private static final byte[] JPEG_BEGIN = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] PNG_BEGIN = {(byte) 0x89, 'P', 'N', 'G'};

    /// The index of a picture that is not in `info.json`.
    private static final int NONE = -1;

    private final EvidenceFiles.Stored evidence;
    private final ZipDirectory.Entry entry;
    private final int place;
    private final String type;

    /// @param entry the zip entry that contains the picture, which is the picture itself or `info.json`
    /// @param place the picture's index among the images of `info.json`, starting at 0; [#NONE] if it is a zip
    ///     entry
    /// @param type the media type
    private SelfieImage(EvidenceFiles.Stored evidence, ZipDirectory.Entry entry, int place, String type) {
        this.evidence = evidence;
        this.entry = entry;
        this.place = place;
        this.type = type;
    }

    /// Finds the selfie; null if there is none.
    ///
    /// @param evidence a zip that [EvidenceZip] has accepted
    static @Nullable SelfieImage of(EvidenceFiles.Stored evidence) throws IOException {
        long tail = Math.min(evidence.size(), CountingStream.TAIL);
        byte[] end;
        try (InputStream in = evidence.from(evidence.size() - tail)) {
            end = in.readAllBytes();
        }
        ZipDirectory.Entry info = null;
        Map<String, List<ZipDirectory.Entry>> pictures = new HashMap<>();
        ZipDirectory.Entry first = null;
        List<ZipDirectory.Entry> entries = new ZipDirectory(end, evidence.size()).entries();
        entries.sort(Comparator.comparingLong(ZipDirectory.Entry::at));
        for (ZipDirectory.Entry entry : entries) {
            if (entry.name().equals(EvidenceZip.INFO)) {
                info = entry;
            } else if (isPicture(entry.name())) {
                first = first == null ? entry : first;
                pictures.computeIfAbsent(entry.name(), _ -> new ArrayList<>(1)).add(entry);
            }
        }
        SelfieImage described = info == null ? null : described(evidence, info, pictures);
        return described != null || first == null ? described : ofEntry(evidence, first);
    }

    private static SelfieImage ofEntry(EvidenceFiles.Stored evidence, ZipDirectory.Entry entry) {
        return new SelfieImage(evidence, entry, NONE, isPng(entry.name()) ? PNG : JPEG);
    }

    /// The media type.
    String type() {
        return type;
    }

    /// Streams the picture from the evidence.
    void writeTo(OutputStream out) throws IOException {
        try (InputStream in = content(evidence, entry)) {
            if (place == NONE) {
                in.transferTo(out);
            } else if (!writeImage(in, place, out)) {
                throw new IOException("an image is no longer in info.json");
            }
        }
    }

    /// The inflated content of an entry.
    private static InputStream content(EvidenceFiles.Stored evidence, ZipDirectory.Entry entry) throws IOException {
        ZipInputStream zip = new ZipInputStream(evidence.from(entry.at()));
        zip.getNextEntry();
        return zip;
    }

    // Parsing info.json.

    private static @Nullable SelfieImage described(
            EvidenceFiles.Stored evidence, ZipDirectory.Entry info, Map<String, List<ZipDirectory.Entry>> pictures)
            throws IOException {
        // How often each name has occurred so far. The second occurrence refers to the second entry with that name, and
        // so on.
        Map<String, Integer> named = new HashMap<>();
        try (InputStream in = content(evidence, info);
                JsonStream json = new JsonStream(in)) {
            int place = 0;
            for (boolean more = goToImages(json); more && json.next() != ARRAY_END; place++) {
                Image image = image(json);
                List<ZipDirectory.Entry> entries = pictures.get(image.file);
                if (entries != null) {
                    int which = Math.min(named.merge(image.file, 1, Integer::sum), entries.size()) - 1;
                    if (image.kind.equals(SELFIE_FILE)) {
                        return ofEntry(evidence, entries.get(which));
                    }
                }
                if (image.kind.equals(SELFIE_INLINE) && image.type != null) {
                    return new SelfieImage(evidence, info, place, image.type);
                }
            }
            return null;
        } catch (JsonStream.Malformed e) {
            // A string is too long, or an image is not valid Base64.
            return null;
        }
    }

    /// An image as info.json describes it.
    ///
    /// @param type the media type of its Base64 picture; null if it has none
    private record Image(String kind, String file, @Nullable String type) {}

    /// Moves into the array of images. Returns false if there is none.
    private static boolean goToImages(JsonStream json) throws IOException {
        return json.next() == OBJECT && goToField(json, "images") && json.next() == ARRAY;
    }

    /// Moves to the value of a field in the current object. If there is no such field, moves to the end of the
    /// object and returns false.
    private static boolean goToField(JsonStream json, String name) throws IOException {
        while (json.next() == NAME) {
            if (json.text().equals(name)) {
                return true;
            }
            json.next();
            json.skip();
        }
        return false;
    }

    /// Reads an image from the current value. If the value is not an object, kind and file are empty.
    private static Image image(JsonStream json) throws IOException {
        String kind = "";
        String file = "";
        String type = null;
        if (json.last() != OBJECT) {
            json.skip();
            return new Image(kind, file, type);
        }
        while (json.next() == NAME) {
            String name = json.text();
            JsonStream.Token value = json.next();
            if (name.equals("image_type_id") && (value == NUMBER || value == TEXT)) {
                kind = json.text();
            } else if (name.equals("file_name") && value == TEXT) {
                file = json.text();
            } else if (name.equals("image") && value == TEXT && (kind.isEmpty() || kind.equals(SELFIE_INLINE))) {
                type = typeOfText(json);
            } else {
                json.skip();
            }
        }
        return new Image(kind, file, type);
    }

    private static @Nullable String typeOfText(JsonStream json) throws IOException {
        PrefixStream image = new PrefixStream();
        if (!json.decode(image)) {
            return null;
        }
        return image.is(JPEG_BEGIN) ? JPEG : image.is(PNG_BEGIN) ? PNG : null;
    }

    /// Writes the image at an index. Returns false if there is none.
    private static boolean writeImage(InputStream info, int place, OutputStream out) throws IOException {
        try (JsonStream json = new JsonStream(info)) {
            if (!goToImages(json)) {
                return false;
            }
            for (int at = 0; at < place; at++) {
                json.next();
                json.skip();
            }
            return json.next() == OBJECT && goToField(json, "image") && json.next() == TEXT && json.decode(out);
        }
    }

    /// A stream that keeps only the first four bytes.
    private static final class PrefixStream extends OutputStream {
        private final byte[] bytes = new byte[4];
        private int count;

        @Override
        public void write(int b) {
            if (count < bytes.length) {
                bytes[count] = (byte) b;
                count++;
            }
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            for (int i = 0; i < length && count < bytes.length; i++) {
                write(from[offset + i]);
            }
        }

        boolean is(byte[] beginning) {
            return count >= beginning.length
                    && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
        }
    }

    private static boolean isPicture(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".jpg") || lower.endsWith(".jpeg") || isPng(name);
    }

    private static boolean isPng(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".png");
    }
}
