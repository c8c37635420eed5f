package dev.muster.api.rest.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The parts of the document in the order in which the page shows them. The templates in `src/test/jte/docs` render
/// them as HTML.
///
/// @param headers the headers that any call may have
/// @param shapes the named schemas
public record Reference(List<Field> headers, List<Subject> subjects, List<Fault> faults, List<Shape> shapes) {
    /// The statuses that any call may return, which are described only once.
    private static final Set<String> EVERYWHERE =
            Set.of("400", "401", "403", "408", "413", "415", "429", "503", "default");

    /// A named value: a field, a parameter or a header.
    ///
    /// @param optional whether it may be absent
    public record Field(String name, boolean optional, List<Span> type, List<Span> text) {}

    /// A group of related calls.
    public record Subject(String anchor, String name, List<Span> text, List<Call> calls) {}

    /// One call.
    ///
    /// @param needs the credential or scope that a caller needs, as text
    /// @param parameters the path and query parameters
    /// @param body the type of the body in one line; empty if there is no body
    /// @param fields the fields of the body
    /// @param headers the names of the headers that a caller may send
    /// @param example an error response, if possible one specific to the call
    /// @param curl the example request as a shell command
    public record Call(
            String id,
            String method,
            String path,
            String summary,
            List<Span> text,
            String needs,
            List<Field> parameters,
            List<Span> body,
            List<Field> fields,
            List<String> headers,
            List<Answer> answers,
            List<Refused> refused,
            Refusal example,
            String curl) {
        /// The call's class in the style sheet.
        public String style() {
            return method.toLowerCase(Locale.ROOT);
        }
    }

    /// A successful response.
    ///
    /// @param headers the names of the response headers
    /// @param example the example body as JSON; empty if none is shown
    public record Answer(String status, List<Span> type, List<String> headers, String example) {}

    /// The codes of the problems with one status that a call may return.
    public record Refused(String status, List<String> codes) {}

    /// An error response.
    ///
    /// @param json the body of the response
    public record Refusal(String status, String json) {}

    /// A problem that a call may be refused with.
    public record Fault(String code, String status, List<Span> text) {}

    /// A named schema.
    ///
    /// @param type the type in one line if it is not an object; otherwise empty
    public record Shape(String anchor, String name, List<Span> text, List<Field> fields, List<Span> type) {}

    static Reference of(ObjectNode document) {
        return new Reader(document).reference();
    }

    private record Reader(ObjectNode document) {
        Reference reference() {
            JsonNode components = document.path("components");
            List<Field> headers = new ArrayList<>();
            headers.add(new Field(
                    "Authorization",
                    false,
                    List.of(),
                    Span.prose(OpenApi.text(components.path("securitySchemes").path("credential"), "description"))));
            for (String name : List.of("X-Request-Id", "Idempotency-Key", "If-Match", "Muster-Dry-Run")) {
                headers.add(field(components.path("parameters").path(name)));
            }
            List<Shape> shapes = new ArrayList<>();
            components
                    .path("schemas")
                    .properties()
                    .forEach(shape -> shapes.add(shape(shape.getKey(), shape.getValue())));
            List<Subject> subjects = new ArrayList<>();
            for (JsonNode tag : document.path("tags")) {
                // This tag has no calls of the API.
                if (!OpenApi.text(tag, "name").equals(OpenApi.EVENT_TYPES)) {
                    subjects.add(subject(tag));
                }
            }
            return new Reference(headers, subjects, faults(), shapes);
        }

        private static Shape shape(String name, JsonNode schema) {
            List<Field> fields = Types.fields(schema);
            boolean object = schema.path("type").asString("").equals("object");
            return new Shape(
                    Types.anchor(name),
                    name,
                    Span.prose(schema.path("description").asString("")),
                    fields,
                    object ? List.of() : Types.line(schema));
        }

        private static List<Fault> faults() {
            List<Fault> faults = new ArrayList<>();
            Resources.object("document.json")
                    .path("problems")
                    .properties()
                    .forEach(problem -> faults.add(new Fault(
                            problem.getKey(),
                            problem.getValue().path("status").asString(),
                            Span.prose(OpenApi.text(problem.getValue(), "description")))));
            return faults;
        }

