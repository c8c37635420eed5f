package dev.muster.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The commands of `muster user` that are about the user's record rather than their holds. [UserCommands] inherits
/// them, where picocli finds those that are public.
abstract class UserRecordCommands {
    private static final String REF_HELP = "An id, or external:ID, email:ADDRESS, username:NAME or number:N.";

    final Shell shell;

    UserRecordCommands(Shell shell) {
        this.shell = shell;
    }

    /// What can be given of a user.
    static final class Given {
        @Option(names = "--email", paramLabel = "ADDRESS", description = "Their address.")
        @Nullable
        String email;

        @Option(names = "--external-id", paramLabel = "ID", description = "Your own id of them.")
        @Nullable
        String externalId;

        @Option(names = "--username", paramLabel = "NAME", description = "The name that they sign in with.")
        @Nullable
        String username;

        @Option(names = "--name", paramLabel = "TEXT", description = "What people call them.")
        @Nullable
        String name;

        @Option(names = "--given-name", paramLabel = "TEXT", description = "Given name.")
        @Nullable
        String givenName;

        @Option(names = "--family-name", paramLabel = "TEXT", description = "Family name.")
        @Nullable
        String familyName;

        @Option(names = "--metadata", paramLabel = "JSON", description = "A JSON object of your own.")
        @Nullable
        String metadata;

        /// Puts what was given into a body; an empty text is null there, which takes a field away.
        void into(ObjectNode fields) {
            put(fields, "email", email);
            put(fields, "externalId", externalId);
            put(fields, "username", username);
            put(fields, "name", name);
            put(fields, "givenName", givenName);
            put(fields, "familyName", familyName);
            if (metadata != null) {
                fields.set("metadata", object(metadata));
            }
        }

        private static void put(ObjectNode fields, String field, @Nullable String given) {
            if (given != null && given.isEmpty()) {
                fields.putNull(field);
            } else if (given != null) {
                fields.put(field, given);
            }
        }

        private static JsonNode object(String text) {
            try {
                JsonNode object = JsonMapper.shared().readTree(text);
                if (object.isObject()) {
                    return object;
                }
            } catch (JacksonException e) {
                throw CommandException.usage("--metadata must be a JSON object", e);
            }
            throw CommandException.usage("--metadata must be a JSON object");
        }
    }

    @Command(
            name = "create",
            description = {"Register a user. At least one of email, external id and username is needed.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user create --email ann@example.org --name 'Ann Lee'",
                "  muster user create --external-id c-1042 --metadata '{\"plan\":\"gold\"}'"
            })
    public int create(
            @Mixin Remote remote,
            @Mixin UserCommands.Rehearsal rehearsal,
            @Mixin Given given,
            @Option(names = "--tag", paramLabel = "TAG", description = "USER or GUEST; default: USER.") @Nullable
                    String tag) {
        String checkedTag = Words.of("--tag", tag, dev.muster.model.Tag.values(), dev.muster.model.Tag::name);
        Call call = Call.post("users").field("tag", checkedTag);
        given.into(call.fields());
        return user(remote, rehearsal.on(call));
    }

    @Command(
            name = "edit",
            description = {"Change what is known of a user. An empty text takes a field away.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user edit number:42 --name 'Ann Lee-Meyer'",
                "  muster user edit external:c-1042 --username ''"
            })
    public int edit(
            @Mixin Remote remote,
            @Mixin UserCommands.Rehearsal rehearsal,
            @Mixin Given given,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        Call call = Call.patch("users", ref);
        given.into(call.fields());
        if (call.fields().isEmpty()) {
            throw CommandException.usage("there is nothing to change");
        }
        return user(remote, rehearsal.on(call));
    }

    @Command(
            name = "standing",
            description = {"Show whether a user may act, and why not.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user standing email:ann@example.org")
    public int standing(@Mixin Remote remote, @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        return remote.print(
                remote.ask(Call.get("users", ref, "standing")),
                standing -> UserView.printStanding(shell.out(), standing));
    }

    @Command(
            name = "promote",
            description = {"Make a guest a user of full standing.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user promote email:guest@example.org --reason contract")
    public int promote(
            @Mixin Remote remote,
            @Mixin UserCommands.Rehearsal rehearsal,
            @Mixin UserCommands.Why why,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        Call call =
                Call.post("users", ref, "promote").field("reason", why.reason).field("note", why.note);
        return user(remote, rehearsal.on(call));
    }

    @Command(
            name = "erase",
            description = {
                "Erase what is known of a user. There is no way back.",
                "",
                "Holds, their kinds and times, and the number stay. Asks for the REF to be typed once more, unless --yes.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = "  muster user erase external:c-1042 --reason request --yes")
    public int erase(
            @Mixin Remote remote,
            @Mixin UserCommands.Rehearsal rehearsal,
            @Mixin UserCommands.Why why,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) {
        if (!yes && !rehearsal.dryRun) {
            confirm(ref);
        }
        Call call = Call.post("users", ref, "erase").field("reason", why.reason).field("note", why.note);
        return user(remote, rehearsal.on(call));
    }

    private void confirm(String ref) {
        Shell.Terminal terminal = shell.terminal();
        if (terminal == null) {
            throw CommandException.usage("no terminal to confirm an erasure at: give --yes");
        }
        String shown = Text.line(ref);
        String typed = terminal.line("This erases " + shown + " for good. Type " + shown + " to confirm: ");
        if (typed == null || !typed.strip().equals(ref)) {
            throw CommandException.usage("not confirmed, and nobody was erased");
        }
    }

    @Command(
            name = "history",
            description = {"List what was done to a user, newest first.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user history email:ann@example.org --limit 10")
    public int history(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Parameters(paramLabel = "REF", description = REF_HELP) String ref) {
        return listing.print(remote, () -> Call.get("users", ref, "history"), EntryView.table(), EntryView::row);
    }

    private int user(Remote remote, Call call) {
        return remote.print(remote.change(call), user -> UserView.print(shell.out(), user));
    }
}
