package dev.muster.cli.output;

import dev.muster.text.Csv;
import dev.muster.text.PrintableText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Prints rows in aligned columns, or as CSV. On a narrow terminal, text columns are truncated and the least
/// important columns are omitted; identifiers are never truncated. After the first [#print], further rows use
/// the same columns, which may only become wider.
public final class Table {
    /// The minimum width of a truncated text column.
    private static final int MIN_TEXT = 12;

    private static final int GAP = 2;

    private final List<Column> columns;
    private final List<String[]> rows = new ArrayList<>();
    private final int[] widest;
    private int[] widths;
    private boolean[] leftOut;
    private boolean titled;

    public Table(Column... columns) {
        this(List.of(columns));
    }

    public Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
        widest = new int[columns.size()];
        widths = new int[columns.size()];
        leftOut = new boolean[columns.size()];
    }

    /// Sets the minimum width of a column, for tables whose rows are printed one by one.
    public void reserve(int column, int width) {
        widest[column] = Math.max(widest[column], width);
    }

    /// Adds a row of cells. Times are given in the API's format, and everything else as it is shown. Missing cells
    /// at the end are empty.
    public void row(String... cells) {
        String[] row = Arrays.copyOf(cells, columns.size());
        Arrays.fill(row, cells.length, row.length, "");
        rows.add(row);
    }

    /// Adds a row for a JSON object.
    ///
    /// @param first the cells that precede those of the object
    public void row(JsonNode object, String... first) {
        String[] row = Arrays.copyOf(first, columns.size());
        for (int i = first.length; i < row.length; i++) {
            row[i] = columns.get(i).cell().apply(object);
        }
        rows.add(row);
    }

    /// Whether there are rows that have not been printed yet.
    public boolean hasRows() {
        return !rows.isEmpty();
    }

    /// Prints the rows added since the last call; the first call also prints the titles.
    public void print(Printer printer) {
        if (printer.format() == OutputFormat.CSV) {
            printCsv(printer);
        } else {
            printAligned(printer);
        }
        titled = true;
        rows.clear();
    }

    private void printCsv(Printer printer) {
        if (!titled) {
            printer.println(Csv.line(columns.stream().map(Column::field).toList()));
        }
        rows.forEach(row -> printer.println(Csv.line(Arrays.asList(row))));
    }

    private void printAligned(Printer printer) {
        List<String[]> shown = new ArrayList<>();
        String[] titles = columns.stream()
                .map(column -> column.kind() == Column.Kind.TIME ? printer.timeTitle(column.title()) : column.title())
                .toArray(String[]::new);
        measure(titles);
        for (String[] row : rows) {
            String[] cells = new String[row.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = columns.get(i).kind() == Column.Kind.TIME
                        ? printer.timeCell(row[i])
                        : PrintableText.line(row[i]);
            }
            measure(cells);
            shown.add(cells);
        }
        fit(printer.columns(), titles);
        if (!titled) {
            print(printer, titles, true);
        }
        shown.forEach(cells -> print(printer, cells, false));
    }

    private void measure(String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            widest[i] = Math.max(widest[i], PrintableText.width(cells[i]));
        }
    }

    /// Chooses the columns and their widths. An omitted column stays omitted.
    private void fit(int available, String[] titles) {
        widths = widest.clone();
        if (available == 0) {
            return;
        }
        int[] min = IntStream.range(0, widest.length)
                .map(i -> columns.get(i).kind() == Column.Kind.TEXT
                        ? Math.min(widest[i], Math.max(MIN_TEXT, PrintableText.width(titles[i])))
                        : widest[i])
                .toArray();
        while (!titled && total(min) > available) {
            Optional<Integer> next = leastImportant();
            if (next.isEmpty()) {
                break;
            }
            leftOut[next.get()] = true;
        }
        while (total(widths) > available) {
            int cut = widestText(min);
            if (cut < 0) {
                return;
            }
            widths[cut]--;
        }
    }

    private int total(int[] each) {
        int total = -GAP;
        for (int i = 0; i < each.length; i++) {
            total += leftOut[i] ? 0 : each[i] + GAP;
        }
        return total;
    }

    private Optional<Integer> leastImportant() {
        return IntStream.range(0, leftOut.length)
                .boxed()
                .filter(i -> !leftOut[i] && columns.get(i).importance() > 0)
                .max(Comparator.comparingInt(i -> columns.get(i).importance()));
    }

    /// The widest column that can be truncated further; -1 if there is none.
    private int widestText(int[] min) {
        int found = -1;
        for (int i = 0; i < widths.length; i++) {
            if (!leftOut[i] && widths[i] > min[i] && (found < 0 || widths[i] > widths[found])) {
                found = i;
            }
        }
        return found;
    }

    private void print(Printer printer, String[] cells, boolean isTitle) {
        StringBuilder line = new StringBuilder();
        int written = 0;
        int wanted = 0;
        for (int i = 0; i < cells.length; i++) {
            if (leftOut[i]) {
                continue;
            }
            String cell = columns.get(i).kind() == Column.Kind.TEXT ? PrintableText.cut(cells[i], widths[i]) : cells[i];
            if (!cell.isEmpty()) {
                line.repeat(' ', wanted - written);
                line.append(painted(printer, columns.get(i), cell, isTitle));
                written = wanted + PrintableText.width(cell);
            }
            // A cell may be wider than its column, since identifiers on later pages are not truncated.
            wanted = Math.max(wanted + widths[i] + GAP, written + GAP);
        }
        printer.println(line.toString());
    }

    private static String painted(Printer printer, Column column, String cell, boolean isTitle) {
        if (isTitle) {
            return printer.paint(Printer.Colour.BOLD, cell);
        }
        return column.kind() == Column.Kind.STATUS ? printer.paint(Printer.colourOf(cell), cell) : cell;
    }

    /// The titles of omitted columns, separated by commas; empty if there are none.
    public String leftOut() {
        StringJoiner titles = new StringJoiner(", ");
        for (int i = 0; i < leftOut.length; i++) {
            if (leftOut[i]) {
                titles.add(columns.get(i).title());
            }
        }
        return titles.toString();
    }
}
