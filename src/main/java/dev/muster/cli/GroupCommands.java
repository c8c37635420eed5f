package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.delete;
import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.patch;
import static dev.muster.cli.command.CommandBuilder.post;
import static dev.muster.cli.command.CommandBuilder.put;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.TargetUsers;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster group`, which covers groups and their members.
final class GroupCommands {
    private static final Input ID = Input.parameter("GROUP_ID", "Id from muster group list.");

    /// The inputs for the name and the description when a group or a policy is created or changed.
    static final Input NAME = Input.parameter("NAME", "Its display name.");

    static final Input DESCRIPTION = Input.option("--description", "TEXT", "What it is for.");
    static final Input NEW_NAME = Input.option("--name", "NAME", "Its new name.");
    static final Input NO_DESCRIPTION = Input.flag("--no-description", "Remove the description.")
            .field("description")
            .read((_, _, _) -> JsonNodeFactory.instance.nullNode());

    static final List<Column> COLUMNS = List.of(
            Column.exact("GROUP ID", "id"),
            Column.text("NAME", "name"),
            Column.text("DESCRIPTION", "description"),
            Column.time("CREATED", "createdAt").leftOut(1));

    private static final View GROUP =
            View.of((printer, group) -> details(printer, "GROUP", group).print());

    private GroupCommands() {}

    /// The details that groups and policies have in common.
    static Details details(Printer printer, String title, JsonNode thing) {
        return new Details(printer, title, JsonText.of(thing, "name"), thing)
                .fields("id", "description")
                .time("createdAt")
                .time("updatedAt");
    }

    static CommandSpec all() {
        return CommandBuilder.group(
                "group",
                List.of("Groups of a realm's users."),
                put("add", "groups/{GROUP_ID}/members/{REF}", ID, TargetUsers.REF)
                        .help("Add a user to a group. Guests cannot be members; promote them first.")
                        .examples("muster group add 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 email:ann@example.org")
                        .says("{REF} is in group {GROUP_ID}."),
                post("create", "groups")
                        .help("Create a group. Its name must be unique.")
                        .examples("muster group create 'Night shift' --description 'Who works at night'")
                        .body(NAME, DESCRIPTION)
                        .shows(GROUP),
                delete("delete", "groups/{GROUP_ID}", ID)
                        .help("Delete a group, and end its memberships. A group with an assigned policy is not"
                                + " deleted.")
                        .examples("muster group delete 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .says("Deleted group {GROUP_ID}."),
                patch("edit", "groups/{GROUP_ID}", ID)
                        .help("Change a group's name or description. Options you omit leave their values unchanged.")
                        .examples(
                                "muster group edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --name 'Late shift'",
                                "muster group edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --no-description")
                        .body(DESCRIPTION, NO_DESCRIPTION, NEW_NAME)
                        .shows(GROUP),
                get("list", "groups")
                        .help("List the groups in the order of their names.")
                        .examples("muster group list", "muster group list --all --json")
                        .lists(COLUMNS),
                get("members", "groups/{GROUP_ID}/members", ID)
                        .help("List the users who are in a group.")
                        .examples("muster group members 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --all")
                        .lists(UserView.COLUMNS),
                delete("remove", "groups/{GROUP_ID}/members/{REF}", ID, TargetUsers.REF)
                        .help("Take a user out of a group.")
                        .examples("muster group remove 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 email:ann@example.org")
                        .says("{REF} is not in group {GROUP_ID}."),
                get("show", "groups/{GROUP_ID}", ID)
                        .help("Show a group.")
                        .examples("muster group show 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .shows(GROUP));
    }
}
