package dev.muster.cli;

import dev.muster.model.credential.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "operator",
        description = "People who work on a realm's users in the browser.",
        synopsisSubcommandLabel = "COMMAND")
final class OperatorCommands {
    private static final String VARIABLE = "MUSTER_OPERATOR_PASSWORD";
    private static final int LONGEST_PASSWORD_FILE_BYTES = 4_096;

    private final Shell shell;

    OperatorCommands(Shell shell) {
        this.shell = shell;
    }

    /// Where a password comes from: never from an argument, which others can see.
    static final class Password {
        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "File whose first line is the password; else " + VARIABLE + ", else it is asked for.")
        @Nullable
        String file;
    }

    @Command(
            name = "create",
            description = {
                "Make an operator of the key's realm.",
                "",
                "The password has at least 12 characters and is not easy to guess. It is asked for, or read from a file or the environment.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster operator create ann --role manager",
                "  muster operator create ann --role viewer --password-file ann.password"
            })
    int create(
            @Mixin Remote remote,
            @Mixin Password password,
            @Parameters(paramLabel = "USERNAME", description = "The name to sign in with.") String username,
            @Option(names = "--role", paramLabel = "ROLE", required = true, description = "viewer, manager or admin.")
                    String role) {
        Call call = Call.post("operators")
                .field("username", username)
                .field("role", Words.of("--role", role, Role.values(), Role::word))
                .field("password", read(password));
        return say(remote, call, "Made", username);
    }

    @Command(
            name = "list",
            description = {"List the realm's operators.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster operator list")
    int list(@Mixin Remote remote, @Mixin Listing listing) {
        return listing.print(
                remote,
                () -> Call.get("operators"),
                new Table(
                        Column.exact("USERNAME", "username"),
                        Column.exact("ROLE", "role"),
                        Column.text("MADE BY", "madeBy").leftOut(1),
                        Column.time("CREATED", "createdAt"),
                        Column.time("DISABLED", "disabledAt")),
                (rows, operator) -> rows.row(
                        Reply.text(operator, "username"),
                        Reply.text(operator, "role"),
                        Words.actor(operator.path("madeBy")),
                        Reply.text(operator, "createdAt"),
                        Reply.text(operator, "disabledAt")));
    }

    @Command(
            name = "role",
            description = {
                "Give an operator another role. It counts at once, also where they are signed in.",
                "",
                "Needs the rights of both roles.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = "  muster operator role ann manager")
    int role(
            @Mixin Remote remote,
            @Parameters(index = "0", paramLabel = "USERNAME", description = "Whose.") String username,
            @Parameters(index = "1", paramLabel = "ROLE", description = "viewer, manager or admin.") String role) {
        String word = String.valueOf(Words.of("ROLE", role, Role.values(), Role::word));
        return remote.print(
                remote.change(Call.put("operators", username, "role").field("role", word)),
                (display, _) -> display.println(Text.line(username) + " is " + word + " now."));
    }

    @Command(
            name = "delete",
            description = {
                "Delete an operator, and end all that they are signed in to. Their username is free again.",
                "",
                "What they did stays, and the journal goes on naming them. Asks for the USERNAME to be typed once more,"
                        + " unless --yes.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {"  muster operator delete ann", "  muster operator delete ann --yes"})
    int delete(
            @Mixin Remote remote,
            @Parameters(paramLabel = "USERNAME", description = "Who.") String username,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) {
        if (!yes) {
            shell.confirm("This deletes", username, "nobody was deleted");
        }
        return say(remote, Call.delete("operators", username), "Deleted", username);
    }

    @Command(
            name = "disable",
            description = {"Keep an operator from signing in, and end all that they are signed in to.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster operator disable ann")
    int disable(@Mixin Remote remote, @Parameters(paramLabel = "USERNAME", description = "Who.") String username) {
        return say(remote, Call.post("operators", username, "disable"), "Disabled", username);
    }

    @Command(
            name = "enable",
            description = {"Let a disabled operator sign in again.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster operator enable ann")
    int enable(@Mixin Remote remote, @Parameters(paramLabel = "USERNAME", description = "Who.") String username) {
        return say(remote, Call.post("operators", username, "enable"), "Enabled", username);
    }

    @Command(
            name = "sign-out",
            description = {"End all that an operator is signed in to. They can sign in again.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster operator sign-out ann")
    int signOut(@Mixin Remote remote, @Parameters(paramLabel = "USERNAME", description = "Who.") String username) {
        return say(remote, Call.post("operators", username, "sign-out"), "Signed out", username);
    }

    @Command(
            name = "password",
            description = {"Give an operator a new password, and end all that they are signed in to.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster operator password ann", "  muster operator password ann --password-file ann.password"})
    int password(
            @Mixin Remote remote,
            @Mixin Password password,
            @Parameters(paramLabel = "USERNAME", description = "Whose.") String username) {
        Call call = Call.put("operators", username, "password").field("password", read(password));
        return say(remote, call, "New password for", username);
    }

    private int say(Remote remote, Call call, String what, String username) {
        return remote.print(
                remote.change(call), (display, _) -> display.println(what + " " + Text.line(username) + "."));
    }

    private String read(Password password) {
        if (password.file != null) {
            return fromFile("--password-file", password.file);
        }
        String named = shell.environment().getOrDefault(VARIABLE + "_FILE", "");
        if (!named.isEmpty()) {
            return fromFile(VARIABLE + "_FILE", named);
        }
        String variable = shell.environment().get(VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return variable;
        }
        Shell.Terminal terminal = shell.terminal();
        if (terminal == null) {
            throw CommandException.usage(
                    "no terminal to ask for the password: give --password-file, or set " + VARIABLE);
        }
        char[] typed = terminal.password("Password: ");
        char[] again = typed == null ? null : terminal.password("Again: ");
        if (typed == null || again == null) {
            throw CommandException.usage("no password was typed");
        }
        if (!Arrays.equals(typed, again)) {
            throw CommandException.usage("the two passwords are not the same");
        }
        String text = new String(typed);
        if (text.indexOf(NativeText.UNREADABLE) >= 0) {
            throw CommandException.usage("the terminal's encoding is not that of the locale: set LC_ALL=C.UTF-8");
        }
        return text;
    }

    /// @param option what named the file, for messages
    static String fromFile(String option, String name) {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > LONGEST_PASSWORD_FILE_BYTES) {
                throw CommandException.usage(option + " " + name + " is too large for a password");
            }
            String password = Files.readString(file).lines().findFirst().orElse("");
            if (password.isEmpty()) {
                throw CommandException.usage(option + " " + name + " has an empty first line");
            }
            return password;
        } catch (IOException | InvalidPathException e) {
            throw CommandException.usage(option + " " + name + " cannot be read as UTF-8 text", e);
        }
    }
}
