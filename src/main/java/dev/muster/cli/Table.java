package dev.muster.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows in aligned columns. Rows that come after [#print] keep the widths that were found, where they fit.
final class Table {
    private final String[] titles;
    private final int[] widths;
    private final List<String[]> rows = new ArrayList<>();
    private boolean titled;

    Table(String... titles) {
        // A title too may be what a stranger wrote: the name of who is shown.
        this.titles = Arrays.stream(titles).map(Text::line).toArray(String[]::new);
        widths = new int[titles.length];
        measure(this.titles);
    }

    /// One cell a column; null is an empty one.
    void row(@Nullable String... cells) {
        String[] shown = new String[titles.length];
        for (int i = 0; i < shown.length; i++) {
            String cell = i < cells.length ? cells[i] : null;
            shown[i] = cell == null ? "" : Text.line(cell);
        }
        measure(shown);
        rows.add(shown);
    }

    private void measure(String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], Text.width(cells[i]));
        }
    }

    /// The rows since the last call as [#print(PrintStream)] prints them.
    String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// Prints the rows since the last call, the first time under the titles.
    void print(PrintStream out) {
        if (!titled) {
            print(out, titles);
            titled = true;
        }
        for (String[] row : rows) {
            print(out, row);
        }
        rows.clear();
    }

    private void print(PrintStream out, String[] cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            line.append(cells[i]);
            line.repeat(' ', widths[i] - Text.width(cells[i]) + 2);
        }
        out.println(line.toString().stripTrailing());
    }
}
