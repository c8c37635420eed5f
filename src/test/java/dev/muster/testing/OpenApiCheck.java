package dev.muster.testing;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import dev.muster.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Checks responses against an OpenAPI document: their status, media type, headers and body. A difference means that
/// either the document or the response is wrong.
public final class OpenApiCheck {
    private static final String HERE = "https://muster.invalid/openapi.json";
    private static final String PROBLEM = "application/problem+json";

    /// Headers that the engine adds to every response. The document describes them only once, not for each call.
    private static final List<String> OF_THE_ENGINE = List.of(
            "date",
            "connection",
            "content-length",
            "content-type",
            "transfer-encoding",
            "cache-control",
            "vary",
            "content-encoding",
            "x-content-type-options",
            "muster-request-id",
            "ratelimit",
            "ratelimit-policy");

    /// Matches a blank JSON string. The two quotes cannot belong to different strings, because a colon or a comma
    /// separates strings.
    private static final Pattern LONG_BLANK = Pattern.compile("\"(?: |\\\\[nrt]){2,}+\"");

    private final JsonNode document;
    private final SchemaRegistry schemas;
    private final Map<String, com.networknt.schema.Schema> known = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();

    /// A call in the document, with the JSON pointer to its operation.
    private record Call(String method, String template, Pattern path, String pointer) {
        /// The number of path parameters. If several calls match a path, the one with the fewest parameters
        /// applies.
        long parameters() {
            return template.chars().filter(c -> c == '{').count();
        }
    }

    /// A response as received.
    ///
    /// @param headers the headers, by lower-case name
    public record Reply(int status, Map<String, String> headers, byte[] body) {}

    public OpenApiCheck(byte[] json) {
        document = new JsonMapper().readTree(json);
        document.path("components")
                .path("schemas")
                .forEach(shape -> shape.path("x-muster-always")
                        .forEach(field -> ((ArrayNode) shape.path("required")).add(field)));
        // The document tells clients to expect additional fields, so that later versions can add some. This version
        // sends only the documented ones.
        document.path("components").path("schemas").properties().stream()
                .filter(shape -> !shape.getKey().equals("Document"))
                .filter(shape -> shape.getValue().path("additionalProperties").asBoolean(false))
                .forEach(shape -> ((ObjectNode) shape.getValue()).put("additionalProperties", false));
        String text = document.toString();
        schemas = SchemaRegistry.withDialect(
                Dialects.getDraft202012(),
                builder -> builder.schemas(Map.of(HERE, text))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            Pattern pattern =
                    Pattern.compile("\\Q" + path.getKey().replaceAll("\\{[a-zA-Z]+}", "\\\\E[^/]+\\\\Q") + "\\E");
            for (String method : path.getValue().propertyNames()) {
                calls.add(new Call(
                        method.toUpperCase(Locale.ROOT),
                        path.getKey(),
                        pattern,
                        "/paths/" + escaped(path.getKey()) + "/" + method));
            }
        }
    }

    public JsonNode document() {
        return document;
    }

    /// Checks a response against the document.
    ///
    /// @param target the path and query, as in the request line
    /// @throws AssertionError if the response does not match
    public void check(String method, String target, Reply reply) {
        int query = target.indexOf('?');
        Call call = call(method, query < 0 ? target : target.substring(0, query));
        if (call == null && target.startsWith("/docs/assets/") && reply.status() == 200) {
            // A file of the documentation page is not an API call.
            return;
        }
        String pointer = call == null ? null : call.pointer + "/responses/" + reply.status();
        String code = code(reply);
        boolean engine = code.equals("no_such_path") || code.equals("method_not_allowed");
        boolean headOnly = method.equals("HEAD");
        if (headOnly && (call == null || engine || reply.status() >= 400)) {
            return;
        }
        if (call == null || engine) {
            // Refusals that can occur for any path are described only once, not for each call.
            conforms(method, target, reply, "/components/schemas/Problem", PROBLEM);
            return;
        }
        if (document.at(pointer).isMissingNode()) {
            pointer = call.pointer + "/responses/default";
        }
        if (document.at(pointer).has("$ref")) {
            pointer = document.at(pointer).path("$ref").stringValue().substring(1);
        }
        headers(method, target, reply, document.at(pointer));
        JsonNode codes = document.at(pointer).path("x-muster-codes");
        if (!codes.isMissingNode() && !headOnly) {
            boolean among =
                    codes.valueStream().anyMatch(one -> one.stringValue().equals(code));
            must(among, method, target, reply, "the problem must be one of " + codes);
        }
        JsonNode content = document.at(pointer).path("content");
        if (content.isMissingNode()) {
            must(reply.body().length == 0, method, target, reply, "no body is documented");
            return;
        }
        String type = content.propertyNames().iterator().next();
        if (headOnly) {
            return;
        }
        JsonNode media = content.path(type);
        JsonNode line = media.path("schema").path("contentSchema");
        if (!line.isMissingNode()) {
            must(type.equals(reply.headers().get("content-type")), method, target, reply, "it must be " + type);
            for (String each : new String(reply.body(), StandardCharsets.UTF_8)
                    .stripTrailing()
                    .split("\n", -1)) {
                conforms(
                        method,
                        target,
                        new Reply(reply.status(), Map.of(), each.getBytes(StandardCharsets.UTF_8)),
                        line.path("$ref").stringValue().substring(1),
                        null);
            }
        } else if (type.equals("application/json") || type.equals(PROBLEM)) {
            conforms(method, target, reply, pointer + "/content/" + escaped(type) + "/schema", type);
        } else {
            must(type.equals(reply.headers().get("content-type")), method, target, reply, "it must be " + type);
        }
    }

