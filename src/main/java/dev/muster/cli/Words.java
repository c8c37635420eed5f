package dev.muster.cli;

import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Values that are words of a closed set.
final class Words {
    private Words() {}

    /// The word as the wire has it, whatever its letter case here; null for null.
    static <T> @Nullable String of(String option, @Nullable String given, T[] all, Function<T, String> word) {
        if (given == null) {
            return null;
        }
        return Arrays.stream(all)
                .map(word)
                .filter(given::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> CommandException.usage(option + " must be one of "
                        + String.join(", ", Arrays.stream(all).map(word).toList()) + ", not " + given));
    }

    /// A JSON array of texts in one cell.
    static String list(JsonNode array) {
        StringJoiner list = new StringJoiner(",");
        array.forEach(element -> list.add(element.asString(element.toString())));
        return list.toString();
    }

    /// Who did something: by name where the server says it, else by id, such as `apiKey billing` or `root`.
    static String actor(JsonNode actor) {
        String kind = Reply.text(actor, "kind");
        String name = Reply.text(actor, "name");
        return name.equals(kind) ? kind : (kind + " " + (name.isEmpty() ? Reply.text(actor, "id") : name)).strip();
    }
}
