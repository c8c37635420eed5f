package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.client.Profiles;
import dev.muster.cli.client.Profiles.Profile;
import dev.muster.cli.client.ServerTarget;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.cli.shell.InputFile;
import dev.muster.cli.shell.Shell;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Defines the commands about saved servers and keys: `muster login`, `muster logout`, `muster profiles`.
final class ProfileCommands {
    private static final Input NEW_PROFILE = Input.option(
            "--profile",
            "NAME",
            "The profile's name; else MUSTER_PROFILE, else " + Profiles.DEFAULT
                    + ", which is used if nothing else names a server.");
    private static final Input OLD_PROFILE = Input.option(
            "--profile", "NAME", "The profile's name; else MUSTER_PROFILE, else " + Profiles.DEFAULT + ".");
    private static final Input URL = Input.option(
            "--url",
            "URL",
            "The server; else MUSTER_URL, else the profile's from before, else " + ServerTarget.DEFAULT_URL + ".");
    private static final Input KEY_FILE = Input.file("--key-file", "File whose first line is the key.");

    private ProfileCommands() {}

    static CommandSpec login() {
        return CommandBuilder.local("login")
                .help(
                        "Save a server and a key as a profile, for the commands that follow.",
                        "",
                        "The key is asked for at the terminal, or read from --key-file, MUSTER_KEY or MUSTER_KEY_FILE; it is"
                                + " never an argument. It is tried before it is saved, in ~/.config/muster/profiles, which"
                                + " only you can read.")
                .examples(
                        "muster login --url https://muster.example.org",
                        "muster login --profile production --url https://muster.example.org --key-file key.txt",
                        "muster user list --profile production")
                .with(NEW_PROFILE, URL, KEY_FILE, Invocation.CA_FILE)
                .runs(ProfileCommands::login);
    }

    private static int login(Invocation in) {
        Profiles profiles = profiles(in);
        String name = name(in, NEW_PROFILE);
        Profiles.checkName(name);
        URI server = server(in, profiles, name);
        String caOrigin = in.has(Invocation.CA_FILE) ? "--ca-file" : "MUSTER_CA_FILE";
        String given = in.has(Invocation.CA_FILE) ? in.word(Invocation.CA_FILE) : variable(in, "MUSTER_CA_FILE");
        String caFile = given.isEmpty()
                ? ""
                : InputFile.path("--ca-file", given).toAbsolutePath().toString();
        String key = key(in, server);
        ServerTarget target = new ServerTarget(server.toString(), "--url", key, caFile, caOrigin, null);
        JsonNode me;
        try (ApiClient client = target.client()) {
            me = client.send(ApiRequest.get("me")).granted().json();
        }
        Path file = profiles.save(new Profile(name, server.toString(), key, caFile.isEmpty() ? null : caFile));
        String realm = ServerCommands.realm(me);
        in.say("Signed in to " + server + " as " + ServerCommands.name(me) + (realm.isEmpty() ? "" : ", realm " + realm)
                + ".");
        in.note("Saved as the profile " + name + " in " + file + ".");
        List<String> first = Stream.of("MUSTER_URL", "MUSTER_KEY", "MUSTER_KEY_FILE")
                .filter(variable -> !variable(in, variable).isEmpty())
                .toList();
        if (!first.isEmpty()) {
            in.note("The next commands will not use it, because " + String.join(" and ", first)
                    + (first.size() == 1 ? " is" : " are") + " set and take precedence: unset "
                    + String.join(" ", first)
                    + ", or give --profile " + name + ".");
        }
        return 0;
    }

    private static Profiles profiles(Invocation in) {
        return new Profiles(in.shell().environment());
    }

    private static String variable(Invocation in, String name) {
        return ServerTarget.variable(in.shell().environment(), name);
    }

    private static String name(Invocation in, Input option) {
        String variable = variable(in, Profiles.VARIABLE);
        return in.has(option) ? in.word(option) : variable.isEmpty() ? Profiles.DEFAULT : variable;
    }

    private static URI server(Invocation in, Profiles profiles, String name) {
        if (in.has(URL)) {
            return ServerTarget.address("--url", in.word(URL).strip());
        }
        String variable = variable(in, "MUSTER_URL");
        if (!variable.isEmpty()) {
            return ServerTarget.address("MUSTER_URL", variable);
        }
        Profile before = profiles.find(name);
        return ServerTarget.address(
                "the url of the profile " + name, before == null ? ServerTarget.DEFAULT_URL : before.url());
    }

    private static String key(Invocation in, URI server) {
        Shell shell = in.shell();
        String key = in.has(KEY_FILE)
                ? ServerTarget.printable(
                        "--key-file",
                        InputFile.firstLine("--key-file", in.word(KEY_FILE)).strip())
                : ServerTarget.keyOf(shell.environment());
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
        return ServerTarget.printable("the key", text);
    }

    static CommandSpec logout() {
        return CommandBuilder.local("logout")
                .help(
                        "Delete a profile that muster login saved.",
                        "",
                        "The key itself goes on working; muster key revoke ends it.")
                .examples("muster logout", "muster logout --profile production")
                .with(OLD_PROFILE)
                .runs(ProfileCommands::logout);
    }

    private static int logout(Invocation in) {
        String name = name(in, OLD_PROFILE);
        if (!profiles(in).delete(name)) {
            throw new CommandException(Exit.REFUSED, "there is no profile " + name);
        }
        in.say("Deleted the profile " + name + ".");
        return 0;
    }

    static CommandSpec profiles() {
        return CommandBuilder.local("profiles")
                .help("List the profiles that muster login saved, without their keys.")
                .examples("muster profiles")
                .with(Invocation.OUTPUT_INPUTS.toArray(Input[]::new))
                .runs(ProfileCommands::list);
    }

    private static int list(Invocation in) {
        Profiles profiles = profiles(in);
        List<Profile> found = profiles.names().stream()
                .map(profiles::find)
                .filter(Objects::nonNull)
                .toList();
        if (in.isJson()) {
            ObjectNode json = JsonMapper.shared().createObjectNode();
            ArrayNode items = json.putArray("items");
            found.forEach(profile -> items.addObject()
                    .put("profile", profile.name())
                    .put("url", profile.url())
                    .put("caFile", profile.caFile()));
            in.shell().out().println(json);
            return 0;
        }
        Table table = new Table(
                Column.exact("PROFILE", "profile"), Column.exact("URL", "url"), Column.exact("CA FILE", "caFile"));
        found.forEach(
                profile -> table.row(profile.name(), profile.url(), Objects.requireNonNullElse(profile.caFile(), "")));
        table.print(in.printer());
        return 0;
    }
}
