package dev.muster.api;

import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.FieldError;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Collects everything that is wrong with one request while it is read, so that a client hears all faults at once.
/// Reading goes on after a fault: a method then gives null or a harmless stand-in, and [#result] gives the refusal.
/// A dialect extends this, or [FieldReader], with the fields that it has.
public abstract class RequestReader {
    // Codes of faults.

    /// It must be there.
    public static final String REQUIRED = "required";
    /// It is null, but must have a value.
    public static final String NULL = "null";
    /// It has another JSON type than it must have.
    public static final String TYPE = "type";
    /// There is no such field.
    public static final String UNKNOWN = "unknown";
    /// It holds U+0000 or half of a surrogate pair.
    public static final String CHARACTERS = "characters";
    /// It lies outside what is allowed.
    public static final String RANGE = "range";
    /// It is empty.
    public static final String BLANK = "blank";
    /// It is given several times, and differently.
    public static final String AMBIGUOUS = "ambiguous";
    /// The body cannot be read.
    public static final String MALFORMED = "malformed";

    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Validator checks;

    protected RequestReader() {
        checks = new Validator();
    }

    /// Reads a part of the same request. The faults of both are collected together.
    protected RequestReader(RequestReader outer) {
        checks = outer.checks;
    }

    /// The rules for single values, for those that no method here reads.
    public final Validator checks() {
        return checks;
    }

    /// Notes a fault.
    ///
    /// @param message one sentence, without text of the request in it
    public void fault(String name, String code, String message) {
        checks.fault(name, code, message);
    }

    /// Checks a value by the rules of the register, whose faults are noted under the field's name on the wire.
    protected final <T> @Nullable T checked(String name, Function<Validator, @Nullable T> rule) {
        int before = faults().size();
        Validator own = new Validator();
        T value = rule.apply(own);
        // A missing or misshapen field has its fault already.
        if (faults().size() == before) {
            own.faults().forEach(fault -> fault(name, fault.code(), fault.message()));
        }
        return value;
    }

    /// All faults found so far.
    public List<FieldError> faults() {
        return checks.faults();
    }

    /// `made` of what was read. Refuses: Invalid with all faults, if there are any.
    public final <T> Result<T> result(Supplier<T> made) {
        List<FieldError> faults = faults();
        return faults.isEmpty() ? Result.ok(made.get()) : Result.refused(new Refusal.Invalid(faults));
    }

    /// Ends the reading.
    ///
    /// @throws RefusedException with all faults, if there are any
    public void check() {
        List<FieldError> faults = faults();
        if (!faults.isEmpty()) {
            throw new RefusedException(new Refusal.Invalid(faults));
        }
    }

    /// The headers that say how a write is to be done.
    public final WriteHeaders headers(Request request) {
        WriteHeaders headers = WriteHeaders.of(request);
        headers.faults().forEach(one -> fault(one.field(), one.code(), one.message()));
        return headers;
    }

    /// What all of `sent` that are not null mean; null without any, and with a fault where one means nothing or two
    /// differ.
    ///
    /// @param read gives null for what means nothing
    /// @param must what each has to be
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

    /// Notes that a field was given several times, and differently.
    protected final void ambiguous(String name) {
        fault(name, AMBIGUOUS, "Is given more than once, with different values.");
    }

    /// Whether a text is a UUID in its usual form.
    public static boolean isUuid(String text) {
        return UUID_FORM.matcher(text).matches();
    }
}
