package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.delete;
import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.patch;
import static dev.muster.cli.command.CommandBuilder.post;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.PerUser;
import dev.muster.cli.command.TargetUsers;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException;
import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster policy`, which covers policies and their assignments.
final class PolicyCommands {
    private static final Input ID = Input.parameter("POLICY_ID", "As muster policy list shows it.");
    private static final Input RESOURCES = Input.option(
                    "--resource", "RESOURCE", "What it gives access to; may be given more than once.")
            .type(Input.Type.REPEATED)
            .field("resources")
            .orElse(JsonNodeFactory.instance.arrayNode());
    private static final Input NEW_RESOURCES = Input.option(
                    "--resource", "RESOURCE", "Everything that it gives access to; may be given more than once.")
            .type(Input.Type.REPEATED)
            .field("resources");
    private static final Input NO_RESOURCES = Input.flag("--no-resources", "Give access to nothing.")
            .field("resources")
            .read((_, _, _) -> JsonNodeFactory.instance.arrayNode());
    private static final Input USER =
            Input.option("--user", "REF", "A user. " + TargetUsers.HELP).type(Input.Type.USERS);
    private static final Input GROUP = Input.option("--group", "GROUP_ID", "A group, as muster group list shows it.");

    private static final View POLICY = View.of(PolicyCommands::print);

    private static final List<Column> COLUMNS = List.of(
            Column.exact("POLICY ID", "id"),
            Column.text("NAME", "name"),
            Column.text("RESOURCES", "resources").from(PolicyCommands::resources),
            Column.text("DESCRIPTION", "description").leftOut(2),
            Column.time("CREATED", "createdAt").leftOut(1));

    static final List<Column> COLUMNS_OF_USER = List.of(
            Column.exact("POLICY ID", "id"),
            Column.text("NAME", "name"),
            Column.text("RESOURCES", "resources").from(PolicyCommands::resources),
            Column.exact("THROUGH", "through").from(PolicyCommands::through));

    private PolicyCommands() {}

    private static String resources(JsonNode policy) {
        return JsonText.list(policy.path("resources"));
    }

    private static String through(JsonNode policy) {
        StringJoiner through = new StringJoiner(",");
        if (policy.path("direct").asBoolean(false)) {
            through.add("user");
        }
        if (policy.path("throughGroups").asBoolean(false)) {
            through.add("group");
        }
        return through.toString();
    }

    private static void print(Printer printer, JsonNode policy) {
        Details details = GroupCommands.details(printer, "POLICY", policy);
        policy.path("resources").forEach(resource -> details.row("resource", JsonText.of(resource)));
        details.print();
    }

    static CommandSpec all() {
        return CommandBuilder.group(
                "policy",
                List.of("What users and groups are given access to."),
                CommandBuilder.server("assign")
                        .help("Assign a policy to a user, or to all who are in a group. Guests have none.")
                        .examples(
                                "muster policy assign 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --user email:ann@example.org",
                                "muster policy assign 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --group"
                                        + " 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b12")
                        .with(USER, GROUP, ID)
                        .dryRun()
                        .runs(in -> change(in, "PUT", "is assigned")),
                post("create", "policies")
                        .help("Create a policy. Its name must be unique.")
                        .examples("muster policy create 'Front doors' --resource door:1 --resource door:2")
                        .body(GroupCommands.NAME, GroupCommands.DESCRIPTION, RESOURCES)
                        .shows(POLICY),
                delete("delete", "policies/{POLICY_ID}", ID)
                        .help("Delete a policy, and end its assignments.")
                        .examples("muster policy delete 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .says("Deleted policy {POLICY_ID}."),
                patch("edit", "policies/{POLICY_ID}", ID)
                        .help(
                                "Change a policy's name, description or resources. Options you omit leave their values unchanged; resources are"
                                        + " replaced whole.")
                        .examples(
                                "muster policy edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --name 'All doors'",
                                "muster policy edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --resource door:1"
                                        + " --resource door:3")
                        .body(
                                GroupCommands.DESCRIPTION,
                                GroupCommands.NO_DESCRIPTION,
                                GroupCommands.NEW_NAME,
                                NEW_RESOURCES,
                                NO_RESOURCES)
                        .shows(POLICY),
                get("groups", "policies/{POLICY_ID}/groups", ID)
                        .help("List the groups to which a policy is assigned.")
                        .examples("muster policy groups 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .lists(GroupCommands.COLUMNS),
                get("list", "policies")
                        .help("List the policies in the order of their names.")
                        .examples("muster policy list", "muster policy list --all --json")
                        .lists(COLUMNS),
                get("show", "policies/{POLICY_ID}", ID)
                        .help("Show a policy.")
                        .examples("muster policy show 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .shows(POLICY),
                CommandBuilder.server("unassign")
                        .help("Unassign a policy from a user or a group. Their other assignments stay.")
                        .examples("muster policy unassign 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --user"
                                + " email:ann@example.org")
                        .with(USER, GROUP, ID)
                        .dryRun()
                        .runs(in -> change(in, "DELETE", "is not assigned")),
                get("users", "policies/{POLICY_ID}/users", ID)
                        .help("List the users to whom a policy is assigned directly.")
                        .examples("muster policy users 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .lists(UserView.COLUMNS));
    }

    /// Assigns a policy to a user or group, or unassigns it.
    private static int change(Invocation in, String method, String is) {
        if (in.has(USER) == in.has(GROUP)) {
            throw CommandException.usage("one of --user and --group is needed, and only one");
        }
        String policy = in.word(ID);
        String words = "Policy {POLICY_ID} " + is + " to ";
        return in.has(GROUP)
                ? in.change(
                        new ApiRequest(method, "policies", policy, "groups", in.word(GROUP)),
                        View.says(words + "group {GROUP_ID}."))
                : new PerUser(in, View.says(words + "{REF}."))
                        .run(
                                in.text(USER),
                                ref -> new ApiRequest(method, "policies", policy, "users", String.valueOf(ref)));
    }
}
