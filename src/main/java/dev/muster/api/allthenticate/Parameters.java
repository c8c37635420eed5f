package dev.muster.api.allthenticate;

import dev.muster.http.Fault;
import dev.muster.http.Form;
import dev.muster.http.Json;
import dev.muster.http.Refused;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client sent under each name, wherever that stands: in the query, and in a body that is a form of either type
/// or a JSON object. The values of a form are texts, those of JSON whatever [Json] reads; null is as if it were not
/// there.
final class Parameters {
    private final Map<String, List<Object>> values = new LinkedHashMap<>();

    private Parameters() {}

    /// @throws Refused when the body is of another type, or a form that is broken
    static Result<Parameters> of(Request request) {
        Parameters parameters = new Parameters();
        for (String name : request.queryNames()) {
            request.queries(name).forEach(value -> parameters.add(name, value));
        }
        if (request.body().length == 0) {
            return Result.ok(parameters);
        }
        if (request.hasForm()) {
            Form form = request.form();
            for (String name : form.names()) {
                form.all(name).forEach(value -> parameters.add(name, value));
            }
            return Result.ok(parameters);
        }
        String type = request.contentType();
        if (!type.isEmpty() && !type.equals(Reply.JSON)) {
            throw new Refused(new Fault.UnsupportedCoding("The body must be a form or JSON."));
        }
        return switch (Json.read(request.body())) {
            case Json.Result.Value(Map<?, ?> object) -> {
                object.forEach((name, value) -> parameters.add(String.valueOf(name), value));
                yield Result.ok(parameters);
            }
            case Json.Result.Value _ -> unread("The body must be a JSON object.");
            case Json.Result.Malformed(var message) -> unread(message);
        };
    }

    private static Result<Parameters> unread(String message) {
        return Result.refused(new Refusal.Invalid("", "malformed", message));
    }

    private void add(String name, @Nullable Object value) {
        if (value != null) {
            values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
        }
    }

    /// All values of that name, those of the query first; empty when the name did not come.
    List<Object> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
