package dev.muster.api.signet;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.FieldReader;
import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.value.Identifier;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The fields of this dialect's requests.
final class SignetFields extends FieldReader {
    private static final Phrases PHRASES =
            Phrases.DEFAULT.missing("Is required.", "Must not be null.", "Must not be blank.");

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

    private static final UUID NO_ID = new UUID(0, 0);

    private final ApiVersion apiVersion;

    private SignetFields(Request request, Map<String, @Nullable Object> body, ApiVersion apiVersion) {
        super(request, body, PHRASES);
        this.apiVersion = apiVersion;
    }

    /// Reads a request and ignores its body.
    static SignetFields ofQuery(Request request, ApiVersion apiVersion) {
        return new SignetFields(request, Map.of(), apiVersion);
    }

    /// Reads a request that must have a JSON object as its body.
    ///
    /// @throws RefusedException with Invalid if the body cannot be parsed
    /// @throws HttpException if the body has another content type
    static SignetFields ofBody(Request request, ApiVersion apiVersion) {
        String type = request.contentType();
        if (!type.isEmpty() && !type.equals(Reply.JSON)) {
            throw new HttpException(new Fault.UnsupportedCoding("The body must be application/json."));
        }
        return new SignetFields(request, unlessRefused(body(request, "body")), apiVersion);
    }

    /// Adds an error for a required field without a value. In this dialect, such errors are not listed separately
    /// from errors about values.
    @Override
    protected void lacking(String name, String code, String message) {
        fault(name, code, message);
    }

    String name() {
        String name = checks().line("name", required("name"), 200);
        return name == null ? "" : name;
    }

    Identifier email() {
        Identifier email = checks().email(required("email"));
        return email == null ? new Identifier(Identifier.Kind.EMAIL, "", "") : email;
    }

    /// The requested status; null if absent or invalid.
    @Nullable
    WireStatus status() {
        if (!has("status")) {
            return null;
        }
        String word = required("status");
        WireStatus status = word == null ? null : WireStatus.of(word, apiVersion);
        if (word != null && status == null) {
            fault(
                    "status",
                    "not_a_status",
                    apiVersion == ApiVersion.CLIENT
                            ? "Must be active, inactive, suspended or deleted."
                            : "Must be active, inactive or suspended.");
        }
        return status;
    }

    /// The user's id, from the query or the body. If both contain it, they must be equal.
    UUID userId() {
        String name = apiVersion.idField();
        String found = null;
        if (has(name)) {
            found = required(name);
            if (found == null) {
                return NO_ID;
            }
        }
        for (String queried : request().queryValues(name)) {
            if (found != null && !found.equalsIgnoreCase(queried)) {
                ambiguous(name);
                return NO_ID;
            }
            found = queried;
        }
        if (found == null) {
            missing(name);
            return NO_ID;
        }
        return id(found);
    }

    /// The user's id in the body.
    UUID userIdInBody() {
        String text = required(apiVersion.idField());
        return text == null ? NO_ID : id(text);
    }

    private UUID id(String text) {
        UUID id = uuid(text);
        if (id == null) {
            fault(apiVersion.idField(), "not_a_uuid", "Must be a UUID.");
        }
        return id == null ? NO_ID : id;
    }

    /// An integer in the query.
    ///
    /// @param otherwise the value if the parameter is absent or invalid
    /// @param range the error message for a number that is out of range
    long number(String name, long min, long max, long otherwise, String range) {
        List<String> sent = request().queryValues(name);
        if (sent.isEmpty()) {
            return otherwise;
        }
        String text = sent.getFirst();
        if (sent.stream().anyMatch(other -> !other.equals(text))) {
            ambiguous(name);
            return otherwise;
        }
        if (!INTEGER.matcher(text).matches()) {
            fault(name, "not_a_number", "Must be a whole number.");
            return otherwise;
        }
        // Nineteen digits may overflow a long, and are out of any range here.
        if (text.length() > 18 || Long.parseLong(text) < min || Long.parseLong(text) > max) {
            fault(name, "out_of_range", range);
            return otherwise;
        }
        return Long.parseLong(text);
    }
}
