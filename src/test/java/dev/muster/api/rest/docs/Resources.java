package dev.muster.api.rest.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the descriptions in the document from the resources of this package, which have one file per subject.
final class Resources {
    private static final JsonMapper JSON = new JsonMapper();

    /// The subjects in the order in which they appear on the page.
    private static final List<String> SUBJECTS = List.of(
            "users",
            "standing",
            "groups",
            "policies",
            "jobs",
            "journal",
            "events",
            "keys",
            "approvals",
            "sso",
            "webhooks",
            "tenants",
            "server");

    private Resources() {}

    /// Returns the subjects, each in the form `{tag, description, path?, operations}`.
    static List<JsonNode> subjects() {
        List<JsonNode> subjects = new ArrayList<>();
        SUBJECTS.forEach(name -> subjects.add(object(name + ".json")));
        return subjects;
    }

    static ObjectNode object(String name) {
        return (ObjectNode) JSON.readTree(text(name));
    }

    static String text(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
