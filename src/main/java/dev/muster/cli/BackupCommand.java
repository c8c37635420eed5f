package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "backup",
        description = {
            "Let the running server write a backup of its embedded database into the folder backups of its data.",
            "",
            "Reads and writes go on meanwhile. The backup holds neither the root key nor the master keys: keep those"
                    + " apart. Needs the root key.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  MUSTER_KEY=$(cat data/root.key) muster backup", "  muster backup --no-wait --json"})
final class BackupCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Mixin
    private final Remote remote;

    @Option(names = "--no-wait", description = "Only begin it.")
    boolean noWait;

    BackupCommand(Remote remote) {
        this.remote = remote;
    }

    @Override
    public Integer call() {
        try (Client client = remote.client()) {
            Reply reply = client.send(Call.post("backups")).granted();
            if (noWait) {
                return remote.print(
                        reply,
                        (display, begun) -> display.println(
                                "Begun: " + Reply.text(begun, "id") + ", into " + Reply.text(begun, "file")));
            }
            String id = Reply.text(reply.json(), "id");
            while (Reply.text(reply.json(), "state").equals("running")) {
                pause();
                reply = client.send(Call.get("backups", id)).granted();
                showProgress(reply.json());
            }
            return finish(reply);
        }
    }

    private int finish(Reply reply) {
        JsonNode backup = reply.json();
        if (remote.shell().terminal() != null) {
            remote.shell().err().println();
        }
        if (!Reply.text(backup, "state").equals("done")) {
            throw new CommandException(Exit.REFUSED, "the backup failed: " + Reply.text(backup, "problem"));
        }
        return remote.print(
                reply,
                (display, done) -> display.println("Done: " + Reply.text(done, "file") + ", "
                        + size(done.path("bytes").asLong(0)) + ", on the server."));
    }

    /// Rewrites one line of a terminal; says nothing to a file.
    private void showProgress(JsonNode backup) {
        long pages = backup.path("pages").asLong(0);
        long left = backup.path("pagesLeft").asLong(0);
        if (remote.shell().terminal() != null && pages > 0) {
            remote.shell().err().printf(Locale.ROOT, "\r%3d %%", 100 * (pages - left) / pages);
            remote.shell().err().flush();
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
            throw new CommandException(Exit.REFUSED, "interrupted; the backup goes on", e);
        }
    }
}
