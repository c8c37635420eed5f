package dev.muster.console;

import dev.muster.api.RequestReader;
import dev.muster.console.html.TextComparison;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a form, and collects all errors. An empty field counts as missing.
final class FormFields extends RequestReader {
    static final Instant MAX_INSTANT = Instant.parse("9999-12-31T23:59:59Z");

    private final Function<String, @Nullable String> values;

    /// @param values returns the first value of a name, or null
    FormFields(Function<String, @Nullable String> values) {
        this.values = values;
    }

    /// Returns the text, or an empty string if it is null.
    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Nullable
    String text(String name) {
        String text = values.apply(name);
        return text == null || text.isBlank() ? null : text.strip();
    }

    @Nullable
    String reason() {
        return reason(null);
    }

    /// @param shown the reason that the page showed, or null
    @Nullable
    String reason(@Nullable String shown) {
        return checks().reason(lineOr("reason", shown));
    }

    @Nullable
    String note() {
        return note(null);
    }

    /// @param shown the note that the page showed, or null
    @Nullable
    String note(@Nullable String shown) {
        String text = textOr("note", shown);
        // Browsers send line breaks as CR LF.
        return checks().note(text == null || text.equals(shown) ? text : text.replace("\r\n", "\n"));
    }

    /// Reads the description of a group or policy.
    ///
    /// @param shown the description that the page showed, or null
    @Nullable
    String description(@Nullable String shown) {
        return checks().description(textOr("description", shown));
    }

    /// Returns the text of a multi-line field, or `shown` if it was not edited. The comparison ignores the kind of
    /// line breaks, which browsers change, and surrounding spaces, which are trimmed here.
    ///
    /// @param shown what the page showed in the field, or null
    @Nullable
    String textOr(String name, @Nullable String shown) {
        String text = text(name);
        return shown != null && text != null && unified(text).equals(unified(shown)) ? shown : text;
    }

    /// Like [#textOr], but for a single-line field, from which browsers strip line breaks.
    @Nullable
    String lineOr(String name, @Nullable String shown) {
        String text = text(name);
        return shown != null && text != null && flat(text).equals(flat(shown)) ? shown : text;
    }

    private static String unified(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n').strip();
    }

    private static String flat(String text) {
        return text.replace("\r", "").replace("\n", "").strip();
    }

    /// Returns the non-empty lines of a field.
    List<String> lines(String name) {
        String text = text(name);
        return text == null
                ? List.of()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    /// Reads the required field `name`. Returns `""` after a fault.
    String name() {
        String name = checks().name(text("name"));
        if (name == null) {
            fault("name", "missing", "Is required.");
        }
        return name == null ? "" : name;
    }

    /// Reads the resources of a policy, one per line.
    List<String> resources() {
        return checks().resources(lines("resources"));
    }

    /// Records a fault unless the operator typed the name of the object to erase or delete.
    void requireName(String shown, String otherwise) {
        if (!TextComparison.of(text("name"), shown)) {
            fault("name", "mismatch", otherwise);
        }
    }

    /// Reads a time in UTC from a `datetime-local` field.
    @Nullable
    Instant moment(String name) {
        return instant(
                name,
                text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
                "not_a_time",
                "Must be a date and a time in UTC, such as 2026-12-03T14:00.");
    }

    /// Reads a time with milliseconds from a hidden field.
    @Nullable
    Instant exactMoment(String name) {
        return instant(name, Instant::parse, "not_a_time", "Must not differ from the page.");
    }

    /// Reads a day, and returns its start in UTC.
    @Nullable
    Instant day(String name) {
        return instant(
                name,
                text -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC),
                "not_a_day",
                "Must be a day, such as 2026-12-03.");
    }

    private @Nullable Instant instant(String name, Function<String, Instant> parse, String code, String must) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            Instant at = parse.apply(text);
            if (!at.isBefore(Instant.EPOCH) && !at.isAfter(MAX_INSTANT)) {
                return at;
            }
            fault(name, "too_far", "Must be in the years 1970 to 9999.");
        } catch (DateTimeParseException e) {
            fault(name, code, must);
        }
        return null;
    }

    /// Whether the form has this field, even if it is empty.
    boolean has(String name) {
        return values.apply(name) != null;
    }

    /// Records a fault if the last day is before the first.
    void requireAfter(@Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null && to.isBefore(from)) {
            fault("to", "before_from", "Must not be before the first day.");
        }
    }

    @Nullable
    Long number(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,18}")) {
            fault(name, "not_a_number", "Must be a number.");
            return null;
        }
        return Long.valueOf(text);
    }

    @Nullable
    UUID id(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        UUID id = uuid(text);
        if (id == null) {
            fault(name, "not_an_id", "Must be an id.");
        }
        return id;
    }

    /// Returns the one of `values` whose word was sent; null if the field is missing, or after a fault.
    <T> @Nullable T choice(String name, List<T> values, Function<T, String> word) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        for (T value : values) {
            if (word.apply(value).equals(text)) {
                return value;
            }
        }
        fault(name, "unknown", "Must be one of the options.");
        return null;
    }

    /// Like [#choice], but the field is required. Returns the first value after a fault.
    <T> T chosen(String name, List<T> values, Function<T, String> word) {
        T value = choice(name, values, word);
        if (value == null) {
            fault(name, "missing", "Must be chosen.");
        }
        return value == null ? values.getFirst() : value;
    }
}
