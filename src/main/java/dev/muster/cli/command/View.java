package dev.muster.cli.command;

import dev.muster.cli.output.Column;
import dev.muster.cli.output.Printer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The format of a response for people.
///
/// @param columns the columns of the table for many users, after the ref and the outcome
/// @param alone the printer for a single response
public record View(List<Column> columns, Printing alone) {
    /// A function that prints a response.
    public interface Printing {
        /// Prints a single response.
        ///
        /// @param ref the user that the response is about, as typed; null if it is not about a user
        void print(Invocation in, @Nullable String ref, JsonNode answer);
    }

    public static View of(BiConsumer<Printer, JsonNode> printing) {
        return of(List.of(), printing);
    }

    public static View of(List<Column> columns, BiConsumer<Printer, JsonNode> printing) {
        return new View(columns, (in, _, answer) -> printing.accept(in.printer(), answer));
    }

    /// Creates a view that prints a sentence.
    ///
    /// @param template the sentence, with placeholders as in [Invocation#say]
    public static View says(String template) {
        return says(List.of(), template);
    }

    /// A view that prints a sentence, whose template depends on the response.
    public static View says(Function<JsonNode, String> template) {
        return new View(List.of(), (in, ref, answer) -> in.say(template.apply(answer), ref, answer));
    }

    public static View says(List<Column> columns, String template) {
        return new View(columns, (in, ref, answer) -> in.say(template, ref, answer));
    }
}
