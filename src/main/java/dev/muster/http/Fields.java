package dev.muster.http;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a JSON object and collects everything that is wrong with them, so that a client hears all
/// faults at once.
///
/// A method for a field that must be there gives a harmless stand-in (`""`, `false`, 0) when it is not, and notes a
/// fault; so a handler reads all it needs and then asks [#faults] before it acts. A method for an optional field gives
/// null when the field is absent, null or faulty; [#has] and [#isNull] tell absent from null, as a merge patch needs.
/// A dialect that refuses unknown fields calls [#refuseUnknown] after reading; one that ignores them does not.
public final class Fields {

    private final Map<String, @Nullable Object> object;
    private final String prefix;
    private final List<FieldFault> faults;
    private final Set<String> known = new HashSet<>();

    private Fields(Map<String, @Nullable Object> object, String prefix, List<FieldFault> faults) {
        this.object = object;
        this.prefix = prefix;
        this.faults = faults;
    }

    /// Reads an object.
    ///
    /// @param object as [Json] reads it, or made from a form
    public static Fields of(Map<String, @Nullable Object> object) {
        return new Fields(object, "", new ArrayList<>());
    }

    /// No fields at all, for a body that may be left out.
    public static Fields none() {
        return of(Map.of());
    }

    /// A value that must be an object. When it is none, there are no fields, and a fault of type.
    public static Fields of(@Nullable Object value) {
        Map<String, @Nullable Object> object = asObject(value);
        if (object != null) {
            return of(object);
        }
        Fields none = none();
        none.fault("", FieldFault.TYPE, "A JSON object is expected.");
        return none;
    }

    /// Whether the field is there, be it null.
    public boolean has(String name) {
        known.add(name);
        return object.containsKey(name);
    }

    /// Whether the field is there and null.
    public boolean isNull(String name) {
        return has(name) && object.get(name) == null;
    }

    /// The value as it was sent, of whatever type; null when absent or null. Its texts are not checked.
    public @Nullable Object value(String name) {
        known.add(name);
        return object.get(name);
    }

    /// A text that must be there; `""` with a fault when it is not.
    public String text(String name) {
        String text = isRequired(name) ? optionalText(name) : null;
        return text == null ? "" : text;
    }

    public @Nullable String optionalText(String name) {
        return switch (value(name)) {
            case null -> null;
            case String text when Json.isStorable(text) -> text;
            case String _ -> {
                fault(name, FieldFault.CHARACTERS, NOT_STORABLE);
                yield null;
            }
            default -> {
                fault(name, FieldFault.TYPE, "A text is expected.");
                yield null;
            }
        };
    }

    /// A boolean that must be there; false with a fault when it is not.
    public boolean flag(String name) {
        Boolean flag = isRequired(name) ? optionalFlag(name) : null;
        return flag != null && flag;
    }

    public @Nullable Boolean optionalFlag(String name) {
        return switch (value(name)) {
            case null -> null;
            case Boolean flag -> flag;
            default -> {
                fault(name, FieldFault.TYPE, "true or false is expected.");
                yield null;
            }
        };
    }

    /// A whole number that must be there; 0 with a fault when it is not.
    public long integer(String name, long least, long most) {
        Long number = isRequired(name) ? optionalInteger(name, least, most) : null;
        return number == null ? 0 : number;
    }

    /// A whole number between the two, both included. `1.0` and `1e2` are whole numbers.
    public @Nullable Long optionalInteger(String name, long least, long most) {
        return switch (value(name)) {
            case null -> null;
            case BigDecimal number -> inRange(name, number, least, most);
            default -> {
                fault(name, FieldFault.TYPE, "A whole number is expected.");
                yield null;
            }
        };
    }

    /// An object within this one, whose faults are collected together with these; null when absent or null.
    public @Nullable Fields object(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        Map<String, @Nullable Object> inner = asObject(value);
        if (inner == null) {
            fault(name, FieldFault.TYPE, "A JSON object is expected.");
            return null;
        }
        return new Fields(inner, prefix + name + ".", faults);
    }

    /// An object that is taken whole and unread, with every text in it checked; null when absent or null.
    public @Nullable Map<String, @Nullable Object> opaque(String name) {
        Object value = value(name);
        Map<String, @Nullable Object> inner = asObject(value);
        if (value != null && inner == null) {
            fault(name, FieldFault.TYPE, "A JSON object is expected.");
        } else if (!Json.isStorable(inner)) {
            fault(name, FieldFault.CHARACTERS, NOT_STORABLE);
            return null;
        }
        return inner;
    }

    /// An array of texts; null when absent or null. A faulty item is left out, with a fault of its own.
    public @Nullable List<String> texts(String name) {
        List<?> items = items(name);
        if (items == null) {
            return null;
        }
        List<String> texts = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            switch (items.get(i)) {
                case String text when Json.isStorable(text) -> texts.add(text);
                case String _ -> fault(name + "[" + i + "]", FieldFault.CHARACTERS, NOT_STORABLE);
                case null, default -> fault(name + "[" + i + "]", FieldFault.TYPE, "A text is expected.");
            }
        }
        return texts;
    }

    /// An array of objects; null when absent or null. A faulty item is left out, with a fault of its own.
    public @Nullable List<Fields> objects(String name) {
        List<?> items = items(name);
        if (items == null) {
            return null;
        }
        List<Fields> objects = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            String at = name + "[" + i + "]";
            Map<String, @Nullable Object> inner = asObject(items.get(i));
            if (inner == null) {
                fault(at, FieldFault.TYPE, "A JSON object is expected.");
            } else {
                objects.add(new Fields(inner, prefix + at + ".", faults));
            }
        }
        return objects;
    }

    /// Notes a fault of the caller's own finding.
    public void fault(String name, String code, String message) {
        faults.add(new FieldFault(prefix + name, code, message));
    }

    /// Notes a fault for each field that nobody has asked for until now. Of objects within, it is called on each.
    public void refuseUnknown() {
        for (String name : object.keySet()) {
            if (!known.contains(name)) {
                fault(name, FieldFault.UNKNOWN, "There is no such field.");
            }
        }
    }

    /// Names of all fields that are there, in the order they came in.
    public Set<String> names() {
        return object.keySet();
    }

    /// All faults found so far, those of objects within included.
    public List<FieldFault> faults() {
        return List.copyOf(faults);
    }

    private static final String NOT_STORABLE = "It holds a character that cannot be stored.";

    private boolean isRequired(String name) {
        if (!has(name)) {
            fault(name, FieldFault.REQUIRED, "It is required.");
            return false;
        }
        if (isNull(name)) {
            fault(name, FieldFault.NULL, "It must not be null.");
            return false;
        }
        return true;
    }

    private @Nullable Long inRange(String name, BigDecimal number, long least, long most) {
        try {
            long whole = number.longValueExact();
            if (whole >= least && whole <= most) {
                return whole;
            }
        } catch (ArithmeticException e) {
            // A fraction, or beyond a long: told in the same words.
        }
        fault(name, FieldFault.RANGE, "A whole number from " + least + " to " + most + " is expected.");
        return null;
    }

    private @Nullable List<?> items(String name) {
        return switch (value(name)) {
            case null -> null;
            case List<?> items -> items;
            default -> {
                fault(name, FieldFault.TYPE, "An array is expected.");
                yield null;
            }
        };
    }

    // Names are texts in everything that Json reads.
    @SuppressWarnings("unchecked")
    private static @Nullable Map<String, @Nullable Object> asObject(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
    }
}
