package dev.muster.api;

import dev.muster.http.Request;
import dev.muster.http.json.Json;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.value.FieldError;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a JSON object. A dialect extends this class with its own fields, and provides its error messages
/// as [Phrases].
///
/// A method for an optional field returns null if the field is absent, null or invalid; [#has] and [#isNull]
/// distinguish an absent field from a null one. A dialect that refuses unknown fields calls [#refuseUnknown] last.
public class FieldReader extends RequestReader {
    /// The messages of a dialect for errors that every field can have.
    ///
    /// @param formFirst whether errors about the form of fields, such as those with these messages, are listed
    ///     before errors about their values
    public record Phrases(
            String required,
            String isNull,
            String blank,
            String characters,
            String text,
            String flag,
            String integer,
            String object,
            String array,
            boolean formFirst) {
        private static final String CANNOT_BE_STORED = "It holds a character that cannot be stored.";

        /// The messages of Muster's own API.
        public static final Phrases DEFAULT = new Phrases(
                "It is required.",
                "It must not be null.",
                "Must not be blank.",
                CANNOT_BE_STORED,
                "A text is expected.",
                "true or false is expected.",
                "A whole number is expected.",
                "A JSON object is expected.",
                "An array is expected.",
                true);

        /// Returns a copy with other messages for a field that is missing, null or empty.
        public Phrases missing(String isRequired, String mustNotBeNull, String mustNotBeBlank) {
            return new Phrases(
                    isRequired,
                    mustNotBeNull,
                    mustNotBeBlank,
                    characters,
                    text,
                    flag,
                    integer,
                    object,
                    array,
                    formFirst);
        }
    }

    private final Request request;
    private final Phrases phrases;
    private final String prefix;
    private final List<FieldError> ofForm;
    private final Set<String> known = new HashSet<>();
    private Map<String, @Nullable Object> object;

    /// @param object the fields, as returned by [Json]
    protected FieldReader(Request request, Map<String, @Nullable Object> object, Phrases phrases) {
        this.request = request;
        this.phrases = phrases;
        this.prefix = "";
        this.ofForm = new ArrayList<>(0);
        this.object = object;
    }

    /// Reads a nested object. Its errors are collected with those of `outer`.
    ///
    /// @param name the field of `outer` that contains the object
    protected FieldReader(FieldReader outer, String name, Map<String, @Nullable Object> object) {
        super(outer);
        this.request = outer.request;
        this.phrases = outer.phrases;
        this.prefix = outer.prefix + name + ".";
        this.ofForm = outer.ofForm;
        this.object = object;
    }

    /// Parses the body of a request as a JSON object. Refuses: Invalid with the code [#MALFORMED] if it is not one.
    ///
    /// @param whole the field name in that error
    public static Result<Map<String, @Nullable Object>> body(Request request, String whole) {
        return switch (Json.read(request.body())) {
            case Json.Result.Value(var value) -> {
                Map<String, @Nullable Object> fields = asObject(value);
                yield fields == null ? unread(whole, "The body must be a JSON object.") : Result.ok(fields);
            }
            case Json.Result.Malformed(var message) -> unread(whole, message);
        };
    }

    private static <T> Result<T> unread(String whole, String message) {
        return Result.refused(new Refusal.Invalid(whole, MALFORMED, message));
    }

    /// Switches to the fields of `value`, which must be an object.
    protected final void read(@Nullable Object value) {
        Map<String, @Nullable Object> fields = asObject(value);
        if (fields == null) {
            misshapen("", TYPE, phrases.object);
        } else {
            object = fields;
        }
    }

    /// The request being read.
    public final Request request() {
        return request;
    }

    // Errors.

    @Override
    public void fault(String name, String code, String message) {
        super.fault(prefix + name, code, message);
    }

    private void misshapen(String name, String code, String message) {
        if (phrases.formFirst) {
            ofForm.add(new FieldError(prefix + name, code, message));
        } else {
            fault(name, code, message);
        }
    }

    /// Adds an error for a missing field.
    public final void missing(String name) {
        lacking(name, REQUIRED, phrases.required);
    }

    /// Adds an error for a required field without a value.
    protected void lacking(String name, String code, String message) {
        misshapen(name, code, message);
    }

    @Override
    public final List<FieldError> faults() {
        List<FieldError> all = new ArrayList<>(ofForm);
        all.addAll(super.faults());
        return all;
    }

    // Fields.

    /// All fields as they were sent.
    protected final Map<String, @Nullable Object> fields() {
        return object;
    }

    /// The name of a field, qualified with the names of the enclosing objects.
    protected final String at(String name) {
        return prefix + name;
    }

    /// Whether the field is present, even if null.
    public boolean has(String name) {
        known.add(name);
        return object.containsKey(name);
    }

    /// Whether the field is present and null.
    public final boolean isNull(String name) {
        return has(name) && object.get(name) == null;
    }

    /// The value as sent, of any type; null if the field is absent or null. Strings in the value are not checked.
    public final @Nullable Object value(String name) {
        known.add(name);
        return object.get(name);
    }

    /// Whether a required field has a value; adds an error if not.
    protected final boolean isThere(String name) {
        if (!has(name)) {
            missing(name);
            return false;
        }
        if (isNull(name)) {
            lacking(name, NULL, phrases.isNull);
            return false;
        }
        return true;
    }

    /// A required string, as sent; null after an error.
    public final @Nullable String required(String name) {
        return isThere(name) ? optionalText(name) : null;
    }

