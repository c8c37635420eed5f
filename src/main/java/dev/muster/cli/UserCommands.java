package dev.muster.cli;

import dev.muster.model.HoldKind;
import dev.muster.model.Rank;
import dev.muster.model.Status;
import dev.muster.model.Tag;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "user",
        description = {
            "The realm's users.",
            "",
            "REF is a user's id, or external:ID, email:ADDRESS, username:NAME or number:N.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
final class UserCommands extends UserRecordCommands {
    private static final String REF_HELP = "An id, or external:ID, email:ADDRESS, username:NAME or number:N.";
    private static final HoldKind[] PLACEABLE =
            Arrays.stream(HoldKind.values()).filter(HoldKind::placeable).toArray(HoldKind[]::new);

    UserCommands(Shell shell) {
        super(shell);
    }

    /// Why a change is made.
    static final class Why {
        @Option(names = "--reason", paramLabel = "CODE", description = "A short code, such as chargeback.")
        @Nullable
        String reason;

        @Option(names = "--note", paramLabel = "TEXT", description = "A free text for who reads it later.")
        @Nullable
        String note;
    }

    /// Whether a change is made, or only judged.
    static final class Rehearsal {
        @Option(names = "--dry-run", order = 95, description = "Show what would be answered, and change nothing.")
        boolean dryRun;

        Call on(Call call) {
            return dryRun ? call.header("Muster-Dry-Run", "true") : call;
        }

        /// What to say once it is done, or would be.
        String said(String words) {
            return dryRun ? "Nothing was changed; in earnest: " + words : words;
        }
    }

    @Command(
            name = "list",
            description = {"List users in the order of their registration. Filters combine.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user list --status suspended",
                "  muster user list --q ann --limit 10",
                "  muster user list --hold fraud --all --json"
            })
    int list(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Option(
                            names = "--status",
                            paramLabel = "STATUS",
                            description = "active, barred, removed, blocked, suspended, deactivated or fraud.")
                    @Nullable
                    String status,
            @Option(
                            names = "--hold",
                            paramLabel = "KIND",
                            description = "Under a hold of that kind, graver ones or not.")
                    @Nullable
                    String hold,
            @Option(names = "--tag", paramLabel = "TAG", description = "USER or GUEST.") @Nullable String tag,
            @Option(names = "--rank", paramLabel = "RANK", description = "REGULAR, ADMIN or SUPER.") @Nullable
                    String rank,
            @Option(names = "--group", paramLabel = "GROUP_ID", description = "Members of that group.") @Nullable
                    String group,
            @Option(
                            names = "--q",
                            paramLabel = "TEXT",
                            description = "Text inside name, email, username or external id.")
                    @Nullable
                    String text) {
        String checkedStatus = Words.of("--status", status, Status.values(), Status::word);
        String checkedHold = Words.of("--hold", hold, HoldKind.values(), HoldKind::word);
        String checkedTag = Words.of("--tag", tag, Tag.values(), Tag::name);
        String checkedRank = Words.of("--rank", rank, Rank.values(), Rank::name);
        return listing.print(
                remote,
                () -> Call.get("users")
                        .query("status", checkedStatus)
                        .query("hold", checkedHold)
                        .query("tag", checkedTag)
                        .query("rank", checkedRank)
                        .query("group", group)
                        .query("q", text),
                UserView.table(),
                UserView::row);
    }

    @Command(
            name = "show",
            description = {"Show a user, and whether they may act.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user show email:ann@example.org",
                "  muster user show external:c-1042 --at 2026-10-01T00:00:00Z"
            })
    int show(
            @Mixin Remote remote,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref,
            @Option(names = "--at", paramLabel = "INSTANT", description = "As the user was then.") @Nullable
                    String at) {
        return remote.print(
                remote.ask(Call.get("users", ref).query("at", at)), user -> UserView.print(shell.out(), user));
    }

    @Command(
            name = "hold",
            description = {
                "Place a hold on a user: one independent reason why they may not act.",
                "",
                "A hold of the same kind and label is replaced. fraud lets requests go on and fail; the others deny.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user hold email:ann@example.org suspended --until 7d --reason chargeback",
                "  muster user hold number:42 blocked --label legal --note 'court order 17/2026'"
            })
    int hold(
            @Mixin Remote remote,
            @Mixin Rehearsal rehearsal,
            @Mixin Why why,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref,
            @Parameters(paramLabel = "KIND", description = "blocked, suspended, deactivated or fraud.") String kind,
            @Option(
                            names = "--label",
                            paramLabel = "LABEL",
                            description = "Tells holds of one kind apart: a-z, 0-9 and -; default: main.")
                    @Nullable
                    String label,
            @Option(
                            names = "--until",
                            paramLabel = "WHEN",
                            description = "When it ends by itself: an instant such as 2027-01-31T12:00:00Z, or a"
                                    + " duration from now such as 7d, 12h, 30m.")
                    @Nullable
                    String until) {
        Call call = Call.put("users", ref, "holds", kind(kind))
                .query("label", label)
                .field("reason", why.reason)
                .field("note", why.note);
        if (until != null) {
            call.field("until", Durations.until("--until", until, shell.clock().instant()));
        }
        return standing(remote, rehearsal.on(call));
    }

    @Command(
            name = "release",
            description = {"Release a hold. Holds of other kinds or labels stay.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user release email:ann@example.org suspended",
                "  muster user release number:42 blocked --label legal --note 'order lifted'"
            })
    int release(
            @Mixin Remote remote,
            @Mixin Rehearsal rehearsal,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref,
            @Parameters(paramLabel = "KIND", description = "blocked, suspended, deactivated or fraud.") String kind,
            @Option(names = "--label", paramLabel = "LABEL", description = "The hold's label; default: main.") @Nullable
                    String label,
            @Option(names = "--note", paramLabel = "TEXT", description = "A free text for who reads it later.")
                    @Nullable
                    String note) {
        Call call = Call.delete("users", ref, "holds", kind(kind)).query("label", label);
        return standing(
                remote, rehearsal.on(note == null ? call : call.withBody().field("note", note)));
    }

    @Command(
            name = "remove",
            description = {
                "Remove a user. Identifiers stay reserved, and restore is the way back.",
                "",
                "With --expel the user also leaves all groups and policies.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user remove external:c-1042",
                "  muster user remove external:c-1042 --expel --reason left"
            })
    int remove(
            @Mixin Remote remote,
            @Mixin Rehearsal rehearsal,
            @Mixin Why why,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref,
            @Option(names = "--expel", description = "Leave all groups and policies too.") boolean expel) {
        Call call = Call.delete("users", ref).query("expel", expel ? "true" : null);
        if (why.reason != null || why.note != null) {
            call.withBody().field("reason", why.reason).field("note", why.note);
        }
        return user(remote, rehearsal.on(call));
    }

    @Command(
            name = "restore",
            description = {"Bring a removed user back. Other holds stay.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user restore external:c-1042 --reason returned")
    int restore(
            @Mixin Remote remote,
            @Mixin Rehearsal rehearsal,
            @Mixin Why why,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        Call call =
                Call.post("users", ref, "restore").field("reason", why.reason).field("note", why.note);
        return user(remote, rehearsal.on(call));
    }

    @Command(
            name = "bar",
            description = {
                "Bar a user for good. Only root can take it back.",
                "",
                "Nothing is done to a barred user any more but erasing them, and nobody is ever registered again with"
                        + " their email or external id. Asks for the REF to be typed once more, unless --yes.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user bar email:mallory@example.org --reason identity-theft",
                "  muster user bar number:42 --reason identity-theft --yes"
            })
    int bar(
            @Mixin Remote remote,
            @Mixin Rehearsal rehearsal,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref,
            @Option(
                            names = "--reason",
                            paramLabel = "CODE",
                            required = true,
                            description = "A short code, such as identity-theft.")
                    String reason,
            @Option(names = "--note", paramLabel = "TEXT", description = "A free text for who reads it later.")
                    @Nullable
                    String note,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) {
        if (!yes && !rehearsal.dryRun) {
            confirm(ref);
        }
        Call call = Call.post("users", ref, "bar").field("reason", reason).field("note", note);
        return user(remote, rehearsal.on(call));
    }

    private void confirm(String ref) {
        Shell.Terminal terminal = shell.terminal();
        if (terminal == null) {
            throw CommandException.usage("no terminal to confirm a bar at: give --yes");
        }
        String typed =
                terminal.line("This bars " + Text.line(ref) + " for good. Type " + Text.line(ref) + " to confirm: ");
        if (typed == null || !typed.strip().equals(ref)) {
            throw CommandException.usage("not confirmed, and nobody was barred");
        }
    }

    @Command(
            name = "groups",
            description = {"List the groups that a user is in.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user groups email:ann@example.org")
    int groups(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        return listing.print(remote, () -> Call.get("users", ref, "groups"), GroupView.table(), GroupView::row);
    }

    @Command(
            name = "policies",
            description = {"List the policies that give a user access, and how they come to it.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user policies email:ann@example.org")
    int policies(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        return listing.print(
                remote, () -> Call.get("users", ref, "policies"), PolicyView.tableOfUser(), PolicyView::rowOfUser);
    }

    private static String kind(String kind) {
        return String.valueOf(Words.of("KIND", kind, PLACEABLE, HoldKind::word));
    }

    private int standing(Remote remote, Call call) {
        return remote.print(remote.change(call), standing -> UserView.printStanding(shell.out(), standing));
    }

    private int user(Remote remote, Call call) {
        return remote.print(remote.change(call), user -> UserView.print(shell.out(), user));
    }
}
