package dev.muster.api.rest.docs;

import dev.muster.api.StaticFiles;
import dev.muster.api.StaticFiles.StaticFile;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.value.Digest;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The OpenAPI document and the page that shows it. Both are made on first use and stay the same while the
/// server runs; `If-None-Match` is answered with 304.
public final class Documents {
    /// The routes of the two, which are calls of the API like any other.
    public static final List<Operation> OWN = List.of(
            new Operation(Method.GET, "/openapi.json", Operation.NOTHING),
            new Operation(Method.GET, "/docs", Operation.NOTHING));

    /// The page's own style sheet, script and icon, which are files; nothing in the page itself is run.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final int TAG_BYTES = 16;

    private final List<Operation> operations;
    private final @Nullable URI publicUrl;
    private final StaticFiles files = new StaticFiles(Map.of(
            "page.css", file("text/css", "page.css"),
            "page.js", file("text/javascript", "page.js"),
            "icon.svg", file("image/svg+xml", "icon.svg")));
    private volatile @Nullable Made made;

    private record Made(Copy json, Copy page) {}

    /// Of these calls and the two [#OWN].
    ///
    /// @param publicUrl under which clients reach the server; null where nobody has said so
    public Documents(List<Operation> operations, @Nullable URI publicUrl) {
        this.operations = Stream.concat(operations.stream(), OWN.stream()).toList();
        this.publicUrl = publicUrl;
    }

    /// The OpenAPI document.
    public Reply json(Request request) {
        return made().json.reply(request);
    }

    /// The page.
    public Reply page(Request request) {
        return made().page.reply(request);
    }

    /// What the page is shown with. It is no part of the API and not in the document.
    public Reply file(Request request) {
        return files.get(request);
    }

    private static StaticFile file(String type, String name) {
        return StaticFile.of(type + "; charset=utf-8", "/dev/muster/api/rest/docs/" + name);
    }

    /// Two who ask at once may both make them: they are the same.
    private Made made() {
        Made known = made;
        if (known == null) {
            known = make();
            made = known;
        }
        return known;
    }

    private Made make() {
        ObjectNode document = OpenApi.of(operations, publicUrl, version());
        Utf8ByteOutput page = new Utf8ByteOutput();
        TemplateEngine.createPrecompiled(ContentType.Html)
                .render("docs/page.jte", Reference.of(document, files.version()), page);
        return new Made(
                Copy.of(document.toString().getBytes(StandardCharsets.UTF_8), Reply.JSON, List.of()),
                Copy.of(
                        page.toByteArray(),
                        "text/html; charset=utf-8",
                        List.of("Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer")));
    }

    /// The server's; what runs from a folder of classes has none.
    private static String version() {
        String version = Documents.class.getPackage().getImplementationVersion();
        return version == null ? "0" : version;
    }

    /// One of the two, ready to be sent.
    private record Copy(String tag, Reply whole, Reply unchanged, Reply unchangedCompressed) {
        /// @param headers names and values in turn
        static Copy of(byte[] bytes, String type, List<String> headers) {
            String tag = "\"" + HexFormat.of().formatHex(Digest.sha256(bytes).bytes(), 0, TAG_BYTES) + "\"";
            Reply whole = Reply.of(200, type, bytes);
            for (int i = 0; i < headers.size(); i += 2) {
                whole = whole.with(headers.get(i), headers.get(i + 1));
            }
            return new Copy(
                    tag,
                    cached(whole, tag).compressedOnce(),
                    cached(Reply.of(304), tag).compressible(),
                    cached(Reply.of(304), compressed(tag)).compressible());
        }

        /// What the engine makes of the tag of a reply that it compresses.
        private static String compressed(String tag) {
            return tag.substring(0, tag.length() - 1) + "-gzip\"";
        }

        /// To be kept, and asked about each time: a server of another version may answer next.
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

        /// Compared weakly, as RFC 9110 wants it of this header.
        private static boolean isAmong(String tag, String held) {
            return Arrays.stream(held.split(",", -1))
                    .map(String::strip)
                    .anyMatch(one -> one.equals(tag) || one.equals("W/" + tag));
        }
    }
}
