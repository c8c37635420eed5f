package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.cli.shell.OutputFile;
import java.io.IOException;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster journal`, which lists, exports and reconciles the journal. [JournalTail] and [VerifyJournalCommand]
/// define the other subcommands.
final class JournalCommands {
    private static final Input OUTPUT = Input.file(
                    "--output",
                    "Write to this file, which only you can read; it is either complete or absent. Default: standard output.")
            .or("-o");

    private static final List<Column> DIFFERENCES = List.of(
            Column.exact("SUBJECT", "subject"),
            Column.exact("FIELD", "field"),
            Column.text("JOURNAL", "journal").from(difference -> orDash(difference, "journal")),
            Column.text("ROW", "row").from(difference -> orDash(difference, "row")));

    /// The columns of a list of entries.
    static final List<Column> COLUMNS = List.of(
            Column.exact("SEQ", "seq"),
            Column.time("AT", "at"),
            Column.exact("ACTION", "action"),
            Column.exact("SUBJECT", "subject").from(JournalCommands::subject).leftOut(1),
            Column.text("BY", "actor").from(entry -> JsonText.actor(entry.path("actor"))),
            Column.text("REASON", "reason").leftOut(2),
            Column.text("CHANGES", "changes").from(entry -> changes(entry.path("changes"))),
            Column.text("NOTE", "note").leftOut(3));

    /// The columns of a list about one subject, without the subject.
    static final List<Column> COLUMNS_OF_ONE_SUBJECT =
            COLUMNS.stream().filter(column -> !column.field().equals("subject")).toList();

    private JournalCommands() {}

    private static String subject(JsonNode entry) {
        JsonNode subject = entry.path("subject");
        return (JsonText.of(subject, "type") + " " + JsonText.of(subject, "id")).strip();
    }

    private static String changes(JsonNode changes) {
        StringJoiner all = new StringJoiner(", ");
        changes.properties()
                .forEach(change -> all.add(change.getKey() + ": "
                        + shown(change.getValue().path(0)) + " -> "
                        + shown(change.getValue().path(1))));
        return all.toString();
    }

    private static String shown(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? "none" : JsonText.of(value);
    }

    static CommandSpec all(LocalTasks.VerifyFile verifyFile) {
        return CommandBuilder.group(
                "journal",
                List.of("The realm's log of every change."),
                get("head", "journal/head")
                        .help("Show the last entry's number and hash: worth noting down elsewhere.")
                        .examples("muster journal head")
                        .says("{seq} {head}"),
                get("list", "journal")
                        .help("List the journal's entries, oldest first. Filters combine.")
                        .examples(
                                "muster journal list --action user.hold.placed --since 2026-11-01T00:00:00Z",
                                "muster journal list --since 7d --all --format csv",
                                "muster journal list --actor 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --all --json")
                        .query(
                                Input.option("--action", "ACTION", "Such as user.hold.placed."),
                                Input.option("--actor", "ID", "Done by that key or operator."),
                                Input.option("--since", "WHEN", "At that instant or later; 2h for two hours ago.")
                                        .read(Syntax.SINCE),
                                Input.option("--until", "WHEN", "Before that instant; 2h for two hours ago.")
                                        .read(Syntax.SINCE))
                        .lists(COLUMNS),
                JournalTail.command(),
                server("export")
                        .help(
                                "Write the whole journal as NDJSON: each entry's bytes and hash as they are chained, and"
                                        + " what they say.",
                                "",
                                "The export can be verified without the server. It holds personal data.")
                        .examples(
                                "muster journal export --output export.ndjson",
                                "muster journal export | gzip > export.ndjson.gz")
                        .with(OUTPUT)
                        .runs(JournalCommands::export),
                server("checkpoints")
                        .help(
                                "Write the signed checkpoints of the journal, one per line, as muster journal verify"
                                        + " --checkpoints reads them.",
                                "",
                                "They are those of all servers on the database: all of the last day, one an hour of the last"
                                        + " month, one a day before. Keep them elsewhere.")
                        .examples("muster journal checkpoints --output checkpoints.txt")
                        .with(OUTPUT)
                        .runs(JournalCommands::checkpoints),
                server("reconcile")
                        .help(
                                "Compare the register's rows with the journal, and list those that differ; exit"
                                        + " code 1 if any does.",
                                "",
                                "This finds changes made directly in the database, bypassing the server: a hold that was deleted, a"
                                        + " key that was inserted, a rank that was raised. Personal values are not shown. Verify the journal first.")
                        .examples("muster journal reconcile", "muster journal reconcile --json")
                        .runs(JournalCommands::reconcile),
                VerifyJournalCommand.command(verifyFile));
    }

    private static int reconcile(Invocation in) {
        ApiReply reply = in.ask(ApiRequest.get("journal", "reconcile").withoutTimeout());
        boolean consistent = reply.json().path("consistent").asBoolean(false);
        in.print(reply, (printer, answer) -> printComparison(printer, answer, consistent));
        return consistent ? 0 : Exit.REFUSED.code();
    }

    private static void printComparison(Printer printer, JsonNode answer, boolean consistent) {
        String compared = JsonText.of(answer, "users") + " users, " + JsonText.of(answer, "keys") + " keys, "
                + JsonText.of(answer, "operators") + " operators";
        if (consistent) {
            printer.println(
                    printer.paint(Printer.Colour.GREEN, "Consistent") + ": " + compared + " match the journal.");
            return;
        }
        Table table = new Table(DIFFERENCES);
        answer.path("differences").forEach(difference -> table.row(difference));
        table.print(printer);
        printer.println(printer.paint(Printer.Colour.RED, "NOT CONSISTENT") + ": of " + compared + ", these differ"
                + (answer.path("truncated").asBoolean(false) ? ", and more." : "."));
    }

    private static String orDash(JsonNode difference, String field) {
        return difference.hasNonNull(field) ? JsonText.of(difference, field) : "-";
    }

    private static int export(Invocation in) throws IOException {
        return download(in, "export", "entries");
    }

    private static int checkpoints(Invocation in) throws IOException {
        return download(in, "checkpoints", "checkpoints");
    }

    /// Writes the lines of a response. An incomplete response is an error.
    ///
    /// @param what what each line is, in the plural
    private static int download(Invocation in, String path, String what) throws IOException {
        Download download = new Download(in, ApiRequest.get("journal", path));
        Supplier<String> brokenOff = () ->
                "the export ended after " + download.lines() + " " + what + ", so it is incomplete and cannot be used";
        if (in.has(OUTPUT)) {
            String output = in.word(OUTPUT);
            OutputFile.of("--output", output).write(out -> download.copy(out, brokenOff));
            in.note(download.lines() + " " + what + " in " + output + ".");
            return 0;
        }
        download.copy(in.shell().out(), brokenOff);
        if (!in.shell().out().checkError()) {
            in.note(download.lines() + " " + what + ".");
        }
        return 0;
    }
}
