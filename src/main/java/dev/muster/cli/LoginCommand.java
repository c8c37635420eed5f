package dev.muster.cli;

import dev.muster.cli.Profiles.Profile;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "login",
        description = {
            "Save a server and a key as a profile, for the commands that follow.",
            "",
            "The key is asked for at the terminal, or read from --key-file, MUSTER_KEY or MUSTER_KEY_FILE; it is never an"
                    + " argument. It is tried before it is saved, in ~/.config/muster/profiles, which only you can read.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster login --url https://muster.example.org",
            "  muster login --profile production --url https://muster.example.org --key-file key.txt",
            "  muster user list --profile production"
        })
final class LoginCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "The profile's name; else MUSTER_PROFILE, else " + Profiles.DEFAULT
                    + ", which is used when nothing else says which server.")
    @Nullable
    String profile;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "The server; else MUSTER_URL, else the profile's from before, else " + Remote.DEFAULT_URL + ".")
    @Nullable
    String url;

    @Option(names = "--key-file", paramLabel = "FILE", description = "File whose first line is the key.")
    @Nullable
    String keyFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM certificates of your own authority, trusted instead of Java's; else MUSTER_CA_FILE.")
    @Nullable
    String caFile;

    LoginCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Profiles profiles = new Profiles(shell.environment());
        String name = profile != null ? profile : variable(Profiles.VARIABLE, Profiles.DEFAULT);
        Profiles.checkName(name);
        URI server = server(profiles, name);
        String authority = caFile != null ? caFile : variable("MUSTER_CA_FILE", "");
        String trusted = authority.isEmpty()
                ? ""
                : OutputFile.path("--ca-file", authority).toAbsolutePath().toString();
        String key = key(server);
        JsonNode me;
        try (Client client = Remote.open(server, key, caFile != null ? "--ca-file" : "MUSTER_CA_FILE", trusted)) {
            me = client.send(Call.get("me")).granted().json();
        }
        Path file = profiles.save(new Profile(name, server.toString(), key, trusted.isEmpty() ? null : trusted));
        String realm = WhoamiCommand.realm(me);
        shell.out()
                .println(Text.line("Signed in to " + server + " as " + WhoamiCommand.name(me)
                        + (realm.isEmpty() ? "" : ", realm " + realm) + "."));
        shell.err().println(Text.line("Saved as the profile " + name + " in " + file + "."));
        List<String> first = Stream.of("MUSTER_URL", "MUSTER_KEY", "MUSTER_KEY_FILE")
                .filter(each -> !variable(each, "").isEmpty())
                .toList();
        if (!first.isEmpty()) {
            shell.err()
                    .println(Text.line("The next commands will not use it, as " + String.join(" and ", first)
                            + (first.size() == 1 ? " is" : " are") + " set and go first: unset "
                            + String.join(" ", first)
                            + ", or give --profile " + name + "."));
        }
        return 0;
    }

    private String variable(String name, String otherwise) {
        String value = shell.environment().getOrDefault(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }

    private URI server(Profiles profiles, String name) {
        if (url != null) {
            return Remote.address("--url", url.strip());
        }
        String variable = variable("MUSTER_URL", "");
        if (!variable.isEmpty()) {
            return Remote.address("MUSTER_URL", variable);
        }
        Profile before = profiles.find(name);
        return Remote.address("the url of the profile " + name, before == null ? Remote.DEFAULT_URL : before.url());
    }

    private String key(URI server) {
        String key = keyFile == null
                ? Remote.keyOfEnvironment(shell)
                : Remote.printable(
                        "--key-file",
                        OperatorCommands.fromFile("--key-file", keyFile).strip());
        if (!key.isEmpty()) {
            return key;
        }
        Shell.Terminal terminal = shell.terminal();
        if (terminal == null) {
            throw CommandException.usage(
                    "no terminal to ask for the key: give --key-file, or set MUSTER_KEY or MUSTER_KEY_FILE");
        }
        char[] typed = terminal.password("API key for " + server + ": ");
        String text = typed == null ? "" : new String(typed).strip();
        if (text.isEmpty()) {
            throw CommandException.usage("no key was typed");
        }
        return Remote.printable("the key", text);
    }
}
