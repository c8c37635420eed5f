package dev.muster.cli;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "user",
        description = {
            "The realm's users.",
            "",
            "REF is a user's id, or external:ID, email:ADDRESS, username:NAME or number:N. With - for REF, refs are read"
                    + " from the input, one a line, and what comes of each is printed on a line of its own.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
final class UserCommands extends UserRecordCommands {
    private static final HoldKind[] PLACEABLE =
            Arrays.stream(HoldKind.values()).filter(HoldKind::placeable).toArray(HoldKind[]::new);

    UserCommands(Shell shell) {
        super(shell);
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
                new Table(UserView.COLUMNS),
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
            @Mixin AboutUser about,
            @Option(names = "--at", paramLabel = "INSTANT", description = "As the user was then.") @Nullable
                    String at) {
        return about.show(UserView.USER, ref -> Call.get("users", ref).query("at", at));
    }

    @Command(
            name = "hold",
            description = {
                "Place a hold on a user: one independent reason why they may not act.",
                "",
                "A hold of the same kind and label is changed. fraud lets requests go on and fail; the others deny.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user hold email:ann@example.org suspended --until 7d --reason chargeback",
                "  muster user hold number:42 blocked --label legal --note 'court order 17/2026'",
                "  muster user hold - blocked --reason fraud-ring --dry-run <refs.txt"
            })
    int hold(
            @Mixin UserChange change,
            @Mixin UserChange.Why why,
            @Parameters(index = "1", paramLabel = "KIND", description = "blocked, suspended, deactivated or fraud.")
                    String kind,
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
        String checkedKind = kind(kind);
        String end = until == null
                ? null
                : Durations.until("--until", until, shell.clock().instant());
        return change.run(
                UserView.STANDING,
                ref -> why.on(Call.put("users", ref, "holds", checkedKind))
                        .query("label", label)
                        .field("until", end));
    }

    @Command(
            name = "release",
            description = {"Release a hold. Holds of other kinds or labels stay.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user release email:ann@example.org suspended --reason paid",
                "  muster user release number:42 blocked --label legal --note 'order lifted'"
            })
    int release(
            @Mixin UserChange change,
            @Mixin UserChange.Why why,
            @Parameters(index = "1", paramLabel = "KIND", description = "blocked, suspended, deactivated or fraud.")
                    String kind,
            @Option(names = "--label", paramLabel = "LABEL", description = "The hold's label; default: main.") @Nullable
                    String label) {
        String checkedKind = kind(kind);
        if (!Refs.isInput(change.about.ref)) {
            sayIfNotHeld(change.about, checkedKind, label == null ? Hold.MAIN : label);
        }
        return change.run(
                UserView.STANDING,
                ref -> why.on(Call.post("users", ref, "holds", checkedKind, "release"))
                        .query("label", label));
    }

    /// Releasing a hold that a user does not have is no error, but whoever mistyped its kind or label has to
    /// see that. A key that may not read users is told nothing.
    private static void sayIfNotHeld(AboutUser about, String kind, String label) {
        Reply standing;
        try (Client client = about.remote.client()) {
            standing = client.send(Call.get("users", about.ref, "standing"));
        }
        if (standing.status() != 200) {
            return;
        }
        List<String> held = new ArrayList<>();
        for (JsonNode hold : standing.json().path("holds")) {
            String holdKind = hold.path("kind").asString("");
            String holdLabel = hold.path("label").asString("");
            if (holdKind.equals(kind) && holdLabel.equals(label)) {
                return;
            }
            held.add(holdKind + " (" + holdLabel + ")");
        }
        about.remote
                .shell()
                .err()
                .println(Text.line("nothing to release: there is no hold " + kind + " (" + label + ")"
                        + (held.isEmpty() ? "" : "; there is " + String.join(", ", held))));
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
            @Mixin UserChange change,
            @Mixin UserChange.Why why,
            @Option(names = "--expel", description = "Leave all groups and policies too.") boolean expel) {
        return change.run(UserView.USER, ref -> {
            Call call = Call.delete("users", ref).query("expel", expel ? "true" : null);
            return why.isGiven() ? why.on(call.withBody()) : call;
        });
    }

    @Command(
            name = "restore",
            description = {"Bring a removed user back. Other holds stay.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user restore external:c-1042 --reason returned")
    int restore(@Mixin UserChange change, @Mixin UserChange.Why why) {
        return change.run(UserView.USER, ref -> why.on(Call.post("users", ref, "restore")));
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
            @Mixin UserChange change,
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
        change.confirm(yes, "bars", "nobody was barred");
        return change.run(
                UserView.USER,
                ref -> Call.post("users", ref, "bar").field("reason", reason).field("note", note));
    }

    @Command(
            name = "groups",
            description = {"List the groups that a user is in.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user groups email:ann@example.org")
    int groups(@Mixin AboutUser about, @Mixin Listing listing) {
        return about.list(listing, ref -> Call.get("users", ref, "groups"), GroupView.COLUMNS, GroupView::row);
    }

    @Command(
            name = "policies",
            description = {"List the policies that give a user access, and how they come to it.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user policies email:ann@example.org")
    int policies(@Mixin AboutUser about, @Mixin Listing listing) {
        return about.list(
                listing, ref -> Call.get("users", ref, "policies"), PolicyView.COLUMNS_OF_USER, PolicyView::rowOfUser);
    }

    private static String kind(String kind) {
        return String.valueOf(Words.of("KIND", kind, PLACEABLE, HoldKind::word));
    }
}
