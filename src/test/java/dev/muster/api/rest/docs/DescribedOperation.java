package dev.muster.api.rest.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Builds an OpenAPI operation from a call's route and its descriptions.
final class DescribedOperation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z]+)}");
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String PROBLEM = "application/problem+json";
    private static final int NO_CONTENT = 204;

    /// The codes of the engine's refusals that any call may get, before or after its handler runs.
    private static final List<String> ANYWHERE = List.of(
            "malformed",
            "no_such_path",
            "method_not_allowed",
            "timed_out",
            "body_too_large",
            "unsupported_media_type",
            "uri_too_long",
            "headers_too_large",
            "internal",
            "busy");

    private final Operation route;
    private final JsonNode subject;
    private final JsonNode words;
    private final JsonNode problems;
    private final JsonNode parameters;
    private final JsonNode answers;
    private final ObjectNode refusals;
    private final Guards guards;

    /// The kinds of calls, by the conditional and idempotency headers that they accept.
    private enum Guards {
        /// Serves a document and accepts `If-None-Match`.
        DOCUMENT,
        NONE,
        /// Writes, but not to one particular user; accepts `Idempotency-Key` and `Muster-Dry-Run`.
        REALM,
        /// Writes to one user; also accepts `If-Match`.
        USER,
        /// Writes to one user, who need not exist; also accepts `If-Match` and `If-None-Match: *`.
        PUT
    }

    /// @param subject the subject the call belongs to
    /// @param problems all problems, by code
    /// @param parameters the document's parameters, by name
    /// @param answers examples of responses, by schema
    /// @param refusals the responses shared by many calls; missing ones are added
    DescribedOperation(
            Operation route,
            JsonNode subject,
            JsonNode words,
            JsonNode problems,
            JsonNode parameters,
            JsonNode answers,
            ObjectNode refusals) {
        this.route = route;
        this.subject = subject;
        this.words = words;
        this.problems = problems;
        this.parameters = parameters;
        this.answers = answers;
        this.refusals = refusals;
        this.guards = switch (words.path("guards").asString("")) {
            case "user" -> Guards.USER;
            case "put" -> Guards.PUT;
            case "none" -> Guards.NONE;
            case "document" -> Guards.DOCUMENT;
            case "" -> route.isWrite() ? Guards.REALM : Guards.NONE;
            default -> throw new IllegalStateException("unknown guards of " + route.key());
        };
    }

    ObjectNode operation() {
        ObjectNode operation = NODES.objectNode();
        operation.putArray("tags").add(OpenApi.text(subject, "tag"));
        operation.put("operationId", OpenApi.text(words, "id")).put("summary", OpenApi.text(words, "summary"));
        operation.put("description", OpenApi.text(words, "description") + "\n\n" + needs());
        security(operation);
        parameters(operation);
        body(operation);
        replies(operation);
        operation
                .putArray(OpenApi.SAMPLES)
                .addObject()
                .put("lang", "Shell")
                .put("label", "curl")
                .put(
                        "source",
                        Curl.of(
                                route,
                                operation,
                                parameters,
                                words.path("exampleQuery").asString("")));
        return operation;
    }

    /// Returns a sentence that says which credential a caller needs. The sentence is part of the description,
    /// because generators and viewers show the description, but not extensions.
    private String needs() {
        return switch (route.needs()) {
            case Operation.ROOT -> "Needs the root key.";
            case Operation.ANY -> "Needs any credential.";
            case Operation.NOTHING -> "Needs no credential.";
            default -> "Needs the scope `" + route.needs() + "`.";
        };
    }

    private void security(ObjectNode operation) {
        var security = operation.putArray("security");
        if (route.needs().equals(Operation.ROOT)) {
            security.addObject().putArray("rootKey");
        } else if (route.needs().equals(Operation.ANY)) {
            security.addObject().putArray("credential");
            security.addObject().putArray("rootKey");
        } else if (!route.isOpen()) {
            security.addObject().putArray("credential");
            // The scope is not listed under `security`, because generators would take it for an OAuth scope.
            operation.put(OpenApi.SCOPE, route.needs());
        }
    }

    // Requests

    private void parameters(ObjectNode operation) {
        var parameters = operation.putArray("parameters");
        Matcher matcher = PARAMETER.matcher(route.template());
        while (matcher.find()) {
            String name = matcher.group(1);
            parameters.add(OpenApi.reference(
                    "parameters", subject.path("path").path(name).asString(name)));
        }
        for (JsonNode name : words.path("query")) {
            parameters.add(OpenApi.reference("parameters", name.stringValue()));
        }
        List<String> headers = switch (guards) {
            case DOCUMENT -> List.of("If-None-Match");
            case NONE -> List.of();
            case REALM -> List.of("Idempotency-Key", "Muster-Dry-Run");
            case USER -> List.of("Idempotency-Key", "If-Match", "Muster-Dry-Run");
            case PUT -> List.of("Idempotency-Key", "If-Match", "If-None-Match-any", "Muster-Dry-Run");
        };
        headers.forEach(name -> parameters.add(OpenApi.reference("parameters", name)));
        parameters.add(OpenApi.reference("parameters", "X-Request-Id"));
    }

    private void body(ObjectNode operation) {
        if (words.has("body")) {
            body(operation, true, OpenApi.text(words, "body"), JSON);
        } else if (words.has("optionalBody")) {
            body(operation, false, OpenApi.text(words, "optionalBody"), JSON);
        } else if (words.has("patch")) {
            body(operation, true, OpenApi.text(words, "patch"), MERGE_PATCH, JSON);
        }
    }

    private void body(ObjectNode operation, boolean required, String shape, String... types) {
        ObjectNode content =
                operation.putObject("requestBody").put("required", required).putObject("content");
        for (String type : types) {
            ObjectNode media = content.putObject(type);
            media.set("schema", OpenApi.reference("schemas", shape));
            if (words.has("example")) {
                media.set("example", words.path("example"));
            }
        }
    }

    private boolean takesBody() {
        return words.has("body") || words.has("optionalBody") || words.has("patch");
    }

    // Responses

    private void replies(ObjectNode operation) {
        ObjectNode responses = operation.putObject("responses");
        for (Map.Entry<String, JsonNode> reply : words.path("replies").properties()) {
            success(
                    responses,
                    Integer.parseInt(reply.getKey()),
                    reply.getValue().asString(""));
        }
        if (guards == Guards.DOCUMENT) {
            ObjectNode unchanged = responses.putObject("304").put("description", "Not modified.");
            ObjectNode headers = unchanged.putObject("headers");
            headers.set("X-Request-Id", OpenApi.reference("headers", "X-Request-Id"));
            headers.set("ETag", OpenApi.reference("headers", "ETag-of-document"));
        }
        Map<Integer, List<String>> byStatus = new TreeMap<>();
        for (String code : codes()) {
            byStatus.computeIfAbsent(status(code), _ -> new ArrayList<>()).add(code);
        }
        byStatus.forEach((status, codes) -> responses.set(status.toString(), refusal(status, codes)));
        responses.set("default", refusal(0, ANYWHERE));
    }

    private void success(ObjectNode responses, int status, String shape) {
        ObjectNode response = responses.putObject(Integer.toString(status));
        boolean isWaiting = shape.equals("AwaitingApproval");
        response.put(
                "description",
                isWaiting
                        ? "Not done yet: a second operator has to approve it."
                        : status == 503 ? "Not ready." : "Success.");
        ObjectNode headers = response.putObject("headers");
        headers.set("X-Request-Id", OpenApi.reference("headers", "X-Request-Id"));
        // A request that awaits approval has changed nothing, so its response does not have the user's version.
        for (JsonNode header : isWaiting ? List.<JsonNode>of() : words.path("headers")) {
            String name = header.stringValue();
            headers.set(name.replaceFirst("-of-[a-z]+$", ""), OpenApi.reference("headers", name));
        }
        if (!route.isOpen() && !route.needs().equals(Operation.ROOT)) {
            headers.set("RateLimit-Policy", OpenApi.reference("headers", "RateLimit-Policy"));
            headers.set("RateLimit", OpenApi.reference("headers", "RateLimit-of-key"));
        }
        if (isGuarded()) {
            headers.set("Idempotency-Replayed", OpenApi.reference("headers", "Idempotency-Replayed"));
        }
        if (route.isWrite()) {
            // Even calls that never store anything confirm a dry run.
            headers.set("Muster-Dry-Run", OpenApi.reference("headers", "Muster-Dry-Run"));
        }
        if (isList()) {
            headers.set("Link", OpenApi.reference("headers", "Link"));
        }
        if (status == NO_CONTENT) {
            return;
        }
        String type = words.path("media").asString(JSON);
        ObjectNode media = response.putObject("content").putObject(type);
        if (type.equals(JSON)) {
            media.set("schema", OpenApi.reference("schemas", shape));
            if (answers.has(shape)) {
                media.set("example", answers.path(shape));
            }
        } else {
            // Generated clients return a `binary` string as a file. They would parse any other string as JSON, and
            // without a schema they would return nothing.
            ObjectNode schema = media.putObject("schema").put("type", "string").put("format", "binary");
            if (!shape.isEmpty()) {
                // OpenAPI 3.1 cannot describe a response with several values, so this schema describes each line.
                schema.put("contentMediaType", type).set("contentSchema", OpenApi.reference("schemas", shape));
                media.put("example", answers.path(shape) + "\n");
            }
        }
    }

    /// Whether the response is a page of a list.
    private boolean isList() {
        for (JsonNode name : words.path("query")) {
            if (name.stringValue().equals("after")) {
                return true;
            }
        }
        return false;
    }

    private boolean isGuarded() {
        return switch (guards) {
            case DOCUMENT, NONE -> false;
            case REALM, USER, PUT -> true;
        };
    }

    private List<String> codes() {
        List<String> codes = new ArrayList<>();
        words.path("problems").forEach(code -> codes.add(code.stringValue()));
        codes.add("malformed");
        if (route.isOpen()) {
            return codes;
        }
        codes.addAll(
                List.of("unauthenticated", "address_not_allowed", "forbidden", "invalid", "too_many_failures", "busy"));
        codes.add("unreadable");
        // This applies even to root-only calls, because a request counts against its key's limit before it is refused
        // for lack of rights.
        codes.add("too_many_requests");
        if (route.isWrite()) {
            codes.addAll(List.of("timed_out", "body_too_large"));
        }
        if (takesBody() || route.isWrite()) {
            codes.add("unsupported_media_type");
        }
        if (isGuarded()) {
            codes.addAll(List.of("in_flight", "idempotency_mismatch", "no_room", "outcome_unknown", "clock"));
        }
        if (guards == Guards.USER || guards == Guards.PUT) {
            codes.add("stale");
        }
        return codes;
    }

    private int status(String code) {
        JsonNode status = problems.path(code).path("status");
        if (!status.isInt()) {
            throw new IllegalStateException("there is no problem " + code + ", of " + route.key());
        }
        return status.intValue();
    }

    /// Returns a reference to a shared error response, which is added if it is missing.
    ///
    /// @param status the HTTP status; 0 for any status
    private ObjectNode refusal(int status, List<String> codes) {
        String name = status == 0 ? "anywhere" : status + "-" + String.join("-", codes);
        if (!refusals.has(name)) {
            refuse(refusals.putObject(name), status, codes);
        }
        return OpenApi.reference("responses", name);
    }

    private void refuse(ObjectNode response, int status, List<String> codes) {
        StringBuilder description = new StringBuilder();
        for (String code : codes) {
            description
                    .append(description.isEmpty() ? "`" : "\n\n`")
                    .append(code)
                    .append("`: ")
                    .append(OpenApi.text(problems.path(code), "description"));
        }
        response.put("description", description.toString());
        List<String> named = new ArrayList<>(List.of("X-Request-Id", "Muster-Dry-Run"));
        switch (status) {
            case 0 -> named.add("Allow");
            case 401 -> named.add("WWW-Authenticate");
            case 429 -> named.addAll(List.of("Retry-After", "RateLimit"));
            case 503 -> named.add("Retry-After");
            default -> {}
        }
        ObjectNode headers = response.putObject("headers");
        named.forEach(header -> headers.set(header, OpenApi.reference("headers", header)));
        ObjectNode media = response.putObject("content").putObject(PROBLEM);
        media.set("schema", OpenApi.reference("schemas", "Problem"));
        ObjectNode examples = media.putObject("examples");
        codes.forEach(code -> example(examples.putObject(code).putObject("value"), code));
        // The codes are listed outside the schema. All problems share one schema, so generated clients have only one
        // class for them.
        var known = response.putArray(OpenApi.CODES);
        codes.forEach(known::add);
    }

    private void example(ObjectNode problem, String code) {
        JsonNode told = problems.path(code);
        problem.put("type", "urn:muster:problem:" + code)
                .put("title", OpenApi.text(told, "title"))
                .put("status", told.path("status").intValue())
                .put("detail", OpenApi.text(told, "description").replace("`", ""))
                .put("code", code)
                .put("requestId", "4fzq9sT2mK1x0bQa");
        if (told.has("errors")) {
            problem.set("errors", told.path("errors"));
        }
    }
}
