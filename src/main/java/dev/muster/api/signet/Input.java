package dev.muster.api.signet;

import dev.muster.http.FieldFault;
import dev.muster.http.Fields;
import dev.muster.http.Guards;
import dev.muster.http.Json;
import dev.muster.http.Request;
import dev.muster.model.Checks;
import dev.muster.model.Fault;
import dev.muster.model.Identifier;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one request brings, read field by field. Every fault is noted and the reading goes on, so that a client hears
/// all of them at once; [#result] then gives the refusal. What a method returns after a fault is of no use.
final class Input {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");

    private static final UUID NO_ID = new UUID(0, 0);

    private static final String NULL_MESSAGE = "Must not be null.";

    private final Request request;
    private final Fields fields;
    private final Naming naming;
    private final Checks checks = new Checks();

    private Input(Request request, Fields fields, Naming naming) {
        this.request = request;
        this.fields = fields;
        this.naming = naming;
    }

    /// A request whose body, if it has one, means nothing.
    static Input ofQuery(Request request, Naming naming) {
        return new Input(request, Fields.none(), naming);
    }

    /// A request that must have a JSON object as its body. One that cannot be read is the only fault there is.
    static Result<Input> ofBody(Request request, Naming naming) {
        return switch (Json.read(request.body())) {
            case Json.Result.Value(Map<?, ?> object) ->
                Result.ok(new Input(request, Fields.of((Object) object), naming));
            case Json.Result.Value _ -> unread("The body must be a JSON object.");
            case Json.Result.Malformed(var message) -> unread(message);
        };
    }

    private static Result<Input> unread(String message) {
        return Result.refused(new Refusal.Invalid("body", "malformed", message));
    }

    // What is read.

    boolean has(String name) {
        return fields.has(name);
    }

    /// A text that must be there, and not empty; unchecked otherwise.
    String text(String name) {
        String text = required(name);
        if (text != null && text.isEmpty()) {
            checks.fault(name, "blank", "Must not be blank.");
        }
        return or("", text);
    }

    String name() {
        return or("", checks.line("name", required("name"), 200));
    }

    Identifier email() {
        return or(new Identifier(Identifier.Kind.EMAIL, "", ""), checks.email(required("email")));
    }

    /// The JSON text of the metadata; null for none, and where it is null.
    @Nullable
    String metadata() {
        Map<String, @Nullable Object> object = fields.opaque("metadata");
        return object == null ? null : checks.metadata(new String(Json.write(object), StandardCharsets.UTF_8));
    }

    /// The status asked for; null when none is, and after a fault.
    @Nullable
    WireStatus status() {
        if (!has("status")) {
            return null;
        }
        String word = required("status");
        WireStatus status = word == null ? null : WireStatus.of(word, naming);
        if (word != null && status == null) {
            checks.fault(
                    "status",
                    "not_a_status",
                    naming == Naming.CLIENT
                            ? "Must be active, inactive, suspended or deleted."
                            : "Must be active, inactive or suspended.");
        }
        return status;
    }

    /// The user's id in the query, in the body, or the same in both.
    UUID userId() {
        String name = naming.idField();
        String found = null;
        if (fields.has(name)) {
            found = required(name);
            if (found == null) {
                return NO_ID;
            }
        }
        for (String queried : request.queries(name)) {
            if (found != null && !found.equalsIgnoreCase(queried)) {
                checks.fault(name, "ambiguous", "Is given more than once, with different values.");
                return NO_ID;
            }
            found = queried;
        }
        if (found == null) {
            missing(name);
            return NO_ID;
        }
        return uuid(found);
    }

    /// The user's id in the body.
    UUID userIdInBody() {
        String text = required(naming.idField());
        return text == null ? NO_ID : uuid(text);
    }

    private UUID uuid(String text) {
        if (!UUID_FORM.matcher(text).matches()) {
            checks.fault(naming.idField(), "not_a_uuid", "Must be a UUID.");
            return NO_ID;
        }
        return UUID.fromString(text);
    }

    /// A whole number in the query, in digits.
    ///
    /// @param otherwise what is meant where none is given
    /// @param range what to say of a number out of range
    long number(String name, long least, long most, long otherwise, String range) {
        List<String> sent = request.queries(name);
        if (sent.isEmpty()) {
            return otherwise;
        }
        String text = sent.getFirst();
        if (sent.stream().anyMatch(other -> !other.equals(text))) {
            checks.fault(name, "ambiguous", "Is given more than once, with different values.");
            return otherwise;
        }
        if (!WHOLE.matcher(text).matches()) {
            checks.fault(name, "not_a_number", "Must be a whole number.");
            return otherwise;
        }
        // Nineteen digits may be too many for a long, and are too many for what is counted here.
        if (text.length() > 18 || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            checks.fault(name, "out_of_range", range);
            return otherwise;
        }
        return Long.parseLong(text);
    }

    // What every write takes.

    /// The headers that say how a write is to be done.
    Guards guards() {
        Guards guards = Guards.of(request);
        guards.misread().forEach(one -> checks.fault(one.header(), one.code(), one.sentence()));
        return guards;
    }

    // What is wrong.

    void fault(String field, String code, String message) {
        checks.fault(field, code, message);
    }

    void missing(String name) {
        checks.fault(name, FieldFault.REQUIRED, "Is required.");
    }

    /// `made` of what was read, or all the faults.
    <T> Result<T> result(Supplier<T> made) {
        List<Fault> faults = new ArrayList<>();
        fields.faults().forEach(fault -> faults.add(new Fault(fault.field(), fault.code(), fault.message())));
        faults.addAll(checks.faults());
        return faults.isEmpty() ? Result.ok(made.get()) : Result.refused(new Refusal.Invalid(faults));
    }

    /// The text of a field that must be there; null with a fault when it is not.
    private @Nullable String required(String name) {
        if (!fields.has(name)) {
            missing(name);
        } else if (fields.isNull(name)) {
            checks.fault(name, FieldFault.NULL, NULL_MESSAGE);
        }
        return fields.optionalText(name);
    }

    private static <T> T or(T otherwise, @Nullable T value) {
        return value == null ? otherwise : value;
    }
}
