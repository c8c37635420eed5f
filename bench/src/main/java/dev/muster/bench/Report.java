package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes the results as a page for readers. The hand-written text between the two markers is kept.
final class Report {
    private static final String NOTES = "<!-- notes: bench/run keeps the text from here to the next mark -->";
    private static final String END_OF_NOTES = "<!-- end of notes -->";

    private final Findings findings;
    private final StringBuilder page = new StringBuilder();

    private Report(Findings findings) {
        this.findings = findings;
    }

    static void write(Findings findings, Path file) {
        try {
            String notes = Files.exists(file) ? notes(Files.readString(file)) : "";
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, new Report(findings).page(notes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the text between the markers of a page; empty if the page has no markers.
    static String notes(String page) {
        int start = page.indexOf(NOTES);
        int end = page.indexOf(END_OF_NOTES);
        return start < 0 || end < start
                ? ""
                : page.substring(start + NOTES.length(), end).strip();
    }

    /// Formats a sample as one line of progress output.
    static String line(Sample sample) {
        List<String> parts = new ArrayList<>();
        add(parts, sample.perSecond(), "/s");
        add(parts, sample.p75Millis(), "ms p75");
        add(parts, sample.p99Millis(), "ms p99");
        add(parts, sample.serverMicros(), "us server");
        add(parts, sample.databaseMicros(), "us database");
        add(parts, sample.batch(), "a transaction");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, double figure, String unit) {
        if (!Double.isNaN(figure)) {
            parts.add(Spread.digits(figure) + " " + unit);
        }
    }

    private String page(String notes) {
        page.append(
                "# Benchmarks\n\nWritten by `bench/run`; [bench/README.md](../bench/README.md) describes how each row"
                        + " is measured and why. Figures are medians, with minimum and maximum in brackets. Load"
                        + " generator, server and database share the machine's cores.\n\n");
        if (!findings.judge()) {
            page.append(
                    "**Other sizes than the rows name: see the options. Nothing is compared with its target.**\n\n");
        }
        if (findings.failures() > 0) {
            page.append("**").append(findings.failures()).append(" measurements failed; their rows say why.**\n\n");
        }
        page.append("| | |\n|---|---|\n");
        findings.facts().forEach((name, value) -> row(name, value));
        page.append("\n").append(NOTES).append("\n\n");
        page.append(notes.isEmpty() ? "" : notes + "\n\n").append(END_OF_NOTES).append("\n\n");
        targets();
        details("SQLite", findings.sqlite());
        details("PostgreSQL", findings.postgres());
        details("Keycloak", findings.keycloak());
        scores();
        page.append(
                "## How long it took\n\nStolen is the share of processor time that went to other machines of the same host,"
                        + " as reported to a virtual machine.\n\n| part | seconds | stolen |\n|---|--:|--:|\n");
        findings.parts().forEach(this::part);
        part("all of it", findings.whole());
        return page.toString();
    }

    private void part(String name, Parts.Took took) {
        row(name, Spread.digits(took.seconds()), took.stolenPercent());
    }

    private void row(String... cells) {
        page.append("| ")
                .append(Stream.of(cells)
                        .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
                        .collect(Collectors.joining(" | ")))
                .append(" |\n");
    }

    // Targets

    private void targets() {
        page.append("## Targets\n\n");
        row(
                "row",
                "required",
                "SQLite",
                "PostgreSQL",
                "Keycloak",
                "SQLite: ratio, met or missed",
                "PostgreSQL: the same");
        page.append("|---|---|---|---|---|---|---|\n");
        for (Row row : findings.rows()) {
            row(
                    "`" + row.id() + "` " + row.title(),
                    required(row),
                    figures(row, findings.sqlite(), row.samples()),
                    figures(row, findings.postgres(), row.samples()),
                    figures(row, findings.keycloak(), row.peer()),
                    verdict(row, findings.sqlite(), false),
                    verdict(row, findings.postgres(), true));
        }
        page.append('\n');
    }

    private static String required(Row row) {
        String sqlite = words(row.onSqlite());
        String postgres = words(row.onPostgres());
        if (sqlite.equals(postgres)) {
            return sqlite;
        }
        return "SQLite: " + sqlite + "; PostgreSQL: " + postgres;
    }

    private static String words(List<Check> checks) {
        return checks.isEmpty() ? "–" : checks.stream().map(Check::required).collect(Collectors.joining(", "));
    }

    private static String figures(Row row, @Nullable Samples samples, List<String> names) {
        if (samples == null || names.isEmpty()) {
            return "";
        }
        List<String> texts = new ArrayList<>();
        for (String name : names) {
            String failure = samples.failure(name);
            Spread spread = row.figures(samples, name);
            String label = names.size() > 1 ? name + ": " : "";
            if (failure != null) {
                texts.add(label + "**FAILED**: " + failure);
            } else if (spread.isThere()) {
                texts.add(label + spread + row.unitText());
            }
        }
        return String.join("; ", texts);
    }

    private String verdict(Row row, @Nullable Samples samples, boolean postgres) {
        if (samples == null || row.checks(postgres).isEmpty()) {
            return "";
        }
        boolean failed = Stream.concat(row.samples().stream(), row.beside().stream())
                .anyMatch(name -> samples.failure(name) != null);
        if (failed) {
            return "**failed**";
        }
        Found found = new Found(samples, findings.peer());
        return row.checks(postgres).stream()
                .map(check -> check.verdict(found, findings.judge()))
                .collect(Collectors.joining("; "));
    }

    // All measurements

    private void details(String title, @Nullable Samples samples) {
        if (samples == null) {
            return;
        }
        page.append("## ").append(title).append("\n\n");
        row(
                "measurement",
                "a second",
                "p50 ms",
                "p99 ms",
                "most ms",
                "server, µs of CPU each",
                "database, µs of CPU each",
                "requests a transaction");
        page.append("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        for (String name : samples.names()) {
            String failure = samples.failure(name);
            if (failure != null) {
                row(name, "**FAILED**: " + failure, "", "", "", "", "", "");
            } else {
                row(
                        name,
                        samples.rate(name).toString(),
                        samples.p50(name).toString(),
                        samples.p99(name).toString(),
                        samples.spread(name, Sample::maxMillis).toString(),
                        samples.spread(name, Sample::serverMicros).toString(),
                        samples.spread(name, Sample::databaseMicros).toString(),
                        samples.spread(name, Sample::batch).toString());
            }
        }
        page.append('\n');
    }

    private void scores() {
        if (findings.scores().isEmpty()) {
            return;
        }
        page.append("## Small pieces\n\nBy JMH, one thread.\n\n| piece | score |\n|---|--:|\n");
        for (Map.Entry<String, String> score : findings.scores().entrySet()) {
            row(score.getKey(), score.getValue());
        }
        page.append('\n');
    }

    /// Returns a summary of a run in a few lines.
    static String summary(Findings findings, Path file) {
        List<String> missed = new ArrayList<>();
        for (Row row : findings.rows()) {
            missed(row, findings.sqlite(), false, findings, missed);
            missed(row, findings.postgres(), true, findings, missed);
        }
        String targets = !findings.judge()
                ? ""
                : missed.isEmpty() ? "every target met; " : "missed: " + String.join(", ", missed) + "; ";
        return String.format(
                Locale.ROOT,
                "%s%d measurements failed; %.0f s; %s",
                targets,
                findings.failures(),
                findings.whole().seconds(),
                file);
    }

    private static void missed(
            Row row, @Nullable Samples samples, boolean postgres, Findings findings, List<String> missed) {
        if (samples == null) {
            return;
        }
        Found found = new Found(samples, findings.peer());
        for (Check check : row.checks(postgres)) {
            if (check.isMissed(found)) {
                missed.add(row.id() + (postgres ? " on PostgreSQL" : " on SQLite"));
            }
        }
    }
}
