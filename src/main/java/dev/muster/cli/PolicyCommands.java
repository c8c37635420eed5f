package dev.muster.cli;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;

@Command(
        name = "policy",
        description = "What users and groups are given access to.",
        synopsisSubcommandLabel = "COMMAND")
final class PolicyCommands {
    private static final String ID_HELP = "As muster policy list shows it.";

    /// To whom a policy is assigned.
    static final class Assignee {
        @Option(names = "--user", paramLabel = "REF", description = "A user. " + Refs.HELP)
        @Nullable
        String user;

        @Option(names = "--group", paramLabel = "GROUP_ID", description = "A group, as muster group list shows it.")
        @Nullable
        String group;

        /// Carries out a call about each assignee, and gives the exit code.
        ///
        /// @param call makes the call for a path that ends with the assignee
        /// @param words says that it was done, up to the assignee
        int change(
                Remote remote,
                UserChange.Rehearsal rehearsal,
                String policy,
                Function<String[], Call> call,
                String words) {
            if ((user == null) == (group == null)) {
                throw CommandException.usage("one of --user and --group is needed, and only one");
            }
            if (group != null) {
                return remote.done(
                        rehearsal.on(call.apply(new String[] {"policies", policy, "groups", group})),
                        rehearsal.said(Text.line(words + "group " + group + ".")));
            }
            return new PerUser(remote, rehearsal)
                    .run(
                            String.valueOf(user),
                            PerUser.Shape.said(ref -> rehearsal.said(Text.line(words + ref + "."))),
                            ref -> call.apply(new String[] {"policies", policy, "users", ref}));
        }
    }

    @Command(
            name = "list",
            description = {"List the policies in the order of their names.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster policy list", "  muster policy list --all --json"})
    int list(@Mixin Remote remote, @Mixin Listing listing) {
        return listing.print(remote, () -> Call.get("policies"), new Table(PolicyView.COLUMNS), PolicyView::row);
    }

    @Command(
            name = "show",
            description = {"Show a policy.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster policy show 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
    int show(@Mixin Remote remote, @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id) {
        return print(remote, remote.ask(Call.get("policies", id)));
    }

    @Command(
            name = "create",
            description = {"Make a policy. No other may have its name.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster policy create 'Front doors' --resource door:1 --resource door:2")
    int create(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "NAME", description = "What people call it.") String name,
            @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.") @Nullable
                    String description,
            @Option(
                            names = "--resource",
                            paramLabel = "RESOURCE",
                            description = "What it gives access to; may be given more than once.")
                    @Nullable
                    List<String> resources) {
        Call call = Call.post("policies").field("name", name).field("description", description);
        putResources(call, resources == null ? List.of() : resources);
        return print(remote, remote.change(rehearsal.on(call)));
    }

    @Command(
            name = "edit",
            description = {
                "Change a policy's name, description or resources. What is not given stays; resources are replaced whole.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster policy edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --name 'All doors'",
                "  muster policy edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --resource door:1 --resource door:3"
            })
    int edit(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Mixin GroupCommands.Description description,
            @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id,
            @Option(names = "--name", paramLabel = "NAME", description = "Its new name.") @Nullable String name,
            @Option(
                            names = "--resource",
                            paramLabel = "RESOURCE",
                            description = "All that it is to give access to; may be given more than once.")
                    @Nullable
                    List<String> resources,
            @Option(names = "--no-resources", description = "Give access to nothing.") boolean noResources) {
        Call call = Call.patch("policies", id).field("name", name);
        description.into(call);
        if (resources != null && noResources) {
            throw CommandException.usage("--resource and --no-resources exclude each other");
        }
        if (resources != null || noResources) {
            putResources(call, resources == null ? List.of() : resources);
        }
        if (call.fields().isEmpty()) {
            throw CommandException.usage(
                    "nothing to change: give --name, --description, --no-description, --resource or --no-resources");
        }
        return print(remote, remote.change(rehearsal.on(call)));
    }

    private static void putResources(Call call, List<String> resources) {
        ArrayNode array = call.fields().putArray("resources");
        resources.forEach(array::add);
    }

    @Command(
            name = "delete",
            description = {"Delete a policy, and end its assignments.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster policy delete 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
    int delete(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id) {
        return remote.done(
                rehearsal.on(Call.delete("policies", id)), rehearsal.said("Deleted policy " + Text.line(id) + "."));
    }

    @Command(
            name = "users",
            description = {"List the users to whom a policy is assigned themselves.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster policy users 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
    int users(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id) {
        return listing.print(
                remote, () -> Call.get("policies", id, "users"), new Table(UserView.COLUMNS), UserView::row);
    }

    @Command(
            name = "groups",
            description = {"List the groups to which a policy is assigned.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster policy groups 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
    int groups(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id) {
        return listing.print(
                remote, () -> Call.get("policies", id, "groups"), new Table(GroupView.COLUMNS), GroupView::row);
    }

    @Command(
            name = "assign",
            description = {"Assign a policy to a user, or to all who are in a group. Guests have none.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster policy assign 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --user email:ann@example.org",
                "  muster policy assign 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --group 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b12"
            })
    int assign(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Mixin Assignee assignee,
            @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id) {
        return assignee.change(remote, rehearsal, id, Call::put, "Policy " + id + " is assigned to ");
    }

    @Command(
            name = "unassign",
            description = {"Take a policy from a user or a group. What they have by other ways stays.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster policy unassign 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --user email:ann@example.org")
    int unassign(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Mixin Assignee assignee,
            @Parameters(paramLabel = "POLICY_ID", description = ID_HELP) String id) {
        return assignee.change(remote, rehearsal, id, Call::delete, "Policy " + id + " is not assigned to ");
    }

    private static int print(Remote remote, Reply reply) {
        return remote.print(reply, PolicyView::print);
    }
}
