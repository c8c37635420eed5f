package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.post;

import dev.muster.cli.command.Input;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Table;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines the commands of `muster job` for callbacks.
final class JobCallbackCommands {
    private static final List<Column> RESULTS = List.of(
            Column.status("OUTCOME", "outcome"), Column.exact("STATE", "state"), Column.time("NEXT", "nextAttemptAt"));

    private static final List<Column> ATTEMPTS = List.of(
            Column.time("ATTEMPT", "at"),
            Column.exact("STATUS", "status"),
            Column.exact("MILLIS", "millis"),
            Column.text("ERROR", "error"),
            Column.text("REPLY", "reply"));

    private static final View CALLBACK = View.of(JobCallbackCommands::print);

    private JobCallbackCommands() {}

    static CommandSpec show(Input job) {
        return get("callback", "jobs/{JOB_ID}/callback", job)
                .help("Show whether the partner was told a job's results at its callback address.")
                .examples("muster job callback job-1042")
                .shows(CALLBACK);
    }

    static CommandSpec repeat(Input job) {
        return post("repeat-callback", "jobs/{JOB_ID}/callback", job)
                .help("Tell the partner a job's latest result again, now.")
                .examples("muster job repeat-callback job-1042")
                .withoutDryRun()
                .shows(CALLBACK);
    }

    private static void print(Printer printer, JsonNode told) {
        new Details(printer, "JOB", JsonText.of(told, "jobId"), told)
                .row("callback", JsonText.of(told, "callbackUrl"))
                .print();
        for (JsonNode result : told.path("results")) {
            printer.println("");
            print(printer, RESULTS, List.of(result));
            print(printer, ATTEMPTS, result.path("attempts").valueStream().toList());
        }
    }

    private static void print(Printer printer, List<Column> columns, List<JsonNode> rows) {
        if (!rows.isEmpty()) {
            Table table = new Table(columns);
            rows.forEach(row -> table.row(row));
            table.print(printer);
        }
    }
}
