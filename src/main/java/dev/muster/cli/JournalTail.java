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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Implements `muster journal tail`, which prints journal entries as they are written, each exactly once, until the
/// user interrupts it.
///
/// It polls for entries after the number of the last one, so the server keeps no state for it and may be restarted.
final class JournalTail extends Tail {
    private static final int PAGE_ITEMS = 1_000;

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

    private JournalTail(Invocation in) {
        super(in, "muster journal tail", table());
    }

    private static Table table() {
        Table table = new Table(JournalCommands.COLUMNS);
        // Widths are reserved, since rows are printed one by one.
        table.reserve(0, 6);
        table.reserve(2, "user.hold.released".length());
        return table;
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
                .runs(in -> {
                    if (in.has(AFTER) && in.has(SINCE)) {
                        throw CommandException.usage("--after and --since exclude each other");
                    }
                    return new JournalTail(in).run();
                });
    }

    @Override
    void follow(ApiClient client) {
        JsonNode after = in.value(AFTER);
        seen = after != null ? after.asLong() : begin(client, in.has(SINCE) ? in.word(SINCE) : null);
        while (true) {
            JsonNode answer = fetch(
                    client,
                    ApiRequest.get("journal")
                            .query("after", Long.toString(seen))
                            .query("limit", Integer.toString(PAGE_ITEMS)));
            JsonNode items = answer.path("items");
            checkEnd(answer.path("page").path("total").asLong());
            printNew(items);
            if (shell.out().checkError()) {
                return;
            }
            if (items.size() < PAGE_ITEMS) {
                pause(PAUSE);
            }
        }
    }

    private boolean isWanted(JsonNode entry) {
        String action = JsonText.of(entry, "action");
        String wanted = in.word(ACTION);
        return (wanted.isEmpty() || action.equals(wanted) || action.startsWith(wanted + "."))
                && (!in.has(ACTOR) || JsonText.of(entry.path("actor"), "id").equalsIgnoreCase(in.word(ACTOR)));
    }

    private long begin(ApiClient client, @Nullable String since) {
        // The head is read first, so that entries written in the meantime are not missed.
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

    private void checkEnd(long total) {
        if (total < seen) {
            throw new CommandException(
                    Exit.REFUSED,
                    "the journal ends with entry " + total + ", and entry " + seen
                            + " was there before: the server was restored from a backup, or is another one");
        }
    }

    private void printNew(JsonNode items) {
        for (JsonNode entry : items) {
            long seq = entry.path("seq").asLong();
            if (seq <= seen) {
                continue;
            }
            if (isWanted(entry)) {
                print(entry);
            }
            seen = seq;
        }
        printRows();
    }

    /// Sends a request, and retries while the server is unreachable or overloaded.
    private JsonNode fetch(ApiClient client, ApiRequest request) {
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
                checkStop();
                if (e.exit() != Exit.UNREACHABLE || !hasAnswered()) {
                    throw e;
                }
                problem = String.valueOf(e.getMessage());
            }
            awaitRetry(problem);
        }
    }
}
