package dev.muster.console;

import dev.muster.api.RefusedException;
import dev.muster.directory.Directory;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes back the last change of a user's holds: a placed hold is released, a changed one gets its reason, note and
/// end of before, a released one is placed again (by whoever undoes it, from now on). That is a change of its own,
/// which the journal shows.
record HoldUndo(Directory directory, CommandSender sender) {

    /// A user whose hold was changed, and the version they had from then on: only that one is undone.
    record Changed(UUID user, long version) {
        static Changed of(User user) {
            return new Changed(user.id(), user.version());
        }

        /// @throws RefusedException when the text is not one of [#text()]
        static Changed of(String text) {
            int colon = text.indexOf(':');
            UUID user = colon < 0 ? null : FormFields.uuid(text.substring(0, colon));
            if (user == null || !text.substring(colon + 1).matches("[0-9]{1,18}")) {
                throw new RefusedException(new Refusal.NotFound("user", text));
            }
            return new Changed(user, Long.parseLong(text.substring(colon + 1)));
        }

        String text() {
            return user + ":" + version;
        }
    }

    /// Refuses: Stale, if the user has changed since; NotFound, if no change of a hold can be read; as
    /// [Command.PlaceHold] and [Command.ReleaseHold].
    Result<Change> undo(PageVisit visit, Changed changed) {
        UserRef ref = UserRef.id(changed.user);
        return directory
                .history(visit.actor(), visit.realmId(), ref, 1, null, "user.hold")
                .then(page -> {
                    Command command =
                            page.items().isEmpty() ? null : inverse(page.items().getFirst());
                    return command == null
                            ? Result.refused(new Refusal.NotFound("change of a hold", changed.text()))
                            : sender.send(visit, ref, command, changed.version, null);
                });
    }

    /// Whether the page of this user, which shows what was done just now, can offer to undo it.
    static boolean isOffered(PageVisit visit, User user, List<JournalEntry> newestFirst) {
        return visit.done() != null
                && !newestFirst.isEmpty()
                && newestFirst.getFirst().action().startsWith("user.hold.")
                && newestFirst.getFirst().at().equals(user.updatedAt())
                && newestFirst.getFirst().actor().equals(visit.actor().ref())
                && inverse(newestFirst.getFirst()) != null;
    }

    private static @Nullable Command inverse(JournalEntry entry) {
        List<Map.Entry<String, Changes.FieldChange>> holds = entry.changes().byField().entrySet().stream()
                .filter(each -> each.getKey().startsWith("holds."))
                .toList();
        if (holds.size() != 1) {
            return null;
        }
        String field = holds.getFirst().getKey();
        int dot = field.indexOf('.', 6);
        HoldKind kind = Objects.requireNonNull(HoldKind.of(field.substring(6, dot)));
        String label = field.substring(dot + 1);
        return holds.getFirst().getValue().before() instanceof Map<?, ?> before
                ? new Command.PlaceHold(
                        kind,
                        label,
                        text(before, "reason"),
                        text(before, "note"),
                        before.get("until") instanceof String until ? Instant.parse(until) : null)
                : new Command.ReleaseHold(kind, label, null, null);
    }

    private static @Nullable String text(Map<?, ?> hold, String name) {
        return hold.get(name) instanceof String text ? text : null;
    }
}
