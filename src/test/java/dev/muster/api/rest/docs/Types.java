package dev.muster.api.rest.docs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Describes schemas in words, for people who do not read JSON Schema.
final class Types {
    private Types() {}

    /// Returns the id that a named schema has on the page.
    static String anchor(String name) {
        return "shape-" + name;
    }

    /// Returns a type described in one line.
    static List<Span> line(JsonNode schema) {
        List<Span> spans = new ArrayList<>();
        value(schema, spans);
        if (schema.path("type").isArray()) {
            spans.add(Span.quiet(" or null"));
        }
        if (schema.has("default")) {
            spans.add(Span.quiet(" default "));
            spans.add(Span.code(schema.path("default").asString()));
        }
        return spans;
    }

    private static void value(JsonNode schema, List<Span> spans) {
        if (schema.has("$ref")) {
            String name = OpenApi.named(schema);
            spans.add(Span.link(anchor(name), name));
        } else if (schema.has("oneOf")) {
            for (JsonNode option : schema.path("oneOf")) {
                if (plain(option).equals("null")) {
                    spans.add(Span.quiet(" or null"));
                } else {
                    spans.addAll(line(option));
                }
            }
        } else if (schema.has("enum")) {
            for (JsonNode value : schema.path("enum")) {
                if (!spans.isEmpty()) {
                    spans.add(Span.quiet(" · "));
                }
                spans.add(Span.code(value.asString()));
            }
        } else if (plain(schema).equals("array")) {
            spans.add(Span.quiet(schema.has("maxItems") ? "at most " + schema.path("maxItems") + " of " : "list of "));
            spans.addAll(line(schema.path("items")));
        } else {
            spans.add(Span.text(kind(schema)));
        }
    }

    private static String kind(JsonNode schema) {
        return switch (plain(schema)) {
            case "string" ->
                switch (schema.path("format").asString("")) {
                    case "date-time" -> "timestamp";
                    case "uuid" -> "UUID";
                    default -> {
                        String length = range(schema, "minLength", "maxLength");
                        yield length.isEmpty() || length.equals("≥ 1") ? "text" : "text, " + length + " characters";
                    }
                };
            case "integer" -> ("whole number " + range(schema, "minimum", "maximum")).strip();
            case "number" -> ("number " + range(schema, "minimum", "maximum")).strip();
            case "boolean" -> "true or false";
            case "object" -> "object";
            default -> "any JSON";
        };
    }

    private static String range(JsonNode schema, String least, String most) {
        String from = schema.path(least).asString("");
        String to = schema.path(most).asString("");
        if (to.isEmpty()) {
            return from.isEmpty() ? "" : "≥ " + from;
        }
        return from.isEmpty() ? "≤ " + to : from + " to " + to;
    }

    /// Returns the type, or the first one if there are several.
    private static String plain(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asString("") : type.asString("");
    }

    /// Returns the fields of an object; empty for any other type.
    static List<Reference.Field> fields(JsonNode schema) {
        Set<String> always = new HashSet<>();
        schema.path("required").forEach(field -> always.add(field.stringValue()));
        schema.path(OpenApi.ALWAYS).forEach(field -> always.add(field.stringValue()));
        List<Reference.Field> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            fields.add(new Reference.Field(
                    field.getKey(),
                    !always.contains(field.getKey()),
                    line(field.getValue()),
                    Span.prose(field.getValue().path("description").asString(""))));
        }
        return fields;
    }
}