        private Subject subject(JsonNode tag) {
            String name = OpenApi.text(tag, "name");
            List<Call> calls = new ArrayList<>();
            for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
                for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                    if (method.getValue().path("tags").path(0).asString("").equals(name)) {
                        calls.add(call(path.getKey(), method.getKey().toUpperCase(Locale.ROOT), method.getValue()));
                    }
                }
            }
            return new Subject(
                    name.toLowerCase(Locale.ROOT).replace(' ', '-'),
                    name,
                    Span.prose(OpenApi.text(tag, "description")),
                    calls);
        }

        private Call call(String path, String method, JsonNode operation) {
            List<Field> parameters = new ArrayList<>();
            List<String> headers = new ArrayList<>();
            for (JsonNode reference : operation.path("parameters")) {
                JsonNode parameter = resolved(reference);
                if (OpenApi.text(parameter, "in").equals("header")) {
                    headers.add(OpenApi.text(parameter, "name"));
                } else {
                    parameters.add(field(parameter));
                }
            }
            // Every call accepts this header.
            headers.remove("X-Request-Id");
            List<Span> body = new ArrayList<>();
            List<Field> fields = new ArrayList<>();
            JsonNode sent = operation.path("requestBody");
            if (!sent.isMissingNode()) {
                JsonNode schema = sent.path("content").path("application/json").path("schema");
                body.addAll(Types.line(schema));
                body.add(Span.quiet(sent.path("required").asBoolean() ? ", as " : ", optional, as "));
                body.add(Span.code(
                        sent.path("content").propertyNames().iterator().next()));
                fields.addAll(Types.fields(resolved(schema)));
            }
            List<Answer> answers = new ArrayList<>();
            List<Refused> refused = new ArrayList<>();
            for (Map.Entry<String, JsonNode> reply : operation.path("responses").properties()) {
                if (!reply.getValue().has("$ref")) {
                    answers.add(answer(reply.getKey(), reply.getValue()));
                } else if (!EVERYWHERE.contains(reply.getKey())) {
                    List<String> codes = new ArrayList<>();
                    resolved(reply.getValue()).path(OpenApi.CODES).forEach(code -> codes.add(code.stringValue()));
                    refused.add(new Refused(reply.getKey(), codes));
                }
            }
            // The page shows the required credential separately.
            String text = OpenApi.text(operation, "description");
            return new Call(
                    OpenApi.text(operation, "operationId"),
                    method,
                    path,
                    OpenApi.text(operation, "summary"),
                    Span.prose(text.substring(0, text.lastIndexOf("\n\n"))),
                    needs(operation),
                    parameters,
                    body,
                    fields,
                    headers,
                    answers,
                    refused,
                    example(operation, refused),
                    OpenApi.text(operation.path(OpenApi.SAMPLES).path(0), "source"));
        }

        /// Returns the first refusal that is specific to the call, or else one that any call may get.
        private Refusal example(JsonNode operation, List<Refused> refused) {
            boolean open = operation.path("security").isEmpty();
            String status = refused.isEmpty()
                    ? open ? "400" : "401"
                    : refused.getFirst().status();
            JsonNode examples = resolved(operation.path("responses").path(status))
                    .path("content")
                    .path("application/problem+json")
                    .path("examples");
            JsonNode first = examples.path(examples.propertyNames().iterator().next());
            return new Refusal(status, DocsLayout.of(first.path("value")));
        }

        private static String needs(JsonNode operation) {
            JsonNode security = operation.path("security").path(0);
            if (security.isMissingNode()) {
                return "no credential";
            }
            return security.has("rootKey")
                    ? "root key"
                    : operation.path(OpenApi.SCOPE).asString("any credential");
        }

        private Answer answer(String status, JsonNode reply) {
            List<Span> type = new ArrayList<>();
            String example = "";
            for (Map.Entry<String, JsonNode> content : reply.path("content").properties()) {
                JsonNode schema = content.getValue().path("schema");
                if (schema.has("contentSchema")) {
                    type.add(Span.quiet("lines of "));
                    type.addAll(Types.line(schema.path("contentSchema")));
                    example = content.getValue().path("example").asString("").strip();
                } else if (schema.has("$ref")) {
                    type.addAll(Types.line(schema));
                    JsonNode shown = content.getValue().path("example");
                    example = shown.isMissingNode() ? "" : DocsLayout.of(shown);
                } else {
                    type.add(Span.code(content.getKey()));
                }
            }
            if (type.isEmpty()) {
                type.add(Span.quiet("no body"));
            }
            Set<String> headers = new TreeSet<>();
            reply.path("headers").properties().forEach(header -> headers.add(header.getKey()));
            headers.removeAll(
                    Set.of("X-Request-Id", "Idempotency-Replayed", "Muster-Dry-Run", "RateLimit", "RateLimit-Policy"));
            return new Answer(status, type, List.copyOf(headers), example);
        }

        private static Field field(JsonNode parameter) {
            return new Field(
                    OpenApi.text(parameter, "name"),
                    !parameter.path("required").asBoolean(false),
                    Types.line(parameter.path("schema")),
                    Span.prose(OpenApi.text(parameter, "description")));
        }

        private JsonNode resolved(JsonNode reference) {
            return document.at(OpenApi.text(reference, "$ref").substring(1));
        }
    }
}
