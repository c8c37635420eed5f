package dev.muster.api.epixel;

import dev.muster.http.Fault;
import dev.muster.http.FieldFault;
import dev.muster.http.Form;
import dev.muster.http.Guards;
import dev.muster.http.Json;
import dev.muster.http.Refused;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Identifier;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UserRef;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The fields of one body, whichever of the three forms it has. Every fault is noted and the reading goes on, so that a
/// client hears all of them at once; [#result] then gives the refusal. What a method returns after a fault is of no
/// use.
final class Input {
    private static final String UNIQUE_ID = "unique_id";
    private static final int LONGEST_ID = 255;

    /// All values of a name, as they were sent; empty when there is none.
    private final Function<String, List<? extends @Nullable Object>> values;

    private final List<dev.muster.model.Fault> faults = new ArrayList<>();

    private Input(Function<String, List<? extends @Nullable Object>> values) {
        this.values = values;
    }

    /// A body that cannot be read is the only fault there is. No body has no fields, whatever it claims to be.
    ///
    /// @throws Refused when it is neither a form nor JSON, or a form that is broken
    static Result<Input> of(Request request) {
        if (request.body().length == 0) {
            return Result.ok(new Input(_ -> List.of()));
        }
        if (request.hasForm()) {
            Form form = request.form();
            return Result.ok(new Input(form::all));
        }
        if (!request.contentType().equals(Reply.JSON)) {
            throw new Refused(new Fault.UnsupportedCoding(
                    "The body must be multipart/form-data, application/x-www-form-urlencoded or application/json."));
        }
        return switch (Json.read(request.body())) {
            case Json.Result.Value(Map<?, ?> object) ->
                Result.ok(new Input(
                        name -> object.containsKey(name) ? Collections.singletonList(object.get(name)) : List.of()));
            case Json.Result.Value _ -> unread("The body must be a JSON object.");
            case Json.Result.Malformed(var message) -> unread(message);
        };
    }

    private static Result<Input> unread(String message) {
        return Result.refused(new Refusal.Invalid("", "malformed", message));
    }

    /// A text that must be there, and not empty.
    String text(String name) {
        String text = sent(name, value -> value instanceof String given ? given : null);
        if (text != null && text.isEmpty()) {
            blank(name);
        }
        return text == null ? "" : text;
    }

    /// The user that the request is about: by their external id, else by their user id.
    UserRef uniqueId() {
        String sent = sent(UNIQUE_ID, Input::textOrInteger);
        String id = sent == null ? "" : Identifier.trimmed(sent);
        if (sent != null && id.isEmpty()) {
            blank(UNIQUE_ID);
        }
        if (id.codePointCount(0, id.length()) > LONGEST_ID) {
            fault(UNIQUE_ID, "too_long", "Ensure this field has no more than 255 characters.");
        }
        return UserRef.externalIdOrId(id);
    }

    /// The headers that say how a write is to be done.
    Guards guards(Request request) {
        Guards guards = Guards.of(request);
        guards.misread().forEach(one -> fault(one.header(), one.code(), one.sentence()));
        return guards;
    }

    void fault(String field, String code, String message) {
        faults.add(new dev.muster.model.Fault(field, code, message));
    }

    /// `made` of what was read, or all the faults.
    <T> Result<T> result(Supplier<T> made) {
        return faults.isEmpty() ? Result.ok(made.get()) : Result.refused(new Refusal.Invalid(faults));
    }

    private static @Nullable String textOrInteger(Object value) {
        return switch (value) {
            case String text -> text;
            case BigDecimal number when number.scale() == 0 -> number.toString();
            default -> null;
        };
    }

    /// The one text that is under that name; null with a fault when there is none.
    ///
    /// @param read the text that a value is, or null
    private @Nullable String sent(String name, Function<Object, @Nullable String> read) {
        List<? extends @Nullable Object> all = values.apply(name);
        if (all.isEmpty()) {
            fault(name, FieldFault.REQUIRED, "This field is required.");
            return null;
        }
        Object value = all.getFirst();
        if (value == null) {
            fault(name, FieldFault.NULL, "This field may not be null.");
            return null;
        }
        String text = read.apply(value);
        if (text == null || !Json.isStorable(text)) {
            fault(name, FieldFault.TYPE, "Not a valid string.");
            return null;
        }
        if (all.stream().anyMatch(other -> !value.equals(other))) {
            fault(name, "ambiguous", "Is given more than once, with different values.");
            return null;
        }
        return text;
    }

    private void blank(String name) {
        fault(name, "blank", "This field may not be blank.");
    }
}
