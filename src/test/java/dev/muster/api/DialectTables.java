package dev.muster.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The generated tables of one page in `docs/dialects`.
public interface DialectTables {
    /// The name of the page, without `.md`.
    String page();

    /// The rows of each table, by the name in the comment before the table.
    Map<String, Stream<String>> tables();

    /// Returns a row of a table. Refusals and faults are shown by the name of their type.
    static String row(Object first, Object... others) {
        String shown =
                first instanceof String text ? text : "`" + first.getClass().getSimpleName() + "`";
        return Stream.concat(Stream.of(shown), Arrays.stream(others).map(String::valueOf))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    static String seconds(@Nullable Duration wait) {
        return wait == null ? "" : wait.toSeconds() + " s";
    }
}
