package dev.muster.cli.output;

import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Converts parts of a response to text.
public final class JsonText {
    private JsonText() {}

    /// A value; empty if it is null or missing.
    public static String of(JsonNode value) {
        return value.isContainer() ? value.toString() : value.asString("");
    }

    /// A field's value; empty if it is null or missing.
    public static String of(JsonNode node, String field) {
        return of(node.path(field));
    }

    /// The elements of an array, joined with commas.
    public static String list(JsonNode array) {
        StringJoiner list = new StringJoiner(",");
        array.forEach(element -> list.add(of(element)));
        return list.toString();
    }

    /// An actor by name if the name is known, otherwise by id, such as `apiKey billing` or `root`.
    public static String actor(JsonNode actor) {
        String kind = of(actor, "kind");
        String name = of(actor, "name");
        return name.equals(kind) ? kind : (kind + " " + (name.isEmpty() ? of(actor, "id") : name)).strip();
    }
}
