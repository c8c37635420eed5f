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

/// Serves style sheets, scripts and the like from the class path. They change only with the program, and pages link to
/// them with their version, so browsers may cache them for ever.
public final class StaticFiles {
    private static final int VERSION_BYTES = 6;

    private final Map<String, Reply> replies = new HashMap<>();
    private final String version;

    /// A file.
    ///
    /// @param type its media type
    /// @param resource its absolute path on the class path
    public record StaticFile(String type, String resource) {}

    /// @param files by the names under which they are asked for
    public StaticFiles(Map<String, StaticFile> files) {
        MessageDigest digest = Digest.startSha256();
        new TreeMap<>(files).forEach((name, file) -> {
            byte[] bytes = read(file.resource());
            digest.update(bytes);
            replies.put(
                    name,
                    Reply.of(200, file.type(), bytes)
                            .with("Cache-Control", "public, max-age=31536000, immutable")
                            .compressedOnce());
        });
        version = HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    }

    /// The file that the path names as `{name}`.
    ///
    /// @throws HttpException when there is none
    public Reply get(Request request) {
        Reply reply = replies.get(request.path("name"));
        if (reply == null) {
            throw new HttpException(new Fault.NoSuchPath());
        }
        return reply;
    }

    /// A hash of all the files.
    public String version() {
        return version;
    }

    /// The bytes of a resource.
    ///
    /// @param resource its absolute path on the class path
    /// @throws IllegalStateException when it is missing
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
