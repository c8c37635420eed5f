package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster backup`, which starts a backup on the server and waits until it is done.
final class BackupCommand {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Input NO_WAIT = Input.flag("--no-wait", "Start it, and do not wait.");

    private BackupCommand() {}

    static CommandSpec command() {
        return CommandBuilder.server("backup")
                .help(
                        "Let the running server write a backup of its embedded database into the folder backups of its"
                                + " data.",
                        "",
                        "Reads and writes continue meanwhile. The backup contains neither the root key nor the master keys: keep"
                                + " those apart. Needs the root key.")
                .examples("MUSTER_KEY=$(cat data/root.key) muster backup", "muster backup --no-wait --json")
                .with(NO_WAIT)
                .runs(BackupCommand::run);
    }

    private static int run(Invocation in) {
        try (ApiClient client = in.client()) {
            ApiReply reply = client.send(ApiRequest.post("backups")).granted();
            if (in.has(NO_WAIT)) {
                return in.print(
                        reply,
                        (printer, begun) -> printer.println(
                                "Begun: " + JsonText.of(begun, "id") + ", into " + JsonText.of(begun, "file")));
            }
            String id = JsonText.of(reply.json(), "id");
            while (JsonText.of(reply.json(), "state").equals("running")) {
                pause();
                reply = client.send(ApiRequest.get("backups", id)).granted();
                showProgress(in, reply.json());
            }
            return finish(in, reply);
        }
    }

    private static int finish(Invocation in, ApiReply reply) {
        JsonNode backup = reply.json();
        if (in.shell().terminal() != null) {
            in.shell().err().println();
        }
        if (!JsonText.of(backup, "state").equals("done")) {
            throw new CommandException(Exit.REFUSED, "the backup failed: " + JsonText.of(backup, "problem"));
        }
        return in.print(
                reply,
                (printer, done) -> printer.println("Done: " + JsonText.of(done, "file") + ", "
                        + size(done.path("bytes").asLong(0)) + ", on the server."));
    }

    /// Updates the progress in one line of the terminal. Prints nothing if there is no terminal.
    private static void showProgress(Invocation in, JsonNode backup) {
        long pages = backup.path("pages").asLong(0);
        long left = backup.path("pagesLeft").asLong(0);
        if (in.shell().terminal() != null && pages > 0) {
            in.shell().err().printf(Locale.ROOT, "\r%3d %%", 100 * (pages - left) / pages);
            in.shell().err().flush();
        }
    }

    private static String size(long bytes) {
        return bytes < 10_000_000 ? bytes + " bytes" : bytes / 1_000_000 + " MB";
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(Exit.REFUSED, "interrupted; the backup continues", e);
        }
    }
}
