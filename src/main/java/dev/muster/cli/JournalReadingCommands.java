package dev.muster.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
                "  muster journal list --actor 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --all --json"
            })
    public int list(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Option(names = "--action", paramLabel = "ACTION", description = "Such as user.hold.placed.") @Nullable
                    String action,
            @Option(names = "--actor", paramLabel = "ID", description = "Done by that key or operator.") @Nullable
                    String actor,
            @Option(names = "--since", paramLabel = "INSTANT", description = "At that instant or later.") @Nullable
                    String since,
            @Option(names = "--until", paramLabel = "INSTANT", description = "Before that instant.") @Nullable
                    String until) {
        return listing.print(
                remote,
                () -> Call.get("journal")
                        .query("action", action)
                        .query("actor", actor)
                        .query("since", since)
                        .query("until", until),
                EntryView.table(),
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
                head -> shell.out().println(Reply.text(head, "seq") + " " + Text.line(Reply.text(head, "head"))));
    }
}
