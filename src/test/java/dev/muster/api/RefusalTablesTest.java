package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Golden;
import dev.muster.api.allthenticate.AllthenticateTables;
import dev.muster.api.epixel.EpixelTables;
import dev.muster.api.rest.RestTables;
import dev.muster.api.signet.SignetTables;
import dev.muster.api.smileid.SmileTables;
import dev.muster.http.Fault;
import dev.muster.model.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks that the tables in `docs/dialects` show how each dialect responds to each refusal and fault. The prose around
/// the tables is written by hand.
final class RefusalTablesTest {
    /// Matches a table and the comment before it. The groups are the name, the header and the rows.
    private static final Pattern TABLE =
            Pattern.compile("<!-- generated: ([a-z ]+) -->\\n(\\|[^\\n]+\\n\\|[-|]+\\n)((?:\\|[^\\n]*\\n)*)");

    static List<DialectTables> dialects() {
        return List.of(
                new RestTables(), new SignetTables(), new SmileTables(), new AllthenticateTables(), new EpixelTables());
    }

    @Test
    void thereIsASampleOfEachRefusalAndOfEachFault() {
        assertThat(RefusalSamples.REFUSALS.stream()
                        .<Class<?>>map(Object::getClass)
                        .collect(Collectors.toSet()))
                .isEqualTo(records(Refusal.class).collect(Collectors.toSet()));
        assertThat(RefusalSamples.FAULTS.stream()
                        .<Class<?>>map(Object::getClass)
                        .collect(Collectors.toSet()))
                .isEqualTo(records(Fault.class).collect(Collectors.toSet()));
    }

    /// Returns the records that implement a sealed type, directly or indirectly.
    private static Stream<Class<?>> records(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(RefusalTablesTest::records)
                : Stream.of(type);
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void aPageShowsWhatItsDialectSays(DialectTables dialect) throws IOException {
        Path file = Path.of("docs/dialects", dialect.page() + ".md");
        Map<String, Stream<String>> tables = dialect.tables();
        Set<String> shown = new HashSet<>();
        Golden.check(file, TABLE.matcher(Files.readString(file)).replaceAll(found -> {
            shown.add(found.group(1));
            String rows = tables.get(found.group(1)).collect(Collectors.joining("\n", "", "\n"));
            return Matcher.quoteReplacement("<!-- generated: " + found.group(1) + " -->\n" + found.group(2) + rows);
        }));
        assertThat(shown).isEqualTo(tables.keySet());
    }
}
