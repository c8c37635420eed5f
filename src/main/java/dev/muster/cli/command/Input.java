package dev.muster.cli.command;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.StrictJson;
import java.io.File;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// An option or parameter of a command, with its help and its conversion to JSON.
///
/// @param names the option's names, the longest last; empty for a parameter
/// @param label the placeholder for the value in the help
/// @param isRequired whether the input must be given
/// @param choices the allowed values; empty for any value
/// @param field the corresponding field or query parameter of the API
/// @param absent the default value; null if there is none
/// @param syntax how the value is parsed
public record Input(
        List<String> names,
        String label,
        String help,
        Type type,
        boolean isRequired,
        List<String> choices,
        String field,
        @Nullable JsonNode absent,
        Syntax syntax) {
    private static final Pattern SEPARATOR = Pattern.compile("[-_](.)");

    /// The kind of value, and how often it may be given.
    public enum Type {
        TEXT,
        /// An option without a value.
        FLAG,
        /// The name of a file.
        FILE,
        /// The names of files, for which the option is given several times.
        FILES,
        /// A list of strings, for which the option is given several times.
        REPEATED,
        /// A list of comma-separated strings.
        LIST,
        /// A reference to a user, or `-` to read references from the standard input.
        USERS
    }

    /// Converts an argument to JSON.
    public interface Syntax {
        /// An instant, or a duration from now.
        Syntax UNTIL = (name, text, now) -> text(Durations.until(name, text, now));

        /// An instant, or a duration before now.
        Syntax SINCE = (name, text, now) -> text(Durations.since(name, text, now));

        /// The number of seconds until the given instant or in the given duration; 0 for `0`.
        Syntax SECONDS_UNTIL = (name, text, now) -> JsonNodeFactory.instance.numberNode(
                text.matches("0[wdhms]?")
                        ? 0
                        : Duration.between(now, Instant.parse(Durations.until(name, text, now)))
                                .toSeconds());

        Syntax JSON_OBJECT = (name, text, _) -> StrictJson.object(name, text);

        /// A text; an empty text removes the field.
        Syntax TEXT_OR_NULL = (_, text, _) -> text.isEmpty() ? JsonNodeFactory.instance.nullNode() : text(text);

        /// Creates a syntax for numbers.
        ///
        /// @param rule the expected format, for messages
        static Syntax number(String pattern, String rule) {
            return (name, text, _) -> {
                if (!text.matches(pattern)) {
                    throw CommandException.usage(name + " must be " + rule + ", not " + text);
                }
                return JsonNodeFactory.instance.numberNode(new BigDecimal(text));
            };
        }

        /// Parses an argument.
        ///
        /// @param name the option or the label of the parameter, for messages
        /// @throws CommandException if the argument is invalid
        JsonNode read(String name, String text, Instant now);
    }

    public static Input option(String name, String label, String help) {
        return of(List.of(name), label, help, Type.TEXT, false);
    }

    public static Input flag(String name, String help) {
        return of(List.of(name), "", help, Type.FLAG, false)
                .read((_, _, _) -> JsonNodeFactory.instance.booleanNode(true));
    }

    public static Input file(String name, String help) {
        return option(name, "FILE", help).type(Type.FILE);
    }

    public static Input parameter(String label, String help) {
        return of(List.of(), label, help, Type.TEXT, true);
    }

    private static Input of(List<String> names, String label, String help, Type type, boolean isRequired) {
        String name = names.isEmpty()
                ? label.toLowerCase(Locale.ROOT)
                : names.getLast().replaceFirst("^-+", "");
        String field =
                SEPARATOR.matcher(name).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
        return new Input(names, label, help, type, isRequired, List.of(), field, null, (_, text, _) -> text(text));
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }

    public Input type(Type other) {
        return new Input(names, label, help, other, isRequired, choices, field, absent, syntax);
    }

    /// Adds a short name to an option.
    public Input or(String name) {
        return new Input(List.of(name, name()), label, help, type, isRequired, choices, field, absent, syntax);
    }

    public Input required() {
        return new Input(names, label, help, type, true, choices, field, absent, syntax);
    }

    public Input optional() {
        return new Input(names, label, help, type, false, choices, field, absent, syntax);
    }

    public Input field(String name) {
        return new Input(names, label, help, type, isRequired, choices, name, absent, syntax);
    }

    /// Sets the default value.
    public Input orElse(JsonNode value) {
        return new Input(names, label, help, type, isRequired, choices, field, value, syntax);
    }

    public Input read(Syntax other) {
        return new Input(names, label, help, type, isRequired, choices, field, absent, other);
    }

    /// Restricts the value to some words of the API, ignoring case.
    public <T> Input oneOf(T[] values, Function<T, String> word) {
        return oneOf(Arrays.stream(values).map(word).toList());
    }

    public Input oneOf(List<String> words) {
        return new Input(
                names,
                label,
                help,
                type,
                isRequired,
                words,
                field,
                absent,
                (name, text, _) -> words.stream()
                        .filter(text::equalsIgnoreCase)
                        .findFirst()
                        .map(Input::text)
                        .orElseThrow(() -> CommandException.usage(
                                name + " must be one of " + String.join(", ", words) + ", not " + text)));
    }

    /// The longest name of an option, or the label of a parameter.
    public String name() {
        return isParameter() ? label : names.getLast();
    }

    /// Parses the given arguments. If there are none, returns the default, which may be null.
    @Nullable
    JsonNode value(List<String> texts, Instant now) {
        if (texts.isEmpty()) {
            return absent;
        }
        if (type != Type.REPEATED && type != Type.FILES && type != Type.LIST) {
            return syntax.read(name(), texts.getFirst(), now);
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(text -> array.add(syntax.read(name(), type == Type.LIST ? text.strip() : text, now)));
        return array;
    }

    boolean isParameter() {
        return names.isEmpty();
    }

    /// @param index the index of a parameter
    ArgSpec spec(int index) {
        return isParameter() ? parameterSpec(index) : optionSpec();
    }

    private ArgSpec parameterSpec(int index) {
        PositionalParamSpec.Builder builder = PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .paramLabel(label)
                .description(help.split("\n", -1))
                .arity(isRequired ? "1" : "0..1")
                .required(isRequired)
                .type(String.class);
        return (choices.isEmpty() ? builder : builder.completionCandidates(choices)).build();
    }

    private ArgSpec optionSpec() {
        OptionSpec.Builder builder = OptionSpec.builder(names.toArray(String[]::new))
                .paramLabel(label)
                .description(help.split("\n", -1))
                .required(isRequired);
        switch (type) {
            case TEXT, USERS -> builder.type(String.class);
            case FLAG -> builder.type(boolean.class);
            // picocli completes file names for this type.
            case FILE -> builder.type(File.class);
            case FILES -> builder.type(List.class).auxiliaryTypes(File.class);
            case REPEATED -> builder.type(List.class).auxiliaryTypes(String.class);
            case LIST -> builder.type(List.class).auxiliaryTypes(String.class).splitRegex(",");
        }
        return (choices.isEmpty() ? builder : builder.completionCandidates(choices)).build();
    }
}
