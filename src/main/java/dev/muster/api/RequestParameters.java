package dev.muster.api;

import dev.muster.http.Fault;
import dev.muster.http.Form;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client sent under each name, in a body that is a form of either type or a JSON object, and in the query
/// where the dialect looks there. The values of a form are texts, those of JSON whatever [dev.muster.http.json.Json]
/// reads.
public final class RequestParameters {
    private final Map<String, List<@Nullable Object>> values = new LinkedHashMap<>();

    private RequestParameters() {}

    /// Those of the query and of the body. A body without a type is taken for JSON. Refuses: Invalid for a body that
    /// is not a JSON object.
    ///
    /// @throws HttpException when the body is of another type, or a form that is broken
    public static Result<RequestParameters> of(Request request, String unsupported) {
        RequestParameters parameters = new RequestParameters();
        for (String name : request.queryNames()) {
            request.queryValues(name).forEach(value -> parameters.add(name, value));
        }
        return parameters.withBody(request, request.contentType().isEmpty(), unsupported);
    }

    /// Those of the body, which must say of which type it is. Otherwise the same.
    ///
    /// @throws HttpException when the body is of another type, or a form that is broken
    public static Result<RequestParameters> ofBody(Request request, String unsupported) {
        return new RequestParameters().withBody(request, false, unsupported);
    }

    private Result<RequestParameters> withBody(Request request, boolean isJson, String unsupported) {
        if (request.body().length == 0) {
            return Result.ok(this);
        }
        if (request.hasForm()) {
            Form form = request.form();
            for (String name : form.names()) {
                form.all(name).forEach(value -> add(name, value));
            }
            return Result.ok(this);
        }
        if (!isJson && !request.contentType().equals(Reply.JSON)) {
            throw new HttpException(new Fault.UnsupportedCoding(unsupported));
        }
        return FieldReader.body(request, "").map(fields -> {
            fields.forEach(this::add);
            return this;
        });
    }

    private void add(String name, @Nullable Object value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }

    /// All values of that name, those of the query first; empty when the name did not come.
    public List<@Nullable Object> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
