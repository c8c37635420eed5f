package dev.muster.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.OutputFormat;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Table;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PrintableTextTest {
    @ParameterizedTest
    @CsvSource({"ann, 3", "Zoë, 3", "Zoe\u0308, 3", "田中, 4", "한글, 4", "🙂, 2", "ｱ, 1", "Ａ, 2", "'', 0"})
    void knowsHowWideATextIs(String text, int columns) {
        assertThat(PrintableText.width(text)).isEqualTo(columns);
    }

    @Test
    void nothingButCharactersReachesTheTerminal() {
        assertThat(PrintableText.line("a\u001b[2Jb\nc\td\u202Ee\u0085f")).isEqualTo("a\uFFFD[2Jb c d⟨U+202E⟩e\uFFFDf");
        assertThat(PrintableText.line("a\u2028b\u2029c\u200Ed\u200Fe\u061Cf"))
                .isEqualTo("a⟨U+2028⟩b⟨U+2029⟩c⟨U+200E⟩d⟨U+200F⟩e⟨U+061C⟩f");
    }

    /// The title of a user's details is the user's name, so it must be made printable.
    @Test
    void titlesAreMadePrintable() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        JsonNode user = JsonMapper.shared().createObjectNode();
        new Details(plain(out), "USER", "Ann\u202e\u2028\u2029\u001b[2J", user).print();
        out.flush();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("USER  Ann⟨U+202E⟩⟨U+2028⟩⟨U+2029⟩\uFFFD[2J\n");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T17:01:02.999Z, 2026-11-21 17:01:02 UTC, 2026-11-21 18:01:02 +01:00",
        "2026-11-21T18:01:02.000+01:00, 2026-11-21 17:01:02 UTC, 2026-11-21 18:01:02 +01:00",
        "2026-10-25T00:30:00.000Z, 2026-10-25 00:30:00 UTC, 2026-10-25 02:30:00 +02:00",
        "2026-10-25T01:30:00.000Z, 2026-10-25 01:30:00 UTC, 2026-10-25 02:30:00 +01:00",
        "never, never, never",
        "'', '', ''"
    })
    void timesNameTheirZone(String wire, String utc, String local) {
        Printer plain = plain(System.out);
        assertThat(plain.time(wire)).isEqualTo(utc);
        assertThat(new Printer(System.out, OutputFormat.TABLE, 0, false, ZoneId.of("Europe/Berlin")).time(wire))
                .isEqualTo(local);
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef, 6, abcdef",
        "abcdef, 5, abcd…",
        "田中さん, 8, 田中さん",
        "田中さん, 7, 田中さ…",
        "田中さん, 6, 田中…",
        "🙂🙂, 3, 🙂…"
    })
    void aTextIsCutByColumns(String text, int columns, String cut) {
        assertThat(PrintableText.cut(text, columns)).isEqualTo(cut);
    }

    @Test
    void columnsAlign() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        Table table = new Table(Column.exact("A", "a"), Column.exact("B", "b"));
        table.row("田中", "x");
        table.row("z", "");
        table.print(plain(out));
        table.row("longer", "y");
        table.print(plain(out));
        out.flush();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                A     B
                田中  x
                z
                longer  y
                """);
    }

    private static Printer plain(PrintStream out) {
        return new Printer(out, OutputFormat.TABLE, 0, false, null);
    }
}
