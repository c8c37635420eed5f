package dev.muster.cli;

import dev.muster.model.user.Tag;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The commands of `muster user` that are about the user's record rather than their holds. [UserCommands] inherits
/// them, where picocli finds those that are public.
abstract class UserRecordCommands {
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

        boolean isEmpty() {
            ObjectNode fields = JsonMapper.shared().createObjectNode();
            into(fields);
            return fields.isEmpty();
        }

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
                JsonNode object = Strict.JSON.readTree(text);
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
            @Mixin UserChange.Rehearsal rehearsal,
            @Mixin Given given,
            @Option(names = "--tag", paramLabel = "TAG", description = "USER or GUEST; default: USER.") @Nullable
                    String tag) {
        String checkedTag = Words.of("--tag", tag, Tag.values(), Tag::name);
        Call call = Call.post("users").field("tag", checkedTag);
        given.into(call.fields());
        return remote.print(remote.change(rehearsal.on(call)), UserView::print);
    }

    @Command(
            name = "edit",
            description = {"Change what is known of a user. An empty text takes a field away.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster user edit number:42 --name 'Ann Lee-Meyer'",
                "  muster user edit external:c-1042 --username ''"
            })
    public int edit(@Mixin UserChange change, @Mixin Given given) {
        if (given.isEmpty()) {
            throw CommandException.usage("there is nothing to change");
        }
        return change.run(UserView.USER, ref -> {
            Call call = Call.patch("users", ref);
            given.into(call.fields());
            return call;
        });
    }

    @Command(
            name = "standing",
            description = {"Show whether a user may act, and why not.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster user standing email:ann@example.org", "  muster user standing - <refs.txt --format csv"
            })
    public int standing(@Mixin AboutUser about) {
        return about.show(UserView.STANDING, ref -> Call.get("users", ref, "standing"));
    }

    @Command(
            name = "promote",
            description = {"Make a guest a user of full standing.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user promote email:guest@example.org --reason contract")
    public int promote(@Mixin UserChange change, @Mixin UserChange.Why why) {
        return change.run(UserView.USER, ref -> why.on(Call.post("users", ref, "promote")));
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
            @Mixin UserChange change,
            @Mixin UserChange.Why why,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) {
        change.confirm(yes, "erases", "nobody was erased");
        return change.run(UserView.USER, ref -> why.on(Call.post("users", ref, "erase")));
    }

    @Command(
            name = "history",
            description = {"List what was done to a user, newest first.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster user history email:ann@example.org --limit 10")
    public int history(@Mixin AboutUser about, @Mixin Listing listing) {
        return about.list(
                listing,
                ref -> Call.get("users", ref, "history"),
                EntryView.OF_ONE_SUBJECT,
                EntryView::rowOfOneSubject);
    }
}
