package dev.muster.api.rest.docs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The document as one page of plain HTML: no script, no font, nothing from anywhere else. Its one style
/// sheet stands in it, and the policy names that by its hash, so that a browser takes no other.
///
/// @param html the whole page
/// @param policy for `Content-Security-Policy`
record Page(String html, String policy) {
    /// What a caller has to be ready for at every call, said once at the top.
    private static final Set<String> EVERYWHERE =
            Set.of("400", "401", "403", "408", "413", "415", "429", "503", "default");

    private static final String SOME_ID = "01900000-0000-7000-8000-000000000000";

    static Page of(ObjectNode document) {
        String style = Resources.text("page.css");
        String hash = Base64.getEncoder().encodeToString(Documents.sha256(style.getBytes(StandardCharsets.UTF_8)));
        String policy = "default-src 'none'; style-src 'sha256-" + hash + "'; connect-src 'self'; base-uri 'none';"
                + " form-action 'none'; frame-ancestors 'none'";
        return new Page(new Writer(document).page(style), policy);
    }

    private static final class Writer {
        private final ObjectNode document;
        private final Html html = new Html();
        private final Shapes shapes = new Shapes(html);

        Writer(ObjectNode document) {
            this.document = document;
        }

        String page(String style) {
            html.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                    .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                    .raw("<meta name=\"color-scheme\" content=\"light dark\">")
                    .raw("<title>Muster's API</title><style>")
                    .raw(style)
                    .raw("</style></head><body>");
            contents();
            html.raw("<main>");
            introduction();
            for (JsonNode tag : document.path("tags")) {
                subject(tag);
            }
            problems();
            html.raw("<section><h2 id=\"shapes\">").link("shapes", "Shapes").raw("</h2><div class=\"shapes\">");
            for (Map.Entry<String, JsonNode> shape :
                    document.path("components").path("schemas").properties()) {
                shapes.table(shape.getKey(), shape.getValue());
            }
            html.raw("</div></section></main></body></html>\n");
            return html.toString();
        }

        // What stands beside.

        private void contents() {
            html.raw("<nav><p><a href=\"#top\">Muster’s API</a></p><ul>");
            for (JsonNode tag : document.path("tags")) {
                String name = OpenApi.text(tag, "name");
                html.raw("<li>").link(anchor(name), name).raw("<ul>");
                eachOf(
                        name,
                        (path, method, operation) -> html.raw("<li>")
                                .link(OpenApi.text(operation, "operationId"), OpenApi.text(operation, "summary"))
                                .raw("</li>"));
                html.raw("</ul></li>");
            }
            html.raw("<li>").link("problems", "Problems").raw("</li><li>");
            html.link("shapes", "Shapes").raw("</li></ul></nav>");
        }

        private void introduction() {
            JsonNode info = document.path("info");
            html.raw("<header id=\"top\"><h1>Muster’s API</h1><p>")
                    .prose(OpenApi.text(info, "description"))
                    .raw(
                            "</p><p>The same for programs: <a href=\"openapi.json\">openapi.json</a>, OpenAPI 3.1, version ")
                    .text(OpenApi.text(info, "version"))
                    .raw(
                            ".</p><p>The same users can be reached by clients of four vendors' APIs, on this port: <code>signet</code>")
                    .raw(" under <code>/partner/v1</code>, <code>smileid</code> under")
                    .raw(
                            " <code>/api/v2/partner/enrollee</code> and <code>/smileid/v1</code>, <code>allthenticate</code>")
                    .raw(
                            " at the root, <code>epixel</code> under <code>/api/v1</code> unless <code>--epixel-base</code>")
                    .raw(" names another. What each says is in <code>docs/dialects/</code> beside the program.</p>")
                    .raw("<p>The examples take an address and a key from the shell:</p><pre>")
                    .text("export URL=https://muster.example.org  KEY=mst_test_…\n")
                    .text("auth=\"Authorization: Bearer $KEY\"  json='Content-Type: application/json'")
                    .raw("</pre>");
            JsonNode components = document.path("components");
            html.raw("<h2>Every call</h2><table>");
            row("Authorization", components.path("securitySchemes").path("credential"));
            for (String header : List.of("X-Request-Id", "Idempotency-Key", "If-Match", "Muster-Dry-Run")) {
                row(header, components.path("parameters").path(header));
            }
            html.raw("</table></header>");
        }

