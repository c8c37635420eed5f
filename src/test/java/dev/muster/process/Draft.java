package dev.muster.process;

import dev.muster.http.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request that has not been sent yet and can be changed by mutations.
final class Draft {
    String method;
    String path;
    List<String> query = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    byte[] body;

    Draft(String method, String target, List<String> headers, byte[] body) {
        this.method = method;
        int from = target.indexOf('?');
        this.path = from < 0 ? target : target.substring(0, from);
        if (from >= 0) {
            query.addAll(List.of(target.substring(from + 1).split("&", -1)));
        }
        this.headers.addAll(headers);
        this.body = body;
    }

    String target() {
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    boolean isJson() {
        return headers.contains(Client.JSON);
    }

    /// Returns the body as parsed JSON, or null if it is not JSON.
    Object tree() {
        return Json.read(body) instanceof Json.Result.Value(var value) ? value : null;
    }

    void tree(Object tree) {
        StringBuilder json = new StringBuilder();
        write(json, tree);
        body = json.toString().getBytes(StandardCharsets.UTF_8);
    }

    void header(String name, String line) {
        headers.removeIf(header -> header.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":"));
        if (line != null) {
            headers.add(line);
        }
    }

    void insert(int at, byte[] more) {
        ByteArrayOutputStream next = new ByteArrayOutputStream();
        next.write(body, 0, at);
        next.writeBytes(more);
        next.write(body, at, body.length - at);
        body = next.toByteArray();
    }

    void cut(int length) {
        body = Arrays.copyOf(body, length);
    }

    /// Replaces one segment of the path with `value`.
    void segment(String template, String parameter, String value) {
        String[] names = template.split("/", -1);
        String[] segments = path.split("/", -1);
        for (int i = 0; i < names.length && names.length == segments.length; i++) {
            if (names[i].equals("{" + parameter + "}")) {
                segments[i] = value;
            }
        }
        path = String.join("/", segments);
    }

    /// Returns the names of the parameters in a path template.
    static List<String> parameters(String template) {
        List<String> names = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\{([a-zA-Z]+)}").matcher(template);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /// JSON text that is written as is and may be malformed.
    record Raw(String json) {}

    private static void write(StringBuilder json, Object value) {
        switch (value) {
            case null -> json.append("null");
            case Raw(var text) -> json.append(text);
            case String text -> text(json, text);
            case List<?> items -> {
                json.append('[');
                for (int i = 0; i < items.size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    write(json, items.get(i));
                }
                json.append(']');
            }
            case Map<?, ?> fields -> {
                json.append('{');
                String separator = "";
                for (Map.Entry<?, ?> field : fields.entrySet()) {
                    json.append(separator);
                    text(json, (String) field.getKey());
                    json.append(':');
                    write(json, field.getValue());
                    separator = ",";
                }
                json.append('}');
            }
            default -> json.append(value);
        }
    }

    /// Writes a JSON string, and escapes the characters that could not be sent unescaped.
    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
