package dev.muster.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rows in aligned columns, or as CSV. On a terminal that is too narrow, columns of text are cut and the least
/// important columns are left out; identifiers are shown whole. Rows that come after [#print] keep the columns
/// that were chosen and the widths that were found, where they fit.
final class Table {
    /// A column of text is not cut to less than this.
    private static final int LEAST_TEXT = 12;

    private static final int GAP = 2;

    private final List<Column> columns;
    private final boolean hasFields;
    private final List<String[]> rows = new ArrayList<>();
    private final int[] widest;
    private int[] widths;
    private boolean[] leftOut;
    private boolean titled;

    /// Goes before the cells of every row; null for none.
    private @Nullable String firstCell;

    Table(Column... columns) {
        this(List.of(columns));
    }

    Table(List<Column> columns) {
        this(columns, true);
    }

    private Table(List<Column> columns, boolean hasFields) {
        this.columns = List.copyOf(columns);
        this.hasFields = hasFields;
        widest = new int[columns.size()];
        widths = new int[columns.size()];
        leftOut = new boolean[columns.size()];
    }

    /// Facts about one thing: a name and a value in each row. Nothing is cut. A title may be what a stranger
    /// wrote, such as a user's name.
    static Table facts(String title, String value) {
        return new Table(
                List.of(Column.exact(Text.line(title), "field"), Column.exact(Text.line(value), "value")), false);
    }

    /// The same columns after one more, whose cells are what [#begin] was given last.
    Table withFirst(Column column) {
        List<Column> all = new ArrayList<>(columns);
        all.addFirst(column);
        Table table = new Table(all, hasFields);
        table.firstCell = "";
        return table;
    }

    /// Sets the first cell of the rows that follow.
    void begin(String cell) {
        firstCell = cell;
    }

    /// Makes a column at least that wide, for rows that are printed one by one.
    void reserve(int column, int width) {
        widest[column] = Math.max(widest[column], width);
    }

    /// One cell a column: times as on the wire, everything else as it is shown. Null is an empty cell.
    void row(@Nullable String... cells) {
        List<String> row = new ArrayList<>();
        if (firstCell != null) {
            row.add(firstCell);
        }
        for (String cell : cells) {
            row.add(cell == null ? "" : cell);
        }
        while (row.size() < columns.size()) {
            row.add("");
        }
        rows.add(row.toArray(String[]::new));
    }

    /// Whether there are rows to print.
    boolean hasRows() {
        return !rows.isEmpty();
    }

    /// Prints the rows since the last call, the first time under the titles.
    void print(Display display) {
        if (display.format() == Format.CSV && hasFields) {
            printCsv(display);
        } else {
            printAligned(display);
        }
        titled = true;
        rows.clear();
    }

    private void printCsv(Display display) {
        if (!titled) {
            display.println(Csv.line(columns.stream().map(Column::field).toList()));
        }
        rows.forEach(row -> display.println(Csv.line(Arrays.asList(row))));
    }

    private void printAligned(Display display) {
        List<String[]> shown = new ArrayList<>();
        String[] titles = columns.stream()
                .map(column -> column.kind() == Column.Kind.TIME ? display.timeTitle(column.title()) : column.title())
                .toArray(String[]::new);
        measure(titles);
        for (String[] row : rows) {
            String[] cells = new String[row.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = columns.get(i).kind() == Column.Kind.TIME ? display.timeCell(row[i]) : Text.line(row[i]);
            }
            measure(cells);
            shown.add(cells);
        }
        fit(display.columns(), titles);
        if (!titled) {
            print(display, titles, true);
        }
        shown.forEach(cells -> print(display, cells, false));
    }

    private void measure(String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            widest[i] = Math.max(widest[i], Text.width(cells[i]));
        }
    }

    /// Chooses the columns and their widths. What was left out once stays left out.
    private void fit(int columnsThere, String[] titles) {
        widths = widest.clone();
        if (columnsThere == 0) {
            return;
        }
        int[] least = IntStream.range(0, widest.length)
                .map(i -> columns.get(i).kind() == Column.Kind.TEXT
                        ? Math.min(widest[i], Math.max(LEAST_TEXT, Text.width(titles[i])))
                        : widest[i])
                .toArray();
        while (!titled && total(least) > columnsThere) {
            Optional<Integer> next = leastImportant();
            if (next.isEmpty()) {
                break;
            }
            leftOut[next.get()] = true;
        }
        while (total(widths) > columnsThere) {
            int cut = widestText(least);
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

    /// The widest column that may be cut further; -1 when there is none.
    private int widestText(int[] least) {
        int found = -1;
        for (int i = 0; i < widths.length; i++) {
            if (!leftOut[i] && widths[i] > least[i] && (found < 0 || widths[i] > widths[found])) {
                found = i;
            }
        }
        return found;
    }

    private void print(Display display, String[] cells, boolean isTitle) {
        StringBuilder line = new StringBuilder();
        int written = 0;
        int wanted = 0;
        for (int i = 0; i < cells.length; i++) {
            if (leftOut[i]) {
                continue;
            }
            String cell = columns.get(i).kind() == Column.Kind.TEXT ? Text.cut(cells[i], widths[i]) : cells[i];
            if (!cell.isEmpty()) {
                line.repeat(' ', wanted - written);
                line.append(painted(display, columns.get(i), cell, isTitle));
                written = wanted + Text.width(cell);
            }
            // A cell may be wider than its column: a later page's identifier is not cut.
            wanted = Math.max(wanted + widths[i] + GAP, written + GAP);
        }
        display.println(line.toString());
    }

    private static String painted(Display display, Column column, String cell, boolean isTitle) {
        if (isTitle) {
            return display.paint(Display.Colour.BOLD, cell);
        }
        return column.kind() == Column.Kind.STATUS ? display.paint(Display.colourOf(cell), cell) : cell;
    }

    /// The titles of the columns that did not fit, with commas; empty when all did.
    String leftOut() {
        StringJoiner titles = new StringJoiner(", ");
        for (int i = 0; i < leftOut.length; i++) {
            if (leftOut[i]) {
                titles.add(columns.get(i).title());
            }
        }
        return titles.toString();
    }
}