        private void problems() {
            html.raw("<section><h2 id=\"problems\">")
                    .link("problems", "Problems")
                    .raw("</h2><p>Every error is a ");
            html.link(Shapes.anchor("Problem"), "Problem")
                    .raw(", by its <code>code</code>:</p><table class=\"codes\">");
            Resources.object("document.json").path("problems").properties().forEach(problem -> {
                html.raw("<tr id=\"problem-").text(problem.getKey()).raw("\"><td>");
                html.text(problem.getValue().path("status").asString()).raw("</td><th>");
                html.code(problem.getKey()).raw("</th><td>");
                html.prose(OpenApi.text(problem.getValue(), "description")).raw("</td></tr>");
            });
            html.raw("</table></section>");
        }

        private void row(String name, JsonNode described) {
            html.raw("<tr><th>").code(name).raw("</th><td>");
            html.prose(OpenApi.text(described, "description")).raw("</td></tr>");
        }

        // The calls.

        private interface Visitor {
            void visit(String path, String method, JsonNode operation);
        }

        private void eachOf(String tag, Visitor visitor) {
            for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
                for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                    if (method.getValue().path("tags").path(0).asString().equals(tag)) {
                        visitor.visit(path.getKey(), method.getKey().toUpperCase(Locale.ROOT), method.getValue());
                    }
                }
            }
        }

        private void subject(JsonNode tag) {
            String name = OpenApi.text(tag, "name");
            html.raw("<section><h2 id=\"")
                    .text(anchor(name))
                    .raw("\">")
                    .link(anchor(name), name)
                    .raw("</h2><p>");
            html.prose(OpenApi.text(tag, "description")).raw("</p>");
            eachOf(name, this::operation);
            html.raw("</section>");
        }

        private void operation(String path, String method, JsonNode operation) {
            String id = OpenApi.text(operation, "operationId");
            html.raw("<article id=\"").text(id).raw("\"><h3>").link(id, OpenApi.text(operation, "summary"));
            html.raw("</h3><p class=\"call\"><b class=\"")
                    .text(method.toLowerCase(Locale.ROOT))
                    .raw("\">");
            html.text(method).raw("</b> ").code(path).raw("<span class=\"scope\">");
            html.text(needs(operation)).raw("</span></p>");
            if (operation.has("description")) {
                html.raw("<p>").prose(OpenApi.text(operation, "description")).raw("</p>");
            }
            parameters(operation);
            replies(operation);
            html.raw("<pre>").text(curl(path, method, operation)).raw("</pre></article>");
        }

        private static String needs(JsonNode operation) {
            JsonNode security = operation.path("security").path(0);
            if (security.isMissingNode()) {
                return "no credential";
            }
            return security.has("rootKey")
                    ? "root"
                    : operation.path(OpenApi.SCOPE).asString("any credential");
        }

        private void parameters(JsonNode operation) {
            html.raw("<table>");
            List<String> headers = new ArrayList<>();
            for (JsonNode reference : operation.path("parameters")) {
                JsonNode parameter = resolved(reference);
                String in = OpenApi.text(parameter, "in");
                if (in.equals("header")) {
                    headers.add(OpenApi.text(parameter, "name"));
                    continue;
                }
                html.raw("<tr><th>").code(OpenApi.text(parameter, "name"));
                html.raw(in.equals("path") ? "" : "<i title=\"may be absent\">?</i>")
                        .raw("</th><td>");
                shapes.type(parameter.path("schema"));
                html.raw("</td><td>")
                        .prose(OpenApi.text(parameter, "description"))
                        .raw("</td></tr>");
            }
            JsonNode body = operation.path("requestBody");
            if (!body.isMissingNode()) {
                html.raw("<tr><th>body")
                        .raw(body.path("required").asBoolean() ? "" : "<i title=\"may be absent\">?</i>");
                html.raw("</th><td>");
                shapes.type(body.path("content").path("application/json").path("schema"));
                html.raw("</td><td>")
                        .raw(
                                body.path("content").has("application/merge-patch+json")
                                        ? "<code>application/merge-patch+json</code> or JSON"
                                        : "JSON");
                html.raw("</td></tr>");
            }
            // Any call takes that one.
            headers.remove("X-Request-Id");
            if (!headers.isEmpty()) {
                html.raw("<tr><th>headers<i title=\"may be absent\">?</i></th><td colspan=\"2\">");
                headers.forEach(header -> html.code(header).raw(" "));
                html.raw("</td></tr>");
            }
            html.raw("</table>");
        }

        private void replies(JsonNode operation) {
            html.raw("<table class=\"replies\">");
            for (Map.Entry<String, JsonNode> reply : operation.path("responses").properties()) {
                if (!reply.getValue().has("$ref")) {
                    success(reply.getKey(), reply.getValue());
                } else if (!EVERYWHERE.contains(reply.getKey())) {
                    html.raw("<tr><th>").text(reply.getKey()).raw("</th><td colspan=\"2\">");
                    for (JsonNode code : resolved(reply.getValue()).path(OpenApi.CODES)) {
                        html.raw("<code>")
                                .link("problem-" + code.asString(), code.asString())
                                .raw("</code> ");
                    }
                    html.raw("</td></tr>");
                }
            }
            html.raw("</table>");
        }

        private void success(String status, JsonNode reply) {
            html.raw("<tr class=\"good\"><th>").text(status).raw("</th><td>");
            for (Map.Entry<String, JsonNode> content : reply.path("content").properties()) {
                JsonNode media = content.getValue();
                JsonNode lines = media.path("schema").path("contentSchema");
                if (!lines.isMissingNode()) {
                    html.text("lines of ");
                    String line = OpenApi.named(lines);
                    html.link(Shapes.anchor(line), line);
                } else if (media.has("schema")) {
                    shapes.type(media.path("schema"));
                } else {
                    html.code(content.getKey());
                }
            }
            html.raw("</td><td>");
            Set<String> headers = new TreeSet<>();
            reply.path("headers").properties().forEach(header -> headers.add(header.getKey()));
            headers.removeAll(Set.of("X-Request-Id", "Idempotency-Replayed", "Muster-Dry-Run"));
            headers.forEach(header -> html.code(header).raw(" "));
            html.raw("</td></tr>");
        }

        // Examples.

        private String curl(String path, String method, JsonNode operation) {
            StringBuilder curl = new StringBuilder("curl -sS");
            String target = path;
            for (JsonNode reference : operation.path("parameters")) {
                JsonNode parameter = resolved(reference);
                if (OpenApi.text(parameter, "in").equals("path")) {
                    target = target.replace(
                            "{" + OpenApi.text(parameter, "name") + "}",
                            parameter.path("example").asString(SOME_ID));
                }
            }
            JsonNode example = operation
                    .path("requestBody")
                    .path("content")
                    .path("application/json")
                    .path("example");
            if (!method.equals(example.isMissingNode() ? "GET" : "POST")) {
                curl.append(" -X ").append(method);
            }
            curl.append(" \"$URL").append(target).append('"');
            if (!operation.path("security").isEmpty()) {
                curl.append(" -H \"$auth\"");
            }
            if (!example.isMissingNode()) {
                curl.append(" -H \"$json\" \\\n  -d '").append(example).append('\'');
            }
            return curl.toString();
        }

        private JsonNode resolved(JsonNode reference) {
            String name = OpenApi.text(reference, "$ref");
            return document.at(name.substring(1));
        }

        private static String anchor(String name) {
            return name.toLowerCase(Locale.ROOT).replace(' ', '-');
        }
    }
}
