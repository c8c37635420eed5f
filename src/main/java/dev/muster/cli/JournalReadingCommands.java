package dev.muster.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// The commands of `muster journal` that read entries. [JournalCommands] inherits
/// them, where picocli finds those that are public.
abstract class JournalReadingCommands {
    final Shell shell;

    JournalReadingCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(
            name = "list",
            description = {"List the journal's entries, oldest first. Filters combine.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster journal list --action user.hold.placed --since 2026-11-01T00:00:00Z",
                "  muster journal list --since 7d --all --format csv",
                "  muster journal list --actor 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --all --json"
            })
    public int list(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Option(names = "--action", paramLabel = "ACTION", description = "Such as user.hold.placed.") @Nullable
                    String action,
            @Option(names = "--actor", paramLabel = "ID", description = "Done by that key or operator.") @Nullable
                    String actor,
            @Option(
                            names = "--since",
                            paramLabel = "WHEN",
                            description = "At that instant or later; 2h for two hours ago.")
                    @Nullable
                    String since,
            @Option(names = "--until", paramLabel = "WHEN", description = "Before that instant; 2h for two hours ago.")
                    @Nullable
                    String until) {
        String from = since == null ? null : ago("--since", since);
        String to = until == null ? null : ago("--until", until);
        return listing.print(
                remote,
                () -> Call.get("journal")
                        .query("action", action)
                        .query("actor", actor)
                        .query("since", from)
                        .query("until", to),
                new Table(EntryView.COLUMNS),
                EntryView::row);
    }

    @Command(
            name = "head",
            description = {"Show the last entry's number and hash: worth noting down elsewhere.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster journal head")
    public int head(@Mixin Remote remote) {
        return remote.print(
                remote.ask(Call.get("journal", "head")),
                (display, head) ->
                        display.println(Text.line(Reply.text(head, "seq") + " " + Reply.text(head, "head"))));
    }

    @Command(
            name = "tail",
            description = {
                "Print entries as they are written, until Ctrl-C: each once, and none left out.",
                "",
                "It begins with the next entry, unless --since or --after says otherwise, goes on after a restart of the"
                        + " server, and at its end names the entry to go on with.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster journal tail",
                "  muster journal tail --action user.hold --since 1h",
                "  muster journal tail --after 1042 --json | jq -r .action"
            })
    public int tail(
            @Mixin Remote remote,
            @Option(
                            names = "--after",
                            paramLabel = "SEQ",
                            description = "Begin with the entry that follows the one of that number.")
                    @Nullable
                    String after,
            @Option(
                            names = "--since",
                            paramLabel = "WHEN",
                            description = "Begin with the first entry of that instant or later; 2h for two hours ago.")
                    @Nullable
                    String since,
            @Option(
                            names = "--action",
                            paramLabel = "ACTION",
                            description = "Only that action, such as user.hold.placed, or those that begin so, such as"
                                    + " user.hold.")
                    @Nullable
                    String action,
            @Option(names = "--actor", paramLabel = "ID", description = "Only what that key or operator did.") @Nullable
                    String actor) {
        if (after != null && since != null) {
            throw CommandException.usage("--after and --since exclude each other");
        }
        if (after != null && !after.matches("[0-9]{1,18}")) {
            throw CommandException.usage(
                    "--after must be the number of an entry, as SEQ in muster journal list, not " + after);
        }
        JournalTail.Start start = new JournalTail.Start(
                after == null ? null : Long.valueOf(after), since == null ? null : ago("--since", since));
        return new JournalTail(remote, entry -> isAsked(entry, action, actor)).run(start);
    }

    private static boolean isAsked(JsonNode entry, @Nullable String action, @Nullable String actor) {
        String done = Reply.text(entry, "action");
        return (action == null || done.equals(action) || done.startsWith(action + "."))
                && (actor == null || Reply.text(entry.path("actor"), "id").equalsIgnoreCase(actor));
    }

    private String ago(String option, String text) {
        return Durations.since(option, text, shell.clock().instant());
    }
}
