package dev.muster.api.rest.docs;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Formats JSON for readers: whatever fits in the width stays on one line.
final class DocsLayout {
    private static final int WIDTH = 72;

    private DocsLayout() {}

    static String of(JsonNode value) {
        return of(value, "");
    }

    private static String of(JsonNode value, String indent) {
        List<String> parts = new ArrayList<>();
        String inner = indent + "  ";
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> parts.add("\"" + field.getKey() + "\": " + of(field.getValue(), inner)));
        } else if (value.isArray()) {
            value.forEach(item -> parts.add(of(item, inner)));
        } else {
            return value.toString();
        }
        String open = value.isObject() ? "{" : "[";
        String close = value.isObject() ? "}" : "]";
        String line = open + String.join(", ", parts) + close;
        if (indent.length() + line.length() <= WIDTH && line.indexOf('\n') < 0) {
            return line;
        }
        return open + "\n" + inner + String.join(",\n" + inner, parts) + "\n" + indent + close;
    }
}
