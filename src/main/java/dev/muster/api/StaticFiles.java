package dev.muster.api;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// Serves style sheets, scripts and other files from the class path. Links to the files contain their version, so
/// browsers may cache the files indefinitely.
public final class StaticFiles {
    private static final int VERSION_BYTES = 6;

    private final Map<String, Reply> replies = new HashMap<>();
    private final String version;

    /// A file.
    ///
    /// @param type the media type
    public record StaticFile(String type, byte[] content) {
        /// Reads a file from the class path.
        ///
        /// @param resource the absolute path on the class path
        public static StaticFile of(String type, String resource) {
            return new StaticFile(type, read(resource));
        }
    }

    /// @param files the files by requested name
    public StaticFiles(Map<String, StaticFile> files) {
        MessageDigest digest = Digest.startSha256();
        new TreeMap<>(files).forEach((name, file) -> {
            digest.update(file.content());
            replies.put(
                    name,
                    Reply.of(200, file.type(), file.content())
                            .with("Cache-Control", "public, max-age=31536000, immutable")
                            .compressedOnce());
        });
        version = HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    }

    /// Serves the file named by the path parameter `{name}`.
    ///
    /// @throws HttpException with NoSuchPath if there is no such file
    public Reply get(Request request) {
        Reply reply = replies.get(request.path("name"));
        if (reply == null) {
            throw new HttpException(new Fault.NoSuchPath());
        }
        return reply;
    }

    /// A hash of the contents of all files, for the links to them.
    public String version() {
        return version;
    }

    /// Reads the bytes of a resource.
    ///
    /// @param resource the absolute path on the class path
    /// @throws IllegalStateException if the resource is missing
    public static byte[] read(String resource) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program was built without " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
