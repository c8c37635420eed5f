package dev.muster.console;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// The style sheet and the scripts, which come from the class path and change only with the program: pages ask for
/// them with their version, so that browsers may keep them for ever.
final class Assets {
    private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";

    private final Map<String, Asset> assets = new TreeMap<>(Map.of(
            "console.css", new Asset("text/css; charset=utf-8", read("/dev/muster/console/console.css")),
            "console.js", new Asset("text/javascript; charset=utf-8", read("/dev/muster/console/console.js")),
            "icon.svg", new Asset("image/svg+xml", read("/dev/muster/console/icon.svg")),
            "htmx.js", new Asset("text/javascript; charset=utf-8", read(HTMX))));

    private record Asset(String type, byte[] bytes, Reply reply) {
        Asset(String type, byte[] bytes) {
            this(
                    type,
                    bytes,
                    Reply.of(200, type, bytes)
                            .with("Cache-Control", "public, max-age=31536000, immutable")
                            .compressedOnce());
        }
    }

    /// The one of that name.
    Reply get(Request request) {
        Asset asset = assets.get(request.path("name"));
        if (asset == null) {
            throw new HttpException(new Fault.NoSuchPath());
        }
        return asset.reply;
    }

    /// A word that is another one when any of them has changed.
    String version() {
        MessageDigest digest = Digest.startSha256();
        assets.values().forEach(asset -> digest.update(asset.bytes));
        return HexFormat.of().formatHex(digest.digest(), 0, 6);
    }

    private static byte[] read(String path) {
        try (InputStream in = Assets.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the program was built without " + path);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