    /// A required string, as sent; `""` after an error.
    public final String text(String name) {
        return Objects.requireNonNullElse(required(name), "");
    }

    /// A required string that must not be empty; `""` after an error.
    public String filled(String name) {
        String text = required(name);
        if (text != null && text.isEmpty()) {
            fault(name, BLANK, phrases.blank);
        }
        return text == null ? "" : text;
    }

    /// A string, as sent.
    public final @Nullable String optionalText(String name) {
        return switch (value(name)) {
            case null -> null;
            case String text when Json.isStorable(text) -> text;
            case String _ -> {
                misshapen(name, CHARACTERS, phrases.characters);
                yield null;
            }
            default -> {
                misshapen(name, TYPE, phrases.text);
                yield null;
            }
        };
    }

    /// A required boolean; false after an error.
    public final boolean flag(String name) {
        Boolean flag = isThere(name) ? optionalFlag(name) : null;
        return flag != null && flag;
    }

    public final @Nullable Boolean optionalFlag(String name) {
        return switch (value(name)) {
            case null -> null;
            case Boolean flag -> flag;
            default -> {
                misshapen(name, TYPE, phrases.flag);
                yield null;
            }
        };
    }

    /// A required integer; 0 after an error.
    public final long integer(String name, long min, long max) {
        Long number = isThere(name) ? optionalInteger(name, min, max) : null;
        return number == null ? 0 : number;
    }

    /// An integer in an inclusive range. `1.0` and `1e2` count as integers.
    public final @Nullable Long optionalInteger(String name, long min, long max) {
        return switch (value(name)) {
            case null -> null;
            case BigDecimal number -> inRange(name, number, min, max);
            default -> {
                misshapen(name, TYPE, phrases.integer);
                yield null;
            }
        };
    }

    private @Nullable Long inRange(String name, BigDecimal number, long min, long max) {
        try {
            long whole = number.longValueExact();
            if (whole >= min && whole <= max) {
                return whole;
            }
        } catch (ArithmeticException e) {
            // The number is not an integer or is too large for a long, which is the same error.
        }
        misshapen(name, RANGE, "A whole number from " + min + " to " + max + " is expected.");
        return null;
    }

    /// A number, with or without a fraction.
    public final @Nullable BigDecimal number(String name) {
        return switch (value(name)) {
            case null -> null;
            case BigDecimal number -> number;
            default -> {
                misshapen(name, TYPE, "A number is expected.");
                yield null;
            }
        };
    }

    /// A reader for a nested object.
    public final @Nullable FieldReader object(String name) {
        Map<String, @Nullable Object> inner = objectOf(name);
        return inner == null ? null : new FieldReader(this, name, inner);
    }

    /// The fields of a nested object; null if absent. Returns null and adds an error if the value is not an object.
    protected final @Nullable Map<String, @Nullable Object> objectOf(String name) {
        Object value = value(name);
        Map<String, @Nullable Object> inner = asObject(value);
        if (value != null && inner == null) {
            misshapen(name, TYPE, phrases.object);
        }
        return inner;
    }

    /// An object with arbitrary content; all strings in it are checked.
    public final @Nullable Map<String, @Nullable Object> opaque(String name) {
        Map<String, @Nullable Object> inner = objectOf(name);
        if (!Json.isStorable(inner)) {
            misshapen(name, CHARACTERS, phrases.characters);
            return null;
        }
        return inner;
    }

    /// The metadata as JSON text; null if absent.
    public final @Nullable String metadata() {
        Map<String, @Nullable Object> metadata = opaque("metadata");
        return metadata == null ? null : checks().metadata(json(metadata));
    }

    /// An array of strings. Omits invalid items and adds an error for each.
    public final @Nullable List<String> texts(String name) {
        List<?> items = items(name);
        if (items == null) {
            return null;
        }
        List<String> texts = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            switch (items.get(i)) {
                case String text when Json.isStorable(text) -> texts.add(text);
                case String _ -> misshapen(name + "[" + i + "]", CHARACTERS, phrases.characters);
                case null, default -> misshapen(name + "[" + i + "]", TYPE, phrases.text);
            }
        }
        return texts;
    }

    /// An array of objects. Omits invalid items and adds an error for each.
    public final @Nullable List<FieldReader> objects(String name) {
        List<?> items = items(name);
        if (items == null) {
            return null;
        }
        List<FieldReader> objects = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            String at = name + "[" + i + "]";
            Map<String, @Nullable Object> inner = asObject(items.get(i));
            if (inner == null) {
                misshapen(at, TYPE, phrases.object);
            } else {
                objects.add(new FieldReader(this, at, inner));
            }
        }
        return objects;
    }

    private @Nullable List<?> items(String name) {
        return switch (value(name)) {
            case null -> null;
            case List<?> items -> items;
            default -> {
                misshapen(name, TYPE, phrases.array);
                yield null;
            }
        };
    }

    /// Adds an error for each field that has not been read. Must be called separately for each nested object.
    public final void refuseUnknown() {
        for (String name : object.keySet()) {
            if (!known.contains(name)) {
                misshapen(name, UNKNOWN, "There is no such field.");
            }
        }
    }

    // Conversions.

    /// Converts an object to JSON text.
    public static String json(Map<String, @Nullable Object> object) {
        return new String(Json.write(object), StandardCharsets.UTF_8);
    }

    // Json returns only maps with string keys.
    @SuppressWarnings("unchecked")
    private static @Nullable Map<String, @Nullable Object> asObject(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
    }
}