    /// Validates the example of a body against its schema.
    public void checkExample(JsonNode media) {
        checkExample(media, media.path("example"));
    }

    /// Validates one of several examples of a body against its schema.
    public void checkExample(JsonNode media, JsonNode example) {
        String pointer = media.path("schema").path("$ref").stringValue().substring(1);
        var faults = schema(pointer).validate(example.toString(), InputFormat.JSON);
        if (!faults.isEmpty()) {
            throw new AssertionError("not as the document has it: " + example + ": " + faults);
        }
    }

    /// Validates the body of an accepted request against the document. A blank string counts as missing, whatever
    /// its length, which a schema cannot express.
    public void checkTaken(String method, String target, byte[] body) {
        int query = target.indexOf('?');
        Call call = call(method, query < 0 ? target : target.substring(0, query));
        if (call == null || body.length == 0) {
            return;
        }
        String pointer = call.pointer + "/requestBody/content/application~1json/schema";
        if (!document.at(pointer).isMissingNode()) {
            String json =
                    LONG_BLANK.matcher(new String(body, StandardCharsets.UTF_8)).replaceAll("\" \"");
            var faults = schema(pointer).validate(json, InputFormat.JSON);
            if (!faults.isEmpty()) {
                throw new AssertionError("taken, and not as the document has it: " + method + " " + target + " "
                        + new String(body, StandardCharsets.UTF_8) + ": " + faults);
            }
        }
    }

    private Call call(String method, String path) {
        String asked = method.equals("HEAD") ? "GET" : method;
        Call best = null;
        for (Call call : calls) {
            if (call.method.equals(asked)
                    && call.path.matcher(path).matches()
                    && (best == null || call.parameters() < best.parameters())) {
                best = call;
            }
        }
        return best;
    }

    private static String code(Reply reply) {
        return PROBLEM.equals(reply.headers().get("content-type"))
                        && Json.read(reply.body(), Integer.MAX_VALUE) instanceof Json.Result.Value(Map<?, ?> problem)
                        && problem.get("code") instanceof String code
                ? code
                : "";
    }

    private void headers(String method, String target, Reply reply, JsonNode response) {
        Map<String, JsonNode> told = new HashMap<>();
        for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
            JsonNode described =
                    document.at(header.getValue().path("$ref").stringValue().substring(1));
            told.put(header.getKey().toLowerCase(Locale.ROOT), described);
            String value = reply.headers().get(header.getKey().toLowerCase(Locale.ROOT));
            if (value == null) {
                must(
                        !described.path("required").asBoolean(false),
                        method,
                        target,
                        reply,
                        "it lacks the header " + header.getKey());
            } else {
                String pointer = header.getValue().path("$ref").stringValue().substring(1) + "/schema";
                var faults = schema(pointer).validate(StringNode.valueOf(value));
                must(faults.isEmpty(), method, target, reply, header.getKey() + ": " + value + ": " + faults);
            }
        }
        if (reply.status() < 400) {
            for (String name : reply.headers().keySet()) {
                boolean page = "text/html; charset=utf-8".equals(reply.headers().get("content-type"));
                must(
                        told.containsKey(name) || OF_THE_ENGINE.contains(name) || page,
                        method,
                        target,
                        reply,
                        "undocumented header " + name);
            }
        }
    }

    private void conforms(String method, String target, Reply reply, String pointer, String type) {
        if (type != null) {
            must(type.equals(reply.headers().get("content-type")), method, target, reply, "it must be " + type);
        }
        must(
                Json.read(reply.body(), Integer.MAX_VALUE) instanceof Json.Result.Value,
                method,
                target,
                reply,
                "it must be JSON");
        var faults = schema(pointer).validate(new String(reply.body(), StandardCharsets.UTF_8), InputFormat.JSON);
        must(faults.isEmpty(), method, target, reply, faults.toString());
    }

    private com.networknt.schema.Schema schema(String pointer) {
        synchronized (known) {
            return known.computeIfAbsent(
                    pointer,
                    at -> schemas.getSchema(SchemaLocation.of(
                            HERE + "#" + at.replace("{", "%7B").replace("}", "%7D"))));
        }
    }

    private static void must(boolean holds, String method, String target, Reply reply, String what) {
        if (!holds) {
            throw new AssertionError("not as the document has it: " + method + " " + target + " was answered "
                    + reply.status() + " " + reply.headers() + " " + new String(reply.body(), StandardCharsets.UTF_8)
                    + ": " + what);
        }
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
