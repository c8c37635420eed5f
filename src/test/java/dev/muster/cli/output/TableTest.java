package dev.muster.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.text.PrintableText;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static final String ID = "0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11";

    private static Table table() {
        Table table = new Table(List.of(
                Column.exact("ID", "id"),
                Column.status("STATUS", "status"),
                Column.text("NOTE", "note"),
                Column.exact("RANK", "rank").leftOut(1),
                Column.time("CREATED", "createdAt").leftOut(2)));
        table.row(
                ID, "blocked", "a note that is longer than any terminal is wide", "SUPER", "2026-11-21T17:01:02.123Z");
        table.row(ID, "active", "", "REGULAR", "2026-11-21T17:01:02.123Z");
        return table;
    }

    private static List<String> printed(Table table, int columns, OutputFormat format, boolean colours, ZoneId zone) {
        return new Printer(System.out, format, columns, colours, zone)
                .text(table::print)
                .lines()
                .toList();
    }

    @Test
    void withoutATerminalNothingIsCut() {
        assertThat(printed(table(), 0, OutputFormat.TABLE, false, null))
                .containsExactly(
                        "ID                                    STATUS   NOTE                                            "
                                + " RANK     CREATED (UTC)",
                        ID + "  blocked  a note that is longer than any terminal is wide  SUPER    2026-11-21 17:01:02",
                        ID
                                + "  active                                                    REGULAR  2026-11-21 17:01:02");
    }

    @Test
    void onATerminalTextIsCutFirst() {
        List<String> lines = printed(table(), 100, OutputFormat.TABLE, false, null);
        assertThat(lines)
                .allSatisfy(line -> assertThat(PrintableText.width(line)).isLessThanOrEqualTo(100));
        assertThat(lines.get(1)).isEqualTo(ID + "  blocked  a note that is longer…   SUPER    2026-11-21 17:01:02");
    }

    @Test
    void thenTheLeastImportantColumnsAreLeftOut() {
        Table table = table();
        List<String> lines = printed(table, 80, OutputFormat.TABLE, false, null);
        assertThat(lines)
                .allSatisfy(line -> assertThat(PrintableText.width(line)).isLessThanOrEqualTo(80));
        assertThat(lines.get(1)).isEqualTo(ID + "  blocked  a note that is longer t…  SUPER");
        assertThat(table.leftOut()).isEqualTo("CREATED");
    }

    @Test
    void anIdentifierIsNeverCut() {
        Table table = table();
        List<String> lines = printed(table, 20, OutputFormat.TABLE, false, null);
        assertThat(lines.get(1)).isEqualTo(ID + "  blocked  a note that…");
        assertThat(table.leftOut()).isEqualTo("RANK, CREATED");
    }

    @Test
    void coloursAreForStatusesAndTitles() {
        List<String> lines = printed(table(), 0, OutputFormat.TABLE, true, null);
        assertThat(lines.getFirst()).startsWith("\u001b[1mID\u001b[0m    ");
        assertThat(lines.get(1)).contains("  \u001b[31mblocked\u001b[0m  a note");
        List<String> bare = Stream.concat(lines.stream(), Stream.empty())
                .map(line -> line.replaceAll("\u001b\\[[0-9]+m", ""))
                .toList();
        assertThat(bare).isEqualTo(printed(table(), 0, OutputFormat.TABLE, false, null));
    }

    @Test
    void csvHasTheNamesOfTheApiAndExactTimes() {
        assertThat(printed(table(), 20, OutputFormat.CSV, true, ZoneId.of("Europe/Berlin")))
                .containsExactly(
                        "id,status,note,rank,createdAt",
                        ID + ",blocked,a note that is longer than any terminal is wide,SUPER,2026-11-21T17:01:02.123Z",
                        ID + ",active,,REGULAR,2026-11-21T17:01:02.123Z");
    }

    @Test
    void localTimesHaveTheirOffset() {
        assertThat(printed(table(), 0, OutputFormat.TABLE, false, ZoneId.of("Europe/Berlin"))
                        .getFirst())
                .endsWith("CREATED");
        assertThat(printed(table(), 0, OutputFormat.TABLE, false, ZoneId.of("Europe/Berlin"))
                        .get(1))
                .endsWith("2026-11-21 18:01:02 +01:00");
    }
}
