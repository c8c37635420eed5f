package dev.muster.api.rest;

import dev.muster.api.StaticFiles;
import dev.muster.api.StaticFiles.StaticFile;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.value.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Serves the OpenAPI document and its HTML page. Both are committed files, which `OpenApiTest` compares with
/// the routes; the server's version and address are filled in at the first request. Supports `If-None-Match`.
final class Documents {
    /// The content security policy of the page. It allows only the page's own style sheet, script and icon, and
    /// nothing inline.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final int TAG_BYTES = 16;
    private static final String FOLDER = "/dev/muster/api/rest/";

    /// The address of a server started without options.
    private static final String DEFAULT_ADDRESS = "http://127.0.0.1:8080";

    private final @Nullable URI publicUrl;
    private final StaticFiles files = new StaticFiles(Map.of(
            "page.css", file("text/css", "page.css"),
            "page.js", file("text/javascript", "page.js"),
            "icon.svg", file("image/svg+xml", "icon.svg")));
    private volatile @Nullable Rendered made;

    private record Rendered(Representation json, Representation page) {}

    /// @param publicUrl the URL at which clients reach the server; null if not configured
    Documents(@Nullable URI publicUrl) {
        this.publicUrl = publicUrl;
    }

    /// The OpenAPI document.
    Reply json(Request request) {
        return rendered().json.reply(request);
    }

    /// The HTML page.
    Reply page(Request request) {
        return rendered().page.reply(request);
    }

    /// A file to which the page links. It is not part of the API or described in the document.
    Reply file(Request request) {
        return files.get(request);
    }

    private static StaticFile file(String type, String name) {
        return StaticFile.of(type + "; charset=utf-8", FOLDER + "docs/" + name);
    }

    /// Returns the documents and creates them if necessary. Concurrent requests may each create them; the results
    /// are equal.
    private Rendered rendered() {
        Rendered known = made;
        if (known == null) {
            known = render();
            made = known;
        }
        return known;
    }

    private Rendered render() {
        String version = Documents.class.getPackage().getImplementationVersion();
        if (version == null) {
            // The server runs from a class folder, which has no version.
            version = "0";
        }
        String address = publicUrl == null ? null : publicUrl.toString();
        JsonNode document = new JsonMapper().readTree(StaticFiles.read(FOLDER + "openapi.json"));
        ((ObjectNode) document.path("info")).put("version", version);
        ((ObjectNode) document.path("servers").path(0)).put("url", address == null ? "/" : address);
        String page = new String(StaticFiles.read(FOLDER + "docs/page.html"), StandardCharsets.UTF_8)
                .replace("@version@", version)
                .replace("@assets@", files.version())
                .replace("@address@", address == null ? DEFAULT_ADDRESS : address.replace("&", "&amp;"));
        return new Rendered(
                Representation.of(Reply.of(200, Reply.JSON, document.toString().getBytes(StandardCharsets.UTF_8))),
                Representation.of(Reply.of(200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8))
                        .with("Content-Security-Policy", POLICY)
                        .with("Referrer-Policy", "no-referrer")));
    }

    /// One of the two documents, ready to send.
    private record Representation(String tag, Reply whole, Reply unchanged, Reply unchangedCompressed) {
        static Representation of(Reply whole) {
            String tag =
                    "\"" + HexFormat.of().formatHex(Digest.sha256(whole.body()).bytes(), 0, TAG_BYTES) + "\"";
            return new Representation(
                    tag,
                    cached(whole, tag).compressedOnce(),
                    cached(Reply.of(304), tag).compressible(),
                    cached(Reply.of(304), compressed(tag)).compressible());
        }

        /// The tag that the engine gives to the compressed reply.
        private static String compressed(String tag) {
            return tag.substring(0, tag.length() - 1) + "-gzip\"";
        }

        /// Lets clients cache the reply but requires them to revalidate it, because another version of the
        /// server may reply next.
        private static Reply cached(Reply reply, String tag) {
            return reply.with("ETag", tag).with("Cache-Control", "public, no-cache");
        }

        Reply reply(Request request) {
            String held = request.header("If-None-Match");
            if (held == null) {
                return whole;
            }
            if (isAmong(compressed(tag), held)) {
                return unchangedCompressed;
            }
            return held.strip().equals("*") || isAmong(tag, held) ? unchanged : whole;
        }

        /// Whether a list of entity tags contains a tag by weak comparison, which RFC 9110 requires for
        /// `If-None-Match`.
        private static boolean isAmong(String tag, String held) {
            return Arrays.stream(held.split(",", -1))
                    .map(String::strip)
                    .anyMatch(one -> one.equals(tag) || one.equals("W/" + tag));
        }
    }
}
