package dev.muster.api.smileid;

import static dev.muster.api.smileid.EvidenceZip.INFO;
import static dev.muster.http.json.JsonStream.Token.ARRAY;
import static dev.muster.http.json.JsonStream.Token.ARRAY_END;
import static dev.muster.http.json.JsonStream.Token.NAME;
import static dev.muster.http.json.JsonStream.Token.NUMBER;
import static dev.muster.http.json.JsonStream.Token.OBJECT;
import static dev.muster.http.json.JsonStream.Token.TEXT;

import dev.muster.directory.EvidenceFiles;
import dev.muster.http.json.JsonStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// The picture of the user's face among a job's evidence: the first that `info.json` calls a selfie, else the first
/// picture that there is.
final class SelfieImage {
    private static final int PIPE_BYTES = 64 << 10;

    /// What `info.json` calls a selfie: an entry of the zip, and one in Base64 in `info.json` itself.
    private static final String SELFIE_FILE = "0";

    private static final String SELFIE_INLINE = "2";

    private static final String JPEG = "image/jpeg";
    private static final String PNG = "image/png";

    private static final byte[] JPEG_BEGIN = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] PNG_BEGIN = {(byte) 0x89, 'P', 'N', 'G'};

    private final EvidenceFiles.Content evidence;
    private final Found found;

    /// Where it is.
    private sealed interface Found {}

    /// @param which of the entries of that name, from 0
    private record InEntry(String name, int which) implements Found {}

    /// @param place among the images of `info.json`, from 0
    private record InInfo(int place, String type) implements Found {}

    private SelfieImage(EvidenceFiles.Content evidence, Found found) {
        this.evidence = evidence;
        this.found = found;
    }

    /// Looks for it; null when there is none. Nothing of the evidence is kept but names: to write the picture it is
    /// read once more.
    ///
    /// @param evidence the whole zip, as often as it is asked for
    static @Nullable SelfieImage of(EvidenceFiles.Content evidence) throws IOException {
        // First, because `info.json` may be before the pictures that it names.
        Map<String, Integer> pictures = read(evidence, SelfieImage::pictures);
        Found found = read(evidence, zip -> described(zip, pictures));
        if (found == null && !pictures.isEmpty()) {
            found = new InEntry(pictures.keySet().iterator().next(), 0);
        }
        return found == null ? null : new SelfieImage(evidence, found);
    }

    /// The media type.
    String type() {
        return switch (found) {
            case InEntry(var name, var _) -> isPng(name) ? PNG : JPEG;
            case InInfo(var _, var type) -> type;
        };
    }

    /// Writes it, while the evidence is read.
    void writeTo(OutputStream out) throws IOException {
        switch (found) {
            case InEntry(var name, var which) ->
                read(evidence, zip -> {
                    if (!goTo(zip, name, which)) {
                        throw new IOException("an entry is gone that was there");
                    }
                    return zip.transferTo(out);
                });
            case InInfo(var place, var _) ->
                read(evidence, zip -> {
                    if (!goTo(zip, INFO, 0) || !writeImage(zip, place, out)) {
                        throw new IOException("an image is gone that was there");
                    }
                    return true;
                });
        }
    }

    private static boolean goTo(ZipInputStream zip, String name, int which) throws IOException {
        int before = 0;
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().equals(name) && before++ == which) {
                return true;
            }
        }
        return false;
    }

    /// How many pictures there are of each name.
    private static Map<String, Integer> pictures(ZipInputStream zip) throws IOException {
        Map<String, Integer> pictures = new LinkedHashMap<>();
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (isPicture(entry.getName())) {
                pictures.merge(entry.getName(), 1, Integer::sum);
            }
        }
        return pictures;
    }

    // What info.json says.

    private static @Nullable Found described(ZipInputStream zip, Map<String, Integer> pictures) throws IOException {
        if (!goTo(zip, INFO, 0)) {
            return null;
        }
        // How often each picture was named before: the second time means the second entry of the name.
        Map<String, Integer> named = new HashMap<>();
        try (JsonStream json = new JsonStream(zip)) {
            int place = 0;
            for (boolean more = goToImages(json); more && json.next() != ARRAY_END; place++) {
                Found found = described(json, place, pictures, named);
                if (found != null) {
                    return found;
                }
            }
            return null;
        } catch (JsonStream.Malformed e) {
            // A text in it is longer than any name, or a picture is none.
            return null;
        }
    }

    /// Goes into the array of images; false when there is none.
    private static boolean goToImages(JsonStream json) throws IOException {
        return json.next() == OBJECT && goToField(json, "images") && json.next() == ARRAY;
    }

    /// Goes to before the value of a field of the object that was begun; false when it has none, and has ended.
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

    /// What the value at hand describes; null when that is no selfie that is there.
    private static @Nullable Found described(
            JsonStream json, int place, Map<String, Integer> pictures, Map<String, Integer> named) throws IOException {
        if (json.last() != OBJECT) {
            json.skip();
            return null;
        }
        String kind = "";
        String file = "";
        String type = null;
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
        int entries = pictures.getOrDefault(file, 0);
        if (entries > 0) {
            int which = Math.min(named.merge(file, 1, Integer::sum), entries) - 1;
            if (kind.equals(SELFIE_FILE)) {
                return new InEntry(file, which);
            }
        }
        return kind.equals(SELFIE_INLINE) && type != null ? new InInfo(place, type) : null;
    }

    private static @Nullable String typeOfText(JsonStream json) throws IOException {
        Beginning image = new Beginning();
        if (!json.decode(image)) {
            return null;
        }
        return image.is(JPEG_BEGIN) ? JPEG : image.is(PNG_BEGIN) ? PNG : null;
    }

    /// Writes the image that stands at a place; false when there is none.
    private static boolean writeImage(ZipInputStream zip, int place, OutputStream out) throws IOException {
        try (JsonStream json = new JsonStream(zip)) {
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

    /// Keeps the first bytes of what is written, and nothing else.
    private static final class Beginning extends OutputStream {
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

    private interface Reading<T extends @Nullable Object> {
        T read(ZipInputStream zip) throws IOException;
    }

    /// Evidence is written and a zip is read, so one of the two needs a thread of its own. It ends by itself once
    /// nobody reads any more.
    private static <T extends @Nullable Object> T read(EvidenceFiles.Content evidence, Reading<T> reading)
            throws IOException {
        PipedInputStream in = new PipedInputStream(PIPE_BYTES);
        PipedOutputStream pipe = new PipedOutputStream(in);
        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(() -> write(evidence, pipe), Thread::startVirtualThread);
        try (in) {
            return reading.read(new ZipInputStream(in));
        } catch (EOFException e) {
            // Why it broke off only its writer knows.
            throw cause(writing, e);
        }
    }

    private static void write(EvidenceFiles.Content evidence, PipedOutputStream pipe) {
        try (pipe) {
            evidence.writeTo(pipe);
        } catch (IOException e) {
            // Its reader has what it was after, or finds that the end is missing.
        }
    }

    private static IOException cause(CompletableFuture<Void> writing, EOFException otherwise) {
        try {
            writing.join();
            return otherwise;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            return otherwise;
        }
    }
}
