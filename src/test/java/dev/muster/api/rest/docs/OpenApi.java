package dev.muster.api.rest.docs;

import dev.muster.directory.events.EventTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Builds the OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html) from the routes and their descriptions.
/// A description contains what is specific to a call. Whatever follows from the call's method, path and scope is added
/// here, so that it is the same everywhere.
final class OpenApi {
    /// Lists the codes that the problems of a response may have.
    static final String CODES = "x-muster-codes";

    /// Contains examples of an operation as commands and programs. Several viewers show them.
    static final String SAMPLES = "x-codeSamples";

    /// Lists the fields of a schema that are always present, may be null, and are not in `required`.
    static final String ALWAYS = "x-muster-always";

    /// Names the scope that a caller of an operation needs.
    static final String SCOPE = "x-muster-scope";

    /// The prefix of a reference to a schema.
    static final String SCHEMAS = "#/components/schemas/";

    /// The tag for the requests sent to webhooks. It is separate, because generators create one class of calls per
    /// tag.
    static final String EVENT_TYPES = "Event types";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectNode words = Resources.object("document.json");
    private final ObjectNode parameters = Resources.object("parameters.json");
    private final ObjectNode answers = Resources.object("answers.json");
    private final ObjectNode root = NODES.objectNode();
    private final ObjectNode refusals = NODES.objectNode();

    private OpenApi() {}

    /// Builds the document for these routes. Its version is `0`, and its server is `/`, the address it is fetched
    /// from. A running server replaces both with its own values.
    ///
    /// @throws IllegalStateException if routes and descriptions do not have the same calls
    static ObjectNode of(List<Operation> operations) {
        OpenApi made = new OpenApi();
        made.head();
        made.paths(operations);
        made.webhooks();
        made.components();
        return made.root;
    }

    private void head() {
        root.put("openapi", "3.1.1");
        root.putObject("info")
                .put("title", text(words, "title"))
                .put("summary", text(words, "summary"))
                .put("description", text(words, "description"))
                .put("version", "0");
        root.put("jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema");
        root.putArray("servers").addObject().put("url", "/");
    }

    private void paths(List<Operation> operations) {
        Map<String, Operation> routes = new HashMap<>();
        operations.forEach(operation -> routes.put(operation.key(), operation));
        var tags = root.putArray("tags");
        ObjectNode paths = root.putObject("paths");
        Set<String> told = new HashSet<>();
        for (JsonNode subject : Resources.subjects()) {
            tags.addObject().put("name", text(subject, "tag")).put("description", text(subject, "description"));
            for (Map.Entry<String, JsonNode> entry : subject.path("operations").properties()) {
                Operation route = routes.get(entry.getKey());
                if (route == null || !told.add(entry.getKey())) {
                    throw new IllegalStateException("there are words for no route: " + entry.getKey());
                }
                ((ObjectNode) paths.optional(route.template()).orElseGet(() -> paths.putObject(route.template())))
                        .set(
                                route.method().name().toLowerCase(java.util.Locale.ROOT),
                                new DescribedOperation(
                                                route,
                                                subject,
                                                entry.getValue(),
                                                words.path("problems"),
                                                parameters,
                                                answers,
                                                refusals)
                                        .operation());
            }
        }
        for (Operation operation : operations) {
            if (!told.contains(operation.key())) {
                throw new IllegalStateException("there are no words for the route " + operation.key());
            }
        }
    }

