package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// The options of every command that asks a server, and the asking.
final class Remote {
    private static final String DEFAULT_URL = "http://127.0.0.1:8080";

    private final Shell shell;

    @Option(
            names = "--url",
            paramLabel = "URL",
            order = 100,
            description = "The server; else MUSTER_URL, else " + DEFAULT_URL + ".")
    @Nullable
    String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            order = 101,
            description = "An API key or the root key; better MUSTER_KEY, since arguments are visible to others.")
    @Nullable
    String key;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            order = 101,
            description = "PEM certificates of your own authority, trusted instead of Java's; else MUSTER_CA_FILE.")
    @Nullable
    String caFile;

    @Option(names = "--json", order = 102, description = "Print the server's JSON as it is, not a table.")
    boolean json;

    Remote(Shell shell) {
        this.shell = shell;
    }

    Shell shell() {
        return shell;
    }

    /// Opens the way to the server. Nothing is sent yet.
    Client client() {
        return client(key());
    }

    /// The same with another key.
    Client client(String bearer) {
        String authority = caFile == null ? shell.environment().getOrDefault("MUSTER_CA_FILE", "") : caFile;
        return new Client(
                server(),
                bearer,
                authority.isEmpty()
                        ? null
                        : Authority.trusting(caFile == null ? "MUSTER_CA_FILE" : "--ca-file", authority));
    }

    private String key() {
        String file = shell.environment().getOrDefault("MUSTER_KEY_FILE", "");
        if (key != null || file.isEmpty()) {
            return given("--key", key, "MUSTER_KEY");
        }
        if (!shell.environment().getOrDefault("MUSTER_KEY", "").isBlank()) {
            throw CommandException.usage("MUSTER_KEY and MUSTER_KEY_FILE exclude each other");
        }
        return printable(
                "MUSTER_KEY_FILE",
                OperatorCommands.fromFile("MUSTER_KEY_FILE", file).strip());
    }

    /// One call: what it answers unless that is a refusal.
    Reply ask(Call call) {
        try (Client client = client()) {
            return client.send(call).granted();
        }
    }

    /// One call that changes something, safe to be sent again by whatever stands between here and the server.
    Reply change(Call call) {
        return ask(call.header("Idempotency-Key", UUID.randomUUID().toString()));
    }

    /// Prints an answer as it came, or for people.
    int print(Reply reply, Consumer<JsonNode> forPeople) {
        if (json) {
            shell.out().println(reply.body().strip());
        } else {
            forPeople.accept(reply.json());
        }
        return 0;
    }

    /// Prints an answer that holds a secret which is not told again. If it cannot be written to the output, it goes to
    /// stderr; if not there either, `undo` is called.
    ///
    /// @return the exit code
    int printSecret(Reply reply, Function<JsonNode, String> forPeople, Runnable undo) {
        String text = json ? reply.body().strip() + "\n" : forPeople.apply(reply.json());
        shell.out().print(text);
        String failure = Output.failure(shell.out());
        if (failure == null) {
            return 0;
        }
        shell.err().print(text);
        if (Output.failure(shell.err()) != null) {
            undo.run();
            throw new CommandException(Exit.USAGE, "the output cannot be written: " + failure);
        }
        throw new CommandException(
                Exit.USAGE, "the output cannot be written (" + failure + "); what is not shown again stands above");
    }

    /// Carries out a call whose answer has nothing in it but that it was done, and says so for people.
    int done(Call call, String words) {
        Reply reply = change(call);
        if (!json) {
            shell.out().println(words);
        } else if (!reply.body().isBlank()) {
            shell.out().println(reply.body().strip());
        }
        return 0;
    }

    private URI server() {
        String text = given("--url", url, "MUSTER_URL");
        String name = url != null ? "--url" : "MUSTER_URL";
        if (text.isEmpty()) {
            text = DEFAULT_URL;
        }
        try {
            URI server = new URI(text.replaceAll("/+$", ""));
            boolean web = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
            if (web
                    && server.getHost() != null
                    && server.getRawUserInfo() == null
                    && server.getRawQuery() == null
                    && server.getRawFragment() == null) {
                return server;
            }
        } catch (URISyntaxException e) {
            throw CommandException.usage(notAServer(name, text), e);
        }
        throw CommandException.usage(notAServer(name, text));
    }

    private static String notAServer(String name, String text) {
        return name + " must be an address such as https://muster.example.org, not " + text;
    }

    private String given(String option, @Nullable String value, String variable) {
        String text =
                value == null ? shell.environment().getOrDefault(variable, "").strip() : value.strip();
        return printable(value == null ? variable : option, text);
    }

    private static String printable(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                throw CommandException.usage(name + " must be of printable ASCII without spaces");
            }
        }
        return text;
    }
}
