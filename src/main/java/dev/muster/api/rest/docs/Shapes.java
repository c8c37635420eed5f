package dev.muster.api.rest.docs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Says in words what a schema wants, for readers who do not read schemas.
final class Shapes {
    private static final String SCHEMAS = "#/components/schemas/";

    private final Html html;

    Shapes(Html html) {
        this.html = html;
    }

    /// Where on the page a shape stands.
    static String anchor(String name) {
        return "shape-" + name;
    }

    static String named(String reference) {
        return reference.substring(SCHEMAS.length());
    }

    /// What a value is, in one line.
    void type(JsonNode schema) {
        String plain = plainType(schema);
        if (schema.has("$ref")) {
            String name = named(schema.path("$ref").stringValue());
            html.link(anchor(name), name);
        } else if (schema.has("oneOf")) {
            choice(schema.path("oneOf"));
        } else if (schema.has("const")) {
            html.code(schema.path("const").asString());
        } else if (schema.has("enum")) {
            words(schema.path("enum"));
        } else if (plain.equals("array")) {
            html.text(schema.has("maxItems") ? "at most " + schema.path("maxItems") + " of " : "list of ");
            type(schema.path("items"));
        } else {
            html.text(kind(schema, plain));
        }
        if (isNullable(schema)) {
            html.raw(" <i>or null</i>");
        }
        if (schema.has("default")) {
            html.raw(" <i>default</i> ").code(schema.path("default").asString());
        }
    }

    private void choice(JsonNode options) {
        boolean first = true;
        for (JsonNode option : options) {
            if (plainType(option).equals("null")) {
                html.raw(" <i>or null</i>");
                continue;
            }
            html.raw(first ? "" : " <i>or</i> ");
            type(option);
            first = false;
        }
    }

    private void words(JsonNode values) {
        boolean first = true;
        for (JsonNode value : values) {
            if (!value.isNull()) {
                html.raw(first ? "" : " <i>·</i> ").code(value.asString());
                first = false;
            }
        }
    }

    private static String kind(JsonNode schema, String type) {
        return switch (type) {
            case "string" -> {
                String length = range(schema, "minLength", "maxLength");
                yield length.isEmpty() || length.equals("≥ 1") ? "text" : "text, " + length + " characters";
            }
            case "integer" -> ("whole number " + range(schema, "minimum", "maximum")).strip();
            case "number" -> ("number " + range(schema, "minimum", "maximum")).strip();
            case "boolean" -> "true or false";
            case "object" -> "object";
            default -> "anything";
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

    private static String plainType(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asString("") : type.asString("");
    }

    private static boolean isNullable(JsonNode schema) {
        return schema.path("type").isArray();
    }

    /// A shape with all that there is to say of it.
    void table(String name, JsonNode schema) {
        html.raw("<article class=\"shape\" id=\"").text(anchor(name)).raw("\"><h3>");
        html.link(anchor(name), name).raw("</h3>");
        if (schema.has("description")) {
            html.raw("<p>").prose(schema.path("description").stringValue()).raw("</p>");
        }
        List<Map.Entry<String, JsonNode>> rows = new ArrayList<>();
        flatten("", schema, rows);
        if (!rows.isEmpty()) {
            html.raw("<table>");
            Set<String> required = new HashSet<>();
            schema.path("required").forEach(field -> required.add(field.stringValue()));
            schema.path(OpenApi.ALWAYS).forEach(field -> required.add(field.stringValue()));
            rows.forEach(row -> row(row.getKey(), row.getValue(), required));
            html.raw("</table>");
        } else if (!plainType(schema).equals("object")) {
            html.raw("<p class=\"type\">");
            type(schema);
            html.raw("</p>");
        }
        html.raw("</article>");
    }

    /// The fields of objects within stand among the others, with the way to them in their names.
    private static void flatten(String prefix, JsonNode schema, List<Map.Entry<String, JsonNode>> rows) {
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String name = prefix + field.getKey();
            JsonNode inner = field.getValue();
            rows.add(Map.entry(name, inner));
            if (inner.has("properties")) {
                flatten(name + ".", inner, rows);
            } else if (inner.path("items").has("properties")) {
                flatten(name + "[].", inner.path("items"), rows);
            }
        }
    }

    private void row(String name, JsonNode schema, Set<String> required) {
        html.raw("<tr><th>").code(name);
        if (!required.contains(name) && name.indexOf('.') < 0) {
            html.raw("<i title=\"may be absent\">?</i>");
        }
        html.raw("</th><td>");
        type(schema);
        html.raw("</td><td>").prose(schema.path("description").asString("")).raw("</td></tr>");
    }
}