    /// Describes the requests sent to webhooks, as one call for each event type.
    private void webhooks() {
        ((ArrayNode) root.path("tags"))
                .addObject()
                .put("name", EVENT_TYPES)
                .put("description", "What is sent to webhooks, and what events say wherever they are read.");
        ObjectNode webhooks = root.putObject("webhooks");
        ObjectNode described = Resources.object("event-types.json");
        for (String type : EventTypes.all()) {
            ObjectNode call = webhooks.putObject(type).putObject("post");
            call.putArray("tags").add(EVENT_TYPES);
            call.put("operationId", handler(type));
            call.put("summary", type);
            call.put("description", text(described, type));
            call.putArray("security");
            // This keeps openapi-generator from treating these requests as calls to the server.
            call.put("x-internal", true);
            var headers = call.putArray("parameters");
            List.of("webhook-id", "webhook-timestamp", "webhook-signature")
                    .forEach(name -> headers.add(reference("parameters", name)));
            ObjectNode body = call.putObject("requestBody").put("required", true);
            ObjectNode media = body.putObject("content").putObject("application/json");
            media.set("schema", reference("schemas", "JournalEvent"));
            ObjectNode responses = call.putObject("responses");
            responses.putObject("2XX").put("description", "The receiver has the event. Anything else is sent again.");
            responses
                    .putObject("410")
                    .put("description", "The receiver wants no more events: the webhook is disabled.");
        }
        if (described.size() != webhooks.size()) {
            throw new IllegalStateException("there are words for no type of event");
        }
    }

    /// Returns the name of the call for an event type, such as `onUserHoldPlaced`.
    private static String handler(String type) {
        StringBuilder name = new StringBuilder("on");
        for (String word : type.split("[._]", -1)) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return name.toString();
    }

    private void components() {
        ObjectNode components = root.putObject("components");
        ObjectNode shapes = Resources.object("shapes.json");
        nullableTexts(shapes, shapes);
        shapes.forEach(OpenApi::namedOrNull);
        components.set("schemas", shapes);
        components.set("parameters", parameters);
        components.set("headers", words.path("headers"));
        components.set("responses", refusals);
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject("credential")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", text(words, "credential"));
        schemes.putObject("rootKey")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", text(words, "root"));
    }

    /// Replaces each choice of null and a named string, as written in the descriptions, with a single schema that
    /// has both types. Generators treat such a choice as never null; in TypeScript, for example, null became 1
    /// January 1970.
    private static void nullableTexts(JsonNode node, ObjectNode shapes) {
        if (node instanceof ObjectNode schema && isNullOr(schema.path("oneOf"))) {
            String name = schema.path("oneOf").path(0).path("$ref").asString("").substring(SCHEMAS.length());
            JsonNode named = shapes.path(name);
            if (named.path("type").asString("").equals("string") && !named.has("enum")) {
                schema.remove("oneOf");
                schema.putArray("type").add("string").add("null");
                named.properties().stream()
                        .filter(part ->
                                part.getKey().equals("format") || part.getKey().equals("pattern"))
                        .forEach(part -> schema.set(part.getKey(), part.getValue()));
            }
        }
        node.forEach(part -> nullableTexts(part, shapes));
    }

    /// Moves fields that are either a named schema or null from `required` to [#ALWAYS]. Code generated for OkHttp
    /// and Gson fails if a required field is null.
    private static void namedOrNull(JsonNode shape) {
        Set<String> always = new TreeSet<>();
        List<JsonNode> required = new ArrayList<>();
        for (JsonNode name : shape.path("required")) {
            if (isNullOr(shape.path("properties").path(name.stringValue()).path("oneOf"))) {
                always.add(name.stringValue());
            } else {
                required.add(name);
            }
        }
        if (!always.isEmpty()) {
            ((ObjectNode) shape).putArray("required").addAll(required);
            var names = ((ObjectNode) shape).putArray(ALWAYS);
            always.forEach(names::add);
        }
    }

    private static boolean isNullOr(JsonNode options) {
        return options.size() == 2
                && options.path(0).has("$ref")
                && options.path(1).path("type").asString("").equals("null");
    }

    static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isString()) {
            throw new IllegalStateException("the words lack " + name + ": " + node);
        }
        return value.stringValue();
    }

    /// Returns the last segment of a reference.
    static String named(JsonNode reference) {
        String target = text(reference, "$ref");
        return target.substring(target.lastIndexOf('/') + 1);
    }

    static ObjectNode reference(String kind, String name) {
        return NODES.objectNode().put("$ref", "#/components/" + kind + "/" + name);
    }
}
