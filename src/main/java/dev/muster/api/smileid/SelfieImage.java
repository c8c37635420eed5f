package dev.muster.api.smileid;

import dev.muster.directory.EvidenceFiles;
import dev.muster.http.Json;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

    private final EvidenceFiles.Opened evidence;
    private final Found found;

    /// Where it is.
    private sealed interface Found {}

    private record InEntry(String name) implements Found {}

    private record InInfo(byte[] image) implements Found {}

    private SelfieImage(EvidenceFiles.Opened evidence, Found found) {
        this.evidence = evidence;
        this.found = found;
    }

    /// Looks for it; null when there is none.
    static @Nullable SelfieImage of(EvidenceFiles.Opened evidence) throws IOException {
        Found found = read(evidence, SelfieImage::find);
        return found == null ? null : new SelfieImage(evidence, found);
    }

    /// The media type.
    String type() {
        return switch (found) {
            case InEntry(var name) -> isPng(name) ? PNG : JPEG;
            case InInfo(var image) -> begins(image, PNG_BEGIN) ? PNG : JPEG;
        };
    }

    /// Writes it, while the evidence is read.
    void writeTo(OutputStream out) throws IOException {
        switch (found) {
            case InInfo(var image) -> out.write(image);
            case InEntry(var name) ->
                read(evidence, zip -> {
                    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                        if (entry.getName().equals(name)) {
                            return zip.transferTo(out);
                        }
                    }
                    throw new IOException("an entry is gone that was there");
                });
        }
    }

    private static @Nullable Found find(ZipInputStream zip) throws IOException {
        Set<String> pictures = new LinkedHashSet<>();
        byte[] info = {};
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().equals(EvidenceZip.INFO)) {
                info = zip.readAllBytes();
            } else if (isPicture(entry.getName())) {
                pictures.add(entry.getName());
            }
        }
        Found selfie = inInfo(info, pictures);
        return selfie != null || pictures.isEmpty()
                ? selfie
                : new InEntry(pictures.iterator().next());
    }

    private static @Nullable Found inInfo(byte[] json, Set<String> pictures) {
        if (Json.read(json) instanceof Json.Result.Value(Map<?, ?> info)
                && info.get("images") instanceof List<?> images) {
            for (Object image : images) {
                Found found = image instanceof Map<?, ?> fields ? described(fields, pictures) : null;
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable Found described(Map<?, ?> image, Set<String> pictures) {
        String type = image.get("image_type_id") instanceof BigDecimal number
                ? number.toString()
                : String.valueOf(image.get("image_type_id"));
        if (type.equals(SELFIE_FILE) && image.get("file_name") instanceof String name && pictures.contains(name)) {
            return new InEntry(name);
        }
        return type.equals(SELFIE_INLINE) && image.get("image") instanceof String text ? inline(text) : null;
    }

    private static @Nullable Found inline(String base64) {
        byte[] image;
        try {
            image = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
        return begins(image, JPEG_BEGIN) || begins(image, PNG_BEGIN) ? new InInfo(image) : null;
    }

    private static boolean begins(byte[] image, byte[] with) {
        return image.length >= with.length && Arrays.equals(image, 0, with.length, with, 0, with.length);
    }

    private static boolean isPicture(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".jpg") || lower.endsWith(".jpeg") || isPng(name);
    }

    private static boolean isPng(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".png");
    }

    private interface Reading<T> {
        @Nullable
        T read(ZipInputStream zip) throws IOException;
    }

    /// Evidence is written and a zip is read, so one of the two needs a thread of its own. It ends by itself once
    /// nobody reads any more.
    private static <T> @Nullable T read(EvidenceFiles.Opened evidence, Reading<T> reading) throws IOException {
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

    private static void write(EvidenceFiles.Opened evidence, PipedOutputStream pipe) {
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
