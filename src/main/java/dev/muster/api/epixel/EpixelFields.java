package dev.muster.api.epixel;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RequestParameters;
import dev.muster.api.RequestReader;
import dev.muster.http.Request;
import dev.muster.http.json.Json;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The fields of a body, which may have any of three content types.
final class EpixelFields extends RequestReader {
    private static final String UNIQUE_ID = "unique_id";
    private static final int MAX_ID_LENGTH = 255;

    private final RequestParameters parameters;

    private EpixelFields(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /// Reads the fields of a request. An empty body has no fields, whatever its content type.
    ///
    /// @throws RefusedException with Invalid if the body cannot be parsed
    static EpixelFields of(Request request) {
        return new EpixelFields(unlessRefused(RequestParameters.ofBody(
                request,
                "The body must be multipart/form-data, application/x-www-form-urlencoded or application/json.")));
    }

    /// A required string that must not be empty.
    String filled(String name) {
        String text = sent(name, value -> value instanceof String given ? given : null);
        if (text != null && text.isEmpty()) {
            blank(name);
        }
        return text == null ? "" : text;
    }

    /// The reference to the target user, by external id or, if no user has that external id, by user id.
    UserRef uniqueId() {
        String sent = sent(UNIQUE_ID, EpixelFields::textOrInteger);
        String id = sent == null ? "" : Identifier.trimmed(sent);
        if (sent != null && id.isEmpty()) {
            blank(UNIQUE_ID);
        }
        if (id.codePointCount(0, id.length()) > MAX_ID_LENGTH) {
            fault(UNIQUE_ID, "too_long", "Ensure this field has no more than 255 characters.");
        }
        return UserRef.externalIdOrId(id);
    }

    private static @Nullable String textOrInteger(Object value) {
        return switch (value) {
            case String text -> text;
            case BigDecimal number when number.scale() == 0 -> number.toString();
            default -> null;
        };
    }

    /// The single value of a required parameter as text. Returns null and adds an error if the parameter is missing
    /// or invalid, or if its values differ.
    ///
    /// @param read a function that converts a value to text and returns null for an invalid one
    private @Nullable String sent(String name, Function<Object, @Nullable String> read) {
        // If a value is a JSON null, it is the only one, because names in a JSON object are unique.
        List<@Nullable Object> all = parameters.all(name);
        if (all.isEmpty()) {
            fault(name, REQUIRED, "This field is required.");
            return null;
        }
        if (all.getFirst() == null) {
            fault(name, NULL, "This field may not be null.");
            return null;
        }
        return one(
                name,
                all,
                value -> {
                    String text = read.apply(value);
                    return text != null && Json.isStorable(text) ? text : null;
                },
                "Not a valid string.");
    }

    private void blank(String name) {
        fault(name, BLANK, "This field may not be blank.");
    }
}
