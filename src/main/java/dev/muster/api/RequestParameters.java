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

/// The parameters of a request. They come from the body, which is a form or a JSON object, and from the query if the
/// dialect uses it. Form values are strings; JSON values have the types of [dev.muster.http.json.Json].
public final class RequestParameters {
    private final Map<String, List<@Nullable Object>> values = new LinkedHashMap<>();

    private RequestParameters() {}

    /// Reads the query and the body. A body without a content type is read as JSON. Refuses: Invalid if the body
    /// should be a JSON object but is not.
    ///
    /// @param unsupported the error message for a body of another type
    /// @throws HttpException if the body is of another type, or is a malformed form
    public static Result<RequestParameters> of(Request request, String unsupported) {
        RequestParameters parameters = new RequestParameters();
        for (String name : request.queryNames()) {
            request.queryValues(name).forEach(value -> parameters.add(name, value));
        }
        return parameters.withBody(request, request.contentType().isEmpty(), unsupported);
    }

    /// Like [#of], but reads only the body, which must have a content type.
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

    /// All values of a parameter, with those from the query first; empty if the parameter is absent.
    public List<@Nullable Object> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
