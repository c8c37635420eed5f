package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.delete;
import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.post;
import static dev.muster.cli.command.CommandBuilder.put;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.InputFile;
import dev.muster.cli.shell.NativeText;
import dev.muster.cli.shell.Shell;
import dev.muster.model.credential.Role;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster operator`, which creates, invites and changes operators.
final class OperatorCommands {
    private static final String VARIABLE = "MUSTER_OPERATOR_PASSWORD";

    private static final Input NEW_USERNAME = Input.parameter("USERNAME", "The name to sign in with.");
    private static final Input OPERATOR = Input.parameter("USERNAME", "The operator.");
    private static final Input ROLE = Input.option("--role", "ROLE", "viewer, manager or admin.")
            .required()
            .oneOf(Role.values(), Role::wireName);

    /// The password is read from a file rather than an argument, because other processes can see arguments.
    private static final Input PASSWORD_FILE = Input.file(
            "--password-file", "File whose first line is the password; else " + VARIABLE + ", else it is asked for.");

    private static final List<Column> COLUMNS = List.of(
            Column.exact("USERNAME", "username"),
            Column.exact("ROLE", "role"),
            Column.text("MADE BY", "madeBy")
                    .from(operator -> JsonText.actor(operator.path("madeBy")))
                    .leftOut(1),
            Column.time("CREATED", "createdAt"),
            Column.time("DISABLED", "disabledAt"));

    private OperatorCommands() {}

    static CommandSpec all() {
        return CommandBuilder.group(
                "operator",
                List.of("People who work on a realm's users in the browser."),
                server("create")
                        .help(
                                "Create an operator in the key's realm.",
                                "",
                                "The password has at least 12 characters and is not easy to guess. It is asked for, or read"
                                        + " from a file or the environment.")
                        .examples(
                                "muster operator create ann --role manager",
                                "muster operator create ann --role viewer --password-file ann.password")
                        .with(PASSWORD_FILE, NEW_USERNAME, ROLE)
                        .runs(in -> in.change(
                                ApiRequest.post("operators")
                                        .field("username", in.value(NEW_USERNAME))
                                        .field("role", in.value(ROLE))
                                        .field("password", password(in)),
                                View.says("Made {USERNAME}."))),
                delete("delete", "operators/{USERNAME}", OPERATOR)
                        .help(
                                "Delete an operator, and end their sessions. Their username is free again.",
                                "",
                                "What they did stays, and the journal still names them. Asks for the USERNAME to"
                                        + " be typed again, unless --yes.")
                        .examples("muster operator delete ann", "muster operator delete ann --yes")
                        .withoutDryRun()
                        .confirm(OPERATOR, "This deletes", "no operator was deleted")
                        .says("Deleted {USERNAME}."),
                post("disable", "operators/{USERNAME}/disable", OPERATOR)
                        .help("Keep an operator from signing in, and end their sessions.")
                        .examples("muster operator disable ann")
                        .withoutDryRun()
                        .says("Disabled {USERNAME}."),
                post("enable", "operators/{USERNAME}/enable", OPERATOR)
                        .help("Let a disabled operator sign in again.")
                        .examples("muster operator enable ann")
                        .withoutDryRun()
                        .says("Enabled {USERNAME}."),
                server("invite")
                        .help(
                                "Invite an operator, who chooses the password.",
                                "",
                                "Prints a link that is valid for 72 hours and works once. Send it to the operator.")
                        .examples("muster operator invite ann --role manager")
                        .with(NEW_USERNAME, ROLE)
                        .runs(in -> invite(
                                in,
                                ApiRequest.post("operators")
                                        .field("username", in.value(NEW_USERNAME))
                                        .field("role", in.value(ROLE)))),
                get("list", "operators")
                        .help("List the realm's operators.")
                        .examples("muster operator list")
                        .lists(COLUMNS),
                server("password")
                        .help("Give an operator a new password, and end their sessions.")
                        .examples(
                                "muster operator password ann",
                                "muster operator password ann --password-file ann.password")
                        .with(PASSWORD_FILE, OPERATOR)
                        .runs(in -> in.change(
                                ApiRequest.put("operators", in.word(OPERATOR), "password")
                                        .field("password", password(in)),
                                View.says("New password for {USERNAME}."))),
                server("reinvite")
                        .help(
                                "Create a new invitation for an operator who has lost the password or the link.",
                                "",
                                "Prints a link that is valid for 72 hours and works once; an earlier one ends. The present"
                                        + " password stays valid until another is chosen, which ends all sessions and"
                                        + " tokens.")
                        .examples("muster operator reinvite ann")
                        .with(OPERATOR)
                        .runs(in -> invite(in, ApiRequest.post("operators", in.word(OPERATOR), "invitation"))),
                delete("remove-passkeys", "operators/{USERNAME}/passkeys", OPERATOR)
                        .help(
                                "Remove all passkeys of an operator who has lost theirs.",
                                "",
                                "They sign in with the password and add a new passkey. Existing sessions continue: use"
                                        + " sign-out too if a device was stolen.")
                        .examples("muster operator remove-passkeys ann")
                        .withoutDryRun()
                        .says("Removed the passkeys of {USERNAME}."),
                put("role", "operators/{USERNAME}/role", OPERATOR)
                        .help(
                                "Give an operator another role. It applies at once, also to their sessions.",
                                "",
                                "Needs the rights of both roles.")
                        .examples("muster operator role ann manager")
                        .withoutDryRun()
                        .body(Input.parameter("ROLE", "viewer, manager or admin.")
                                .oneOf(Role.values(), Role::wireName))
                        .says("{USERNAME} is {ROLE} now."),
                post("sign-out", "operators/{USERNAME}/sign-out", OPERATOR)
                        .help("End all sessions of an operator. They can sign in again.")
                        .examples("muster operator sign-out ann")
                        .withoutDryRun()
                        .says("Signed out {USERNAME}."));
    }

    private static int invite(Invocation in, ApiRequest request) {
        int code = in.printSecret(in.change(request), OperatorCommands::invitation, () -> {});
        if (!in.isJson()) {
            in.note("Send the link to the operator now: it is not shown again.");
        }
        return code;
    }

    private static Details invitation(Printer printer, JsonNode operator) {
        return new Details(printer, "OPERATOR", JsonText.of(operator, "username"), operator.path("invitation"))
                .fields("link")
                .time("until");
    }

    private static String password(Invocation in) {
        if (in.has(PASSWORD_FILE)) {
            return InputFile.firstLine(PASSWORD_FILE.name(), in.word(PASSWORD_FILE));
        }
        Shell shell = in.shell();
        String file = shell.environment().getOrDefault(VARIABLE + "_FILE", "");
        if (!file.isEmpty()) {
            return InputFile.firstLine(VARIABLE + "_FILE", file);
        }
        String variable = shell.environment().getOrDefault(VARIABLE, "");
        if (!variable.isEmpty()) {
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
}
