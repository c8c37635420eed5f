package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.cli.shell.Shell;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// `muster journal tail`: prints journal entries as they are written, each exactly once, until interrupted.
///
/// It polls for entries after the last printed number, so the server keeps no state for it and may be
/// restarted.
final class JournalTail {
    private static final int PAGE_ITEMS = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int PATIENCE_SECONDS = 5;

    /// The conventional exit code after SIGINT.
    private static final int INTERRUPTED = 130;

    private static final Input AFTER = Input.option(
                    "--after", "SEQ", "Begin with the entry that follows the one of that number.")
            .read(Syntax.number("[0-9]{1,18}", "the number of an entry, as SEQ in muster journal list"));
    private static final Input SINCE = Input.option(
                    "--since", "WHEN", "Begin with the first entry of that instant or later; 2h for two hours ago.")
            .read(Syntax.SINCE);
    private static final Input ACTION = Input.option(
            "--action",
            "ACTION",
            "Only that action, such as user.hold.placed, or those that begin so, such as user.hold.");
    private static final Input ACTOR = Input.option("--actor", "ID", "Only what that key or operator did.");

    private final Invocation in;
    private final Shell shell;
    private final Table table = new Table(JournalCommands.COLUMNS);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    /// The number of the last entry that was printed or filtered out.
    private long seen;

    private boolean answered;
    private boolean complained;

    private JournalTail(Invocation in) {
        this.in = in;
        shell = in.shell();
        // Reserved, since rows are printed one by one.
        table.reserve(0, 6);
        table.reserve(2, "user.hold.released".length());
    }

    static CommandSpec command() {
        return CommandBuilder.server("tail")
                .help(
                        "Print entries as they are written, until Ctrl-C, without gaps or duplicates.",
                        "",
                        "It begins with the next entry, unless --since or --after is given, continues after a restart"
                                + " of the server, and finally prints the entry to continue from.")
                .examples(
                        "muster journal tail",
                        "muster journal tail --action user.hold --since 1h",
                        "muster journal tail --after 1042 --json | jq -r .action")
                .with(AFTER, SINCE, ACTION, ACTOR)
                .runs(in -> new JournalTail(in).run());
    }

    private int run() {
        JsonNode after = in.value(AFTER);
        if (after != null && in.has(SINCE)) {
            throw CommandException.usage("--after and --since exclude each other");
        }
        Thread here = Thread.currentThread();
        Thread hook = new Thread(() -> stop(here), "journal tail");
        Runtime.getRuntime().addShutdownHook(hook);
        try (ApiClient client = in.allowCsv().client()) {
            seen = after != null ? after.asLong() : begin(client, in.has(SINCE) ? in.word(SINCE) : null);
            follow(client);
            // If the output cannot be written, Commands sets the exit code.
            return stopping ? INTERRUPTED : 0;
        } catch (Stopped e) {
            in.note("Go on with --after " + seen + ".");
            return INTERRUPTED;
        } finally {
            shell.flush();
            stopped.countDown();
            if (!stopping) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private boolean isWanted(JsonNode entry) {
        String action = JsonText.of(entry, "action");
        String wanted = in.word(ACTION);
        return (wanted.isEmpty() || action.equals(wanted) || action.startsWith(wanted + "."))
                && (!in.has(ACTOR) || JsonText.of(entry.path("actor"), "id").equalsIgnoreCase(in.word(ACTOR)));
    }

    /// Stops between two pages, so that pages are printed completely.
    private void stop(Thread running) {
        stopping = true;
        running.interrupt();
        try {
            var _ = stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Thrown to end the loop on a stop request.
    private static final class Stopped extends RuntimeException {
        private Stopped() {
            super("stopped", null, false, false);
        }
    }

    private long begin(ApiClient client, @Nullable String since) {
        // Read first, so that entries written in the meantime are not missed.
        long head = fetch(client, ApiRequest.get("journal", "head")).path("seq").asLong();
        String cursor = null;
        while (since != null) {
            ApiRequest request = ApiRequest.get("journal")
                    .query("since", since)
                    .query("limit", "1")
                    .query("after", cursor);
            JsonNode answer = fetch(client, request);
            if (!answer.path("items").isEmpty()) {
                return answer.path("items").path(0).path("seq").asLong() - 1;
            }
            String next = JsonText.of(answer.path("page"), "next");
            if (next.isEmpty() || next.equals(cursor)) {
                break;
            }
            cursor = next;
        }
        return head;
    }

    private void follow(ApiClient client) {
        if (in.isCsv()) {
            table.print(in.printer());
        }
        while (true) {
            JsonNode answer = fetch(
                    client,
                    ApiRequest.get("journal")
                            .query("after", Long.toString(seen))
                            .query("limit", Integer.toString(PAGE_ITEMS)));
            JsonNode items = answer.path("items");
            checkEnd(answer.path("page").path("total").asLong());
            print(items);
            if (shell.out().checkError()) {
                return;
            }
            if (items.size() < PAGE_ITEMS) {
                pause(PAUSE);
            }
        }
    }

    private void checkEnd(long total) {
        if (total < seen) {
            throw new CommandException(
                    Exit.REFUSED,
                    "the journal ends with entry " + total + ", and entry " + seen
                            + " was there before: the server was restored from a backup, or is another one");
        }
    }

    private void print(JsonNode items) {
        for (JsonNode entry : items) {
            long seq = entry.path("seq").asLong();
            if (seq <= seen) {
                continue;
            }
            if (isWanted(entry)) {
                if (in.isJson()) {
                    shell.out().println(entry);
                } else {
                    table.row(entry);
                }
            }
            seen = seq;
        }
        if (!in.isJson() && table.hasRows()) {
            table.print(in.printer());
        }
        shell.out().flush();
    }

    /// Sends a request, and retries while the server does not answer or is overloaded.
    private JsonNode fetch(ApiClient client, ApiRequest request) {
        Duration wait = PAUSE;
        while (true) {
            String problem;
            try {
                ApiReply reply = client.send(request);
                if (reply.status() < 500 && reply.status() != 429) {
                    JsonNode answer = reply.granted().json();
                    noteRecovery();
                    return answer;
                }
                problem = reply.refusal();
            } catch (CommandException e) {
                if (stopping || Thread.currentThread().isInterrupted()) {
                    throw new Stopped();
                }
                if (e.exit() != Exit.UNREACHABLE || !answered) {
                    throw e;
                }
                problem = String.valueOf(e.getMessage());
            }
            noteOutage(problem);
            pause(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
        }
    }

    private void noteRecovery() {
        if (complained) {
            in.note("muster journal tail: the server answers again.");
            shell.err().flush();
        }
        answered = true;
        complained = false;
    }

    private void noteOutage(String problem) {
        if (!complained) {
            in.note("muster journal tail: " + problem + "; trying again");
            shell.err().flush();
        }
        complained = true;
    }

    private void pause(Duration time) {
        if (stopping) {
            throw new Stopped();
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new Stopped();
        }
    }
}
