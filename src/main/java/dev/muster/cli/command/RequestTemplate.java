package dev.muster.cli.command;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The request that a command becomes, with inputs in place of values.
///
/// @param path with labels of inputs in braces, such as `groups/{GROUP_ID}`
record RequestTemplate(String method, String path, List<Input> query, List<Input> body) {
    RequestTemplate(String method, String path) {
        this(method, path, new ArrayList<>(), new ArrayList<>());
    }

    /// Refuses two inputs for the same field, and a change of nothing.
    void check(Invocation in) {
        Map<String, Input> given = new HashMap<>();
        for (Input input : body) {
            Input other = in.has(input) ? given.put(input.field(), input) : null;
            if (other != null) {
                throw CommandException.usage(other.name() + " and " + input.name() + " exclude each other");
            }
        }
        if (method.equals("PATCH") && given.isEmpty()) {
            List<String> names = body.stream().map(Input::name).toList();
            throw CommandException.usage("nothing to change: give "
                    + String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast());
        }
    }

    /// What was typed for the input that names users; null if the command has none.
    @Nullable
    String users(Invocation in) {
        return in.inputs().stream()
                .filter(input -> input.type() == Input.Type.USERS && in.has(input))
                .map(in::word)
                .findFirst()
                .orElse(null);
    }

    /// @param user the user to put in place of the input that names users; null if there is none
    ApiRequest fill(Invocation in, @Nullable String user) {
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].startsWith("{")) {
                segments[i] = in.labelled(segments[i].substring(1, segments[i].length() - 1), user);
            }
        }
        ApiRequest request = new ApiRequest(method, segments);
        for (Input input : query) {
            JsonNode value = in.value(input);
            boolean isList = value != null && value.isArray();
            String text = value == null ? null : isList ? JsonText.list(value) : JsonText.of(value);
            request.query(input.field(), input.type() == Input.Type.USERS ? user : text);
        }
        body.forEach(input -> request.field(input.field(), in.value(input)));
        return request;
    }
}
