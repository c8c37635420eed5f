package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import dev.muster.cli.Profiles.Profile;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// The options of every command that asks a server, and the asking.
final class Remote {
    static final String DEFAULT_URL = "http://127.0.0.1:8080";

    private final Shell shell;

    @Option(
            names = "--url",
            paramLabel = "URL",
            order = 100,
            description = "The server; else MUSTER_URL, else that of the profile, else " + DEFAULT_URL + ".")
    @Nullable
    String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            order = 101,
            description =
                    "An API key or the root key; better MUSTER_KEY or muster login, since arguments are visible to"
                            + " others.")
    @Nullable
    String key;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            order = 102,
            description = "Server and key as muster login saved them; takes precedence over MUSTER_URL and MUSTER_KEY."
                    + " Else MUSTER_PROFILE.")
    @Nullable
    String profile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            order = 102,
            description = "PEM certificates of your own authority, trusted instead of Java's; else MUSTER_CA_FILE.")
    @Nullable
    String caFile;

    @Mixin
    Presentation presentation = new Presentation();

    private @Nullable Target target;
    private @Nullable Display display;
    private boolean listing;

    Remote(Shell shell) {
        this.shell = shell;
    }

    /// The server that is asked, and as whom.
    ///
    /// @param urlOrigin what named the server, for messages
    /// @param key empty for none
    /// @param caFile empty for none
    /// @param caOrigin what named the file
    /// @param profile the name of the profile that all this comes from; null for none
    record Target(
            String url,
            String urlOrigin,
            String key,
            String caFile,
            String caOrigin,
            @Nullable String profile) {
        /// Without the key.
        @Override
        public String toString() {
            return "Target[" + url + "]";
        }
    }

    Shell shell() {
        return shell;
    }

    boolean isJson() {
        return presentation.format() == Format.JSON;
    }

    boolean isCsv() {
        return presentation.format() == Format.CSV;
    }

    Display display() {
        if (display == null) {
            display = presentation.display(shell);
        }
        return display;
    }

    /// The command lists, so `--format csv` has a meaning.
    Remote forLists() {
        listing = true;
        return this;
    }

    /// Refuses `--format csv` where it has no meaning.
    void checkFormat() {
        if (isCsv() && !listing) {
            throw CommandException.usage("--format csv is for lists, and for commands that take a REF");
        }
    }

    /// Opens the way to the server. Nothing is sent yet.
    Client client() {
        return client(target().key());
    }

    /// The same with another key.
    Client client(String bearer) {
        checkFormat();
        Target asked = target();
        return open(address(asked.urlOrigin(), asked.url()), bearer, asked.caOrigin(), asked.caFile());
    }

    /// @param caFile empty for whom Java trusts
    static Client open(URI server, String bearer, String caOrigin, String caFile) {
        return new Client(server, bearer, caFile.isEmpty() ? null : Authority.trusting(caOrigin, caFile));
    }

    Target target() {
        if (target == null) {
            Profile used = usedProfile();
            String authority = variable("MUSTER_CA_FILE");
            String trusted = caFile != null ? caFile : authority;
            String caOrigin = caFile != null ? "--ca-file" : "MUSTER_CA_FILE";
            target = used == null
                    ? new Target(urlGiven(), url != null ? "--url" : "MUSTER_URL", keyGiven(), trusted, caOrigin, null)
                    : of(used, trusted, caOrigin);
        }
        return target;
    }

    private Target of(Profile used, String trusted, String caOrigin) {
        String origin = "the url of the profile " + used.name();
        String bearer = key != null ? printable("--key", key.strip()) : printable("the key of the profile", used.key());
        return trusted.isEmpty() && used.caFile() != null
                ? new Target(used.url(), origin, bearer, used.caFile(), "the profile " + used.name(), used.name())
                : new Target(used.url(), origin, bearer, trusted, caOrigin, used.name());
    }

    /// The profile that says which server and key; null when options or variables do. A profile's key is sent to no
    /// server but the profile's.
    private @Nullable Profile usedProfile() {
        Profiles profiles = new Profiles(shell.environment());
        if (profile != null) {
            if (url != null) {
                throw CommandException.usage("--profile and --url exclude each other");
            }
            return profiles.get(profile);
        }
        if (url != null) {
            return null;
        }
        String named = variable(Profiles.VARIABLE);
        for (String other : new String[] {"MUSTER_URL", "MUSTER_KEY", "MUSTER_KEY_FILE"}) {
            if (!variable(other).isEmpty()) {
                if (!named.isEmpty()) {
                    throw CommandException.usage(Profiles.VARIABLE + " and " + other
                            + " exclude each other; --profile takes precedence over both");
                }
                return null;
            }
        }
        if (!named.isEmpty()) {
            return profiles.get(named);
        }
        return key != null ? null : profiles.find(Profiles.DEFAULT);
    }

    private String variable(String name) {
        return shell.environment().getOrDefault(name, "").strip();
    }

    private String urlGiven() {
        String text = url == null ? variable("MUSTER_URL") : url.strip();
        return text.isEmpty() ? DEFAULT_URL : text;
    }

    private String keyGiven() {
        return key == null ? keyOfEnvironment(shell) : printable("--key", key.strip());
    }

    /// `MUSTER_KEY`, or the first line of the file that `MUSTER_KEY_FILE` names. Empty when neither is set.
    static String keyOfEnvironment(Shell shell) {
        String text = shell.environment().getOrDefault("MUSTER_KEY", "").strip();
        String file = shell.environment().getOrDefault("MUSTER_KEY_FILE", "").strip();
        if (file.isEmpty()) {
            return printable("MUSTER_KEY", text);
        }
        if (!text.isEmpty()) {
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
        return ask(repeatable(call));
    }

    /// With an `Idempotency-Key` of its own.
    static Call repeatable(Call call) {
        return call.header("Idempotency-Key", UUID.randomUUID().toString());
    }

    /// Prints an answer as it came, or for people.
    int print(Reply reply, BiConsumer<Display, JsonNode> forPeople) {
        if (isJson()) {
            shell.out().println(reply.body().strip());
        } else {
            forPeople.accept(display(), reply.json());
        }
        return 0;
    }

    /// Prints an answer that holds a secret which is not told again. If it cannot be written to the output, it goes to
    /// stderr; if not there either, `undo` is called.
    ///
    /// @return the exit code
    int printSecret(Reply reply, BiFunction<Display, JsonNode, Table> forPeople, Runnable undo) {
        String text = isJson()
                ? reply.body().strip() + "\n"
                : display().text(into -> forPeople.apply(into, reply.json()).print(into));
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
        if (!isJson()) {
            shell.out().println(words);
        } else if (!reply.body().isBlank()) {
            shell.out().println(reply.body().strip());
        }
        return 0;
    }

    /// The address of a server, without a slash at its end.
    ///
    /// @param name what named it, for messages
    static URI address(String name, String given) {
        String text = printable(name, given);
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

    static String printable(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                throw CommandException.usage(name + " must be of printable ASCII without spaces");
            }
        }
        return text;
    }
}
