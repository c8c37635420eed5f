package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.client.ServerSentEvents;
import dev.muster.cli.client.ServerSentEvents.ServerSentEvent;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Implements `muster events tail`, which prints events from the server's stream until the user interrupts it. If the
/// connection breaks, it resumes after the last event that was printed.
final class EventsTail extends Tail {
    private static final Input AFTER = Input.option(
                    "--after",
                    "SEQ",
                    "Begin with the events that follow the journal entry of that number; 0 for the first.")
            .read(Syntax.number("[0-9]{1,18}", "the number of an entry, as SEQ in muster journal list"));
    private static final Input TYPE = Input.option(
                    "--type",
                    "TYPE",
                    "Only these types, such as user.standing.changed; user.hold.* for all that begin so.")
            .type(Input.Type.LIST);
    private static final Input FULL =
            Input.flag("--full", "Also show reasons, notes, identifiers and changes, with --json; needs journal:read.");

    private static final JsonMapper JSON = new JsonMapper();

    private EventsTail(Invocation in) {
        super(in, "muster events tail", table());
    }

    private static Table table() {
        Table table = new Table(EventCommands.COLUMNS);
        // Widths are reserved, since rows are printed one by one.
        table.reserve(0, 6);
        table.reserve(2, "user.standing.changed".length());
        table.reserve(4, "active -> suspended".length());
        return table;
    }

    static CommandSpec command() {
        return CommandBuilder.server("tail")
                .help(
                        "Print events as they happen, until Ctrl-C.",
                        "",
                        "It begins with the next event, unless --after is given, resumes without gaps after a broken"
                                + " connection or a restart of the server, and finally prints where to continue.")
                .examples(
                        "muster events tail",
                        "muster events tail --type user.standing.changed",
                        "muster events tail --after 0 --type 'user.hold.*' --json | jq -r .data.subject.id")
                .with(AFTER, TYPE, FULL)
                .runs(in -> new EventsTail(in).run());
    }

    @Override
    void follow(ApiClient client) {
        if (in.has(AFTER)) {
            seen = Long.parseLong(in.word(AFTER));
        }
        while (!shell.out().checkError()) {
            String problem;
            try {
                problem = listen(client);
            } catch (CommandException e) {
                checkStop();
                if (e.exit() != Exit.UNREACHABLE || !hasAnswered()) {
                    throw e;
                }
                problem = String.valueOf(e.getMessage());
            }
            checkStop();
            if (problem == null) {
                pause(PAUSE);
            } else {
                awaitRetry(problem);
            }
        }
    }

    /// Prints the events of one connection.
    ///
    /// @return the reason why the stream could not be opened; null if the stream has ended
    private @Nullable String listen(ApiClient client) {
        ApiRequest request = ApiRequest.get("events", "stream")
                .query("after", seen < 0 ? "head" : Long.toString(seen))
                .query("type", types())
                .query("payload", in.has(FULL) ? "full" : null)
                .withoutTimeout();
        ApiClient.StreamedReply reply = client.stream(request);
        try (InputStream body = reply.body()) {
            if (reply.status() != 200) {
                ApiReply refused =
                        new ApiReply(reply.status(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
                if (reply.status() < 500 && reply.status() != 429) {
                    refused.granted();
                }
                return refused.refusal();
            }
            noteRecovery();
            ServerSentEvents events = new ServerSentEvents(body);
            ServerSentEvent sent = events.next();
            while (sent != null && !shell.out().checkError()) {
                print(sent);
                sent = events.next();
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable String types() {
        JsonNode types = in.value(TYPE);
        return types == null ? null : JsonText.list(types);
    }

    private void print(ServerSentEvent sent) {
        // The event `stream.started` also has data, but only for clients that need a first event to know their
        // position.
        if (!sent.data().isEmpty() && !sent.type().equals("stream.started")) {
            try {
                print(JSON.readTree(sent.data()));
            } catch (JacksonException e) {
                throw new CommandException(Exit.REFUSED, "the server sent an event that is not JSON", e);
            }
            printRows();
        }
        if (sent.id() != null) {
            seen = Long.parseLong(sent.id());
        }
    }
}
