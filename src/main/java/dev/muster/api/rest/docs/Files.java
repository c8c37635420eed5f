package dev.muster.api.rest.docs;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// The page's style sheet, script and icon. They change only with the program, and the page asks for them with their
/// version, so browsers may keep them for ever.
final class Files {
    private static final int VERSION_BYTES = 6;

    private final Map<String, Reply> replies = new TreeMap<>();
    private final String version;

    Files() {
        StringBuilder all = new StringBuilder();
        Map.of("page.css", "text/css", "page.js", "text/javascript", "icon.svg", "image/svg+xml").entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(file -> {
                    String text = Resources.text(file.getKey());
                    all.append(text);
                    replies.put(
                            file.getKey(),
                            Reply.of(200, file.getValue() + "; charset=utf-8", text.getBytes(StandardCharsets.UTF_8))
                                    .with("Cache-Control", "public, max-age=31536000, immutable")
                                    .compressedOnce());
                });
        version = HexFormat.of()
                .formatHex(Documents.sha256(all.toString().getBytes(StandardCharsets.UTF_8)), 0, VERSION_BYTES);
    }

    /// The one that the path names.
    Reply get(Request request) {
        Reply reply = replies.get(request.path("name"));
        if (reply == null) {
            throw new HttpException(new Fault.NoSuchPath());
        }
        return reply;
    }

    /// Another one when any of them has changed.
    String version() {
        return version;
    }
}
