package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.delete;
import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.patch;
import static dev.muster.cli.command.CommandBuilder.post;
import static dev.muster.cli.command.CommandBuilder.put;
import static dev.muster.cli.command.TargetUsers.REF;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.TargetUsers;
import dev.muster.cli.output.JsonText;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster user`, which covers users, their holds and their standing.
final class UserCommands {
    private static final Input REASON = Input.option("--reason", "CODE", "A short code, such as chargeback.");
    private static final Input NOTE = Input.option("--note", "TEXT", "Free text for later readers.");

    private static final Input[] FIELDS = {
        Input.option("--email", "ADDRESS", "Their address.").read(Syntax.TEXT_OR_NULL),
        Input.option("--external-id", "ID", "Your own id for them.").read(Syntax.TEXT_OR_NULL),
        Input.option("--username", "NAME", "The name that they sign in with.").read(Syntax.TEXT_OR_NULL),
        Input.option("--name", "TEXT", "Their display name.").read(Syntax.TEXT_OR_NULL),
        Input.option("--given-name", "TEXT", "Given name.").read(Syntax.TEXT_OR_NULL),
        Input.option("--family-name", "TEXT", "Family name.").read(Syntax.TEXT_OR_NULL),
        Input.option("--metadata", "JSON", "A JSON object of your own.").read(Syntax.JSON_OBJECT)
    };

    private static final Input KIND = Input.parameter("KIND", "blocked, suspended, deactivated or fraud.")
            .oneOf(Arrays.stream(HoldKind.values())
                    .filter(HoldKind::placeable)
                    .map(HoldKind::wireName)
                    .toList());
    private static final Input LABEL = Input.option("--label", "LABEL", "The hold's label; default: main.");

    private UserCommands() {}

    static CommandSpec all() {
        return CommandBuilder.group(
                "user",
                List.of(
                        "The realm's users.",
                        "",
                        "REF is a user's id, or external:ID, email:ADDRESS, username:NAME or number:N. With - for REF, refs are read from the input, one per line, and each outcome is"
                                + " printed on a line of its own.",
                        ""),
                post("create", "users")
                        .help("Register a user. At least one of email, external id and username is needed.")
                        .examples(
                                "muster user create --email ann@example.org --name 'Ann Lee'",
                                "muster user create --external-id c-1042 --metadata '{\"plan\":\"gold\"}'")
                        .body(FIELDS)
                        .body(Input.option("--tag", "TAG", "USER or GUEST; default: USER.")
                                .oneOf(Tag.values(), Tag::name))
                        .shows(UserView.USER),
                patch("edit", "users/{REF}", REF)
                        .help("Change a user's fields. An empty text clears a field.")
                        .examples(
                                "muster user edit number:42 --name 'Ann Lee-Meyer'",
                                "muster user edit external:c-1042 --username ''")
                        .body(FIELDS)
                        .shows(UserView.USER),
                post("erase", "users/{REF}/erase", REF)
                        .help(
                                "Erase a user's personal data. This cannot be undone.",
                                "",
                                "Holds, their kinds and times, and the number stay. Asks for the REF to be typed again, unless --yes.")
                        .examples("muster user erase external:c-1042 --reason request --yes")
                        .body(REASON, NOTE)
                        .confirm(REF, "This erases", "no user was erased")
                        .shows(UserView.USER),
                get("history", "users/{REF}/history", REF)
                        .help("List what was done to a user, newest first.")
                        .examples("muster user history email:ann@example.org --limit 10")
                        .lists(JournalCommands.COLUMNS_OF_ONE_SUBJECT),
                post("promote", "users/{REF}/promote", REF)
                        .help("Promote a guest to a user.")
                        .examples("muster user promote email:guest@example.org --reason contract")
                        .body(REASON, NOTE)
                        .shows(UserView.USER),
                get("standing", "users/{REF}/standing", REF)
                        .help("Show whether a user may act, and why not.")
                        .examples(
                                "muster user standing email:ann@example.org",
                                "muster user standing - <refs.txt --format csv")
                        .shows(UserView.STANDING),
                post("bar", "users/{REF}/bar", REF)
                        .help(
                                "Bar a user permanently. Only root can annul the bar.",
                                "",
                                "A barred user can only be erased, and their email and external id cannot be registered"
                                        + " again. Asks for the REF to be typed again, unless --yes.")
                        .examples(
                                "muster user bar email:mallory@example.org --reason identity-theft",
                                "muster user bar number:42 --reason identity-theft --yes")
                        .body(Input.option("--reason", "CODE", "A short code, such as identity-theft.")
                                .required())
                        .body(NOTE)
                        .confirm(REF, "This bars", "no user was barred")
                        .shows(UserView.USER),
                get("groups", "users/{REF}/groups", REF)
                        .help("List the groups that a user is in.")
                        .examples("muster user groups email:ann@example.org")
                        .lists(GroupCommands.COLUMNS),
                put("hold", "users/{REF}/holds/{KIND}", REF, KIND)
                        .help(
                                "Place a hold on a user: one independent reason why they may not act.",
                                "",
                                "An existing hold of that kind and label is changed. fraud accepts jobs but makes them fail; the"
                                        + " others deny.")
                        .examples(
                                "muster user hold email:ann@example.org suspended --until 7d --reason chargeback",
                                "muster user hold number:42 blocked --label legal --note 'court order 17/2026'",
                                "muster user hold - blocked --reason fraud-ring --dry-run <refs.txt")
                        .body(REASON, NOTE)
                        .query(Input.option(
                                "--label", "LABEL", "Tells holds of one kind apart: a-z, 0-9 and -; default: main."))
                        .body(Input.option(
                                        "--until",
                                        "WHEN",
                                        "When it ends by itself: an instant such as 2027-01-31T12:00:00Z, or a duration"
                                                + " from now such as 7d, 12h, 30m.")
                                .read(Syntax.UNTIL))
                        .shows(UserView.STANDING),
                get("list", "users")
                        .help("List users in the order of their registration. Filters combine.")
                        .examples(
                                "muster user list --status suspended",
                                "muster user list --q ann --limit 10",
                                "muster user list --hold fraud --all --json")
                        .query(
                                Input.option(
                                                "--status",
                                                "STATUS",
                                                "active, barred, removed, blocked, suspended, deactivated or fraud.")
                                        .oneOf(Status.values(), Status::wireName),
                                Input.option(
                                                "--hold",
                                                "KIND",
                                                "With a hold of that kind, even if a more severe one decides.")
                                        .oneOf(HoldKind.values(), HoldKind::wireName),
                                Input.option("--tag", "TAG", "USER or GUEST.").oneOf(Tag.values(), Tag::name),
                                Input.option("--rank", "RANK", "REGULAR, ADMIN or SUPER.")
                                        .oneOf(Rank.values(), Rank::name),
                                Input.option("--group", "GROUP_ID", "Members of that group."),
                                Input.option("--q", "TEXT", "Text inside name, email, username or external id."))
                        .lists(UserView.COLUMNS),
                get("policies", "users/{REF}/policies", REF)
                        .help("List the policies that give a user access, directly or through groups.")
                        .examples("muster user policies email:ann@example.org")
                        .lists(PolicyCommands.COLUMNS_OF_USER),
                post("release", "users/{REF}/holds/{KIND}/release", REF, KIND)
                        .help("Release a hold. Holds of other kinds or labels stay.")
                        .examples(
                                "muster user release email:ann@example.org suspended --reason paid",
                                "muster user release number:42 blocked --label legal --note 'order lifted'")
                        .body(REASON, NOTE)
                        .query(LABEL)
                        .before(UserCommands::noteIfNotHeld)
                        .shows(UserView.STANDING),
                delete("remove", "users/{REF}", REF)
                        .help(
                                "Remove a user. Identifiers stay reserved; muster user restore undoes it.",
                                "",
                                "With --expel the user also leaves all groups and policies.")
                        .examples(
                                "muster user remove external:c-1042",
                                "muster user remove external:c-1042 --expel --reason left")
                        .body(REASON, NOTE)
                        .query(Input.flag("--expel", "Leave all groups and policies too."))
                        .shows(UserView.USER),
                post("restore", "users/{REF}/restore", REF)
                        .help("Bring a removed user back. Other holds stay.")
                        .examples("muster user restore external:c-1042 --reason returned")
                        .body(REASON, NOTE)
                        .shows(UserView.USER),
                get("show", "users/{REF}", REF)
                        .help("Show a user, and whether they may act.")
                        .examples(
                                "muster user show email:ann@example.org",
                                "muster user show external:c-1042 --at 2026-10-01T00:00:00Z")
                        .query(Input.option("--at", "INSTANT", "As the user was then."))
                        .shows(UserView.USER));
    }

    /// Prints a note if there is nothing to release. Having nothing to release is not an error, but may be due to a
    /// mistyped kind or label. Prints nothing if the key may not read users.
    private static void noteIfNotHeld(Invocation in) {
        if (TargetUsers.isInput(in.word(REF))) {
            return;
        }
        ApiReply standing;
        try (ApiClient client = in.client()) {
            standing = client.send(ApiRequest.get("users", in.word(REF), "standing"));
        }
        if (standing.status() != 200) {
            return;
        }
        String wanted = name(in.word(KIND), in.has(LABEL) ? in.word(LABEL) : Hold.MAIN);
        List<String> held = new ArrayList<>();
        for (JsonNode hold : standing.json().path("holds")) {
            held.add(name(JsonText.of(hold, "kind"), JsonText.of(hold, "label")));
        }
        if (!held.contains(wanted)) {
            in.note("nothing to release: there is no hold " + wanted
                    + (held.isEmpty() ? "" : "; there is " + String.join(", ", held)));
        }
    }

    private static String name(String kind, String label) {
        return kind + " (" + label + ")";
    }
}
