package dev.muster.api.rest.docs;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Formats an operation as a shell command, using the examples of its parameters and body. The command takes the server
/// and the credential from the environment variables of the command line client, so it can be pasted and run unchanged.
final class Curl {
    private static final String JSON = "application/json";

    private Curl() {}

    /// Returns the command.
    ///
    /// @param operation the operation of the document, complete except for its sample
    /// @param parameters the document's parameters, by name
    /// @param query the query string with its question mark, or an empty string
    static String of(Operation route, ObjectNode operation, JsonNode parameters, String query) {
        StringBuilder curl = new StringBuilder("curl -sS");
        JsonNode content = operation.path("requestBody").path("content");
        JsonNode example = content.path(JSON).path("example");
        if (!route.method().name().equals(example.isMissingNode() ? "GET" : "POST")) {
            curl.append(" -X ").append(route.method());
        }
        curl.append(" \"$MUSTER_URL")
                .append(path(route, operation, parameters))
                .append(query)
                .append('"');
        if (!route.isOpen()) {
            curl.append(" \\\n  -H \"Authorization: Bearer $MUSTER_KEY\"");
        }
        if (!example.isMissingNode()) {
            curl.append(" \\\n  -H 'Content-Type: ")
                    .append(content.propertyNames().iterator().next())
                    .append("' \\\n  -d '")
                    .append(example)
                    .append('\'');
        }
        if (operation.path("responses").path("200").path("content").has("application/zip")) {
            curl.append(" \\\n  -o evidence.zip");
        }
        return curl.toString();
    }

    private static String path(Operation route, ObjectNode operation, JsonNode parameters) {
        String path = route.template();
        for (JsonNode reference : operation.path("parameters")) {
            JsonNode parameter = parameters.path(OpenApi.named(reference));
            if (OpenApi.text(parameter, "in").equals("path")) {
                path = path.replace("{" + OpenApi.text(parameter, "name") + "}", OpenApi.text(parameter, "example"));
            }
        }
        return path;
    }
}
