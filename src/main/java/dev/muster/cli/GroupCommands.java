package dev.muster.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "group", description = "Groups of a realm's users.", synopsisSubcommandLabel = "COMMAND")
final class GroupCommands {
    private static final String ID_HELP = "As muster group list shows it.";

    /// What a group or a policy is for, where it is changed.
    static final class Description {
        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        @Nullable
        String text;

        @Option(names = "--no-description", description = "Take the description away.")
        boolean none;

        /// Leaves out what is not to be changed.
        void into(Call call) {
            if (none) {
                if (text != null) {
                    throw CommandException.usage("--description and --no-description exclude each other");
                }
                call.fields().putNull("description");
            }
            call.field("description", text);
        }
    }

    @Command(
            name = "list",
            description = {"List the groups in the order of their names.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster group list", "  muster group list --all --json"})
    int list(@Mixin Remote remote, @Mixin Listing listing) {
        return listing.print(remote, () -> Call.get("groups"), new Table(GroupView.COLUMNS), GroupView::row);
    }

    @Command(
            name = "show",
            description = {"Show a group.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster group show 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
    int show(@Mixin Remote remote, @Parameters(paramLabel = "GROUP_ID", description = ID_HELP) String id) {
        return print(remote, remote.ask(Call.get("groups", id)));
    }

    @Command(
            name = "create",
            description = {"Make a group. No other may have its name.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster group create 'Night shift' --description 'Who works at night'")
    int create(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "NAME", description = "What people call it.") String name,
            @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.") @Nullable
                    String description) {
        Call call = Call.post("groups").field("name", name).field("description", description);
        return print(remote, remote.change(rehearsal.on(call)));
    }

    @Command(
            name = "edit",
            description = {"Change a group's name or description. What is not given stays.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster group edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --name 'Late shift'",
                "  muster group edit 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --no-description"
            })
    int edit(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Mixin Description description,
            @Parameters(paramLabel = "GROUP_ID", description = ID_HELP) String id,
            @Option(names = "--name", paramLabel = "NAME", description = "Its new name.") @Nullable String name) {
        Call call = Call.patch("groups", id).field("name", name);
        description.into(call);
        if (call.fields().isEmpty()) {
            throw CommandException.usage("nothing to change: give --name, --description or --no-description");
        }
        return print(remote, remote.change(rehearsal.on(call)));
    }

    @Command(
            name = "delete",
            description = {
                "Delete a group, and end its memberships. One that a policy is assigned to is not deleted.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = "  muster group delete 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
    int delete(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "GROUP_ID", description = ID_HELP) String id) {
        return remote.done(
                rehearsal.on(Call.delete("groups", id)), rehearsal.said("Deleted group " + Text.line(id) + "."));
    }

    @Command(
            name = "members",
            description = {"List the users who are in a group.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster group members 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --all")
    int members(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Parameters(paramLabel = "GROUP_ID", description = ID_HELP) String id) {
        return listing.print(
                remote, () -> Call.get("groups", id, "members"), new Table(UserView.COLUMNS), UserView::row);
    }

    @Command(
            name = "add",
            description = {"Put a user into a group. Guests are no members; promote them first.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster group add 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 email:ann@example.org")
    int add(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "GROUP_ID", description = ID_HELP) String id,
            @Parameters(paramLabel = "REF", description = Refs.HELP) String ref) {
        return new PerUser(remote, rehearsal)
                .run(
                        ref,
                        PerUser.Shape.said(
                                user -> rehearsal.said(Text.line(user) + " is in group " + Text.line(id) + ".")),
                        user -> Call.put("groups", id, "members", user));
    }

    @Command(
            name = "remove",
            description = {"Take a user out of a group.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster group remove 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 email:ann@example.org")
    int remove(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "GROUP_ID", description = ID_HELP) String id,
            @Parameters(paramLabel = "REF", description = Refs.HELP) String ref) {
        return new PerUser(remote, rehearsal)
                .run(
                        ref,
                        PerUser.Shape.said(
                                user -> rehearsal.said(Text.line(user) + " is not in group " + Text.line(id) + ".")),
                        user -> Call.delete("groups", id, "members", user));
    }

    private static int print(Remote remote, Reply reply) {
        return remote.print(reply, GroupView::print);
    }
}
