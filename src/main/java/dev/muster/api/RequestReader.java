package dev.muster.api;

import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.FieldError;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads a request and collects all its errors, so that they are reported together. After an error, a method returns
/// null or a harmless placeholder, and reading continues; [#result] and [#check] then refuse the request. A dialect
/// extends this class, or [FieldReader], with its own fields.
public abstract class RequestReader {
    // Error codes.

    /// A required field is missing.
    public static final String REQUIRED = "required";
    /// A required field is null.
    public static final String NULL = "null";
    /// The field has the wrong JSON type.
    public static final String TYPE = "type";
    /// The field is unknown.
    public static final String UNKNOWN = "unknown";
    /// The field contains U+0000 or an unpaired surrogate.
    public static final String CHARACTERS = "characters";
    /// The value is out of range.
    public static final String RANGE = "range";
    /// The value is empty.
    public static final String BLANK = "blank";
    /// The field is given several times, with different values.
    public static final String AMBIGUOUS = "ambiguous";
    /// The body cannot be parsed.
    public static final String MALFORMED = "malformed";

    private static final int UUID_CHARS = 36;

    private final Validator checks;

    protected RequestReader() {
        checks = new Validator();
    }

    /// A reader for a part of the same request, which shares the collected errors.
    protected RequestReader(RequestReader outer) {
        checks = outer.checks;
    }

    /// The validator, for values that have no method in this class.
    public final Validator checks() {
        return checks;
    }

    /// Adds an error.
    ///
    /// @param message one sentence, which must not quote the request
    public void fault(String name, String code, String message) {
        checks.fault(name, code, message);
    }

    /// Validates a value with a method of [Validator], and adds errors under the field's name on the wire.
    protected final <T> @Nullable T checked(String name, Function<Validator, @Nullable T> rule) {
        int before = faults().size();
        Validator own = new Validator();
        T value = rule.apply(own);
        // A missing or malformed field already has an error.
        if (faults().size() == before) {
            own.faults().forEach(fault -> fault(name, fault.code(), fault.message()));
        }
        return value;
    }

    /// All errors so far.
    public List<FieldError> faults() {
        return checks.faults();
    }

    /// Returns what `made` creates. Refuses: Invalid with all errors if there are any.
    public final <T> Result<T> result(Supplier<T> made) {
        List<FieldError> faults = faults();
        return faults.isEmpty() ? Result.ok(made.get()) : Result.refused(new Refusal.Invalid(faults));
    }

    /// Finishes reading.
    ///
    /// @throws RefusedException with all errors, if there are any
    public void check() {
        List<FieldError> faults = faults();
        if (!faults.isEmpty()) {
            throw new RefusedException(new Refusal.Invalid(faults));
        }
    }

    /// Reads the headers that control a write.
    public final WriteHeaders headers(Request request) {
        WriteHeaders headers = WriteHeaders.of(request);
        headers.faults().forEach(one -> fault(one.field(), one.code(), one.message()));
        return headers;
    }

    /// Parses all non-null values, which must be equal. Returns null if there are none. Returns null and adds an
    /// error if a value is invalid or if two values differ.
    ///
    /// @param read a function that parses a value and returns null for an invalid one
    /// @param must the error message for an invalid value
    protected final <T> @Nullable T one(
            String name, List<? extends @Nullable Object> sent, Function<Object, @Nullable T> read, String must) {
        T found = null;
        for (Object each : sent) {
            if (each == null) {
                continue;
            }
            T value = read.apply(each);
            if (value == null) {
                fault(name, TYPE, must);
                return null;
            }
            if (found != null && !found.equals(value)) {
                ambiguous(name);
                return null;
            }
            found = value;
        }
        return found;
    }

    /// Adds an error for a field that was given several times, with different values.
    protected final void ambiguous(String name) {
        fault(name, AMBIGUOUS, "Is given more than once, with different values.");
    }

    /// Parses a UUID in canonical form; null for any other text.
    public static @Nullable UUID uuid(String text) {
        // UUID.fromString also accepts shorter groups and signs. A regular expression took 3 % of the time of a read.
        if (text.length() != UUID_CHARS) {
            return null;
        }
        for (int i = 0; i < UUID_CHARS; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : !HexFormat.isHexDigit(text.charAt(i))) {
                return null;
            }
        }
        return UUID.fromString(text);
    }
}
