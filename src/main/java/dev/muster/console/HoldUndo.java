package dev.muster.console;

import dev.muster.api.RefusedException;
import dev.muster.directory.Directory;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldChange;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Undoes the last change of a user's hold: releases a hold that was placed, restores the reason, note and end of one
/// that was changed, and places one again that was released. The undo takes effect now, in the name of the operator who
/// undoes the change. The journal records it as a separate change.
record HoldUndo(Directory directory, CommandSender sender) {

    /// A user whose hold was changed, and the user's version after the change. The change is not undone if the user
    /// has a different version by then.
    record ChangedUser(UUID user, long version) {
        static ChangedUser of(User user) {
            return new ChangedUser(user.id(), user.version());
        }

        /// @throws RefusedException if the text does not have the format of [#text()]
        static ChangedUser of(String text) {
            int colon = text.indexOf(':');
            UUID user = colon < 0 ? null : FormFields.uuid(text.substring(0, colon));
            if (user == null || !text.substring(colon + 1).matches("[0-9]{1,18}")) {
                throw new RefusedException(new Refusal.NotFound("user", text));
            }
            return new ChangedUser(user, Long.parseLong(text.substring(colon + 1)));
        }

        String text() {
            return user + ":" + version;
        }
    }

    /// How many of the user's newest hold entries are searched for the one that produced the version. Entries
    /// about holds that have expired since then are newer, but do not change the version.
    private static final int ENTRIES = 10;

    /// How long after a change the user's page offers to undo it. Later, others may rely on the changed state, and
    /// operators should instead release the hold or place a new one, and say why.
    private static final Duration OFFER_LIFETIME = Duration.ofHours(24);

    /// Undoes the change. Refuses: Stale if the user has changed again; NotFound if this operator did not make the
    /// change; otherwise as [Command.PlaceHold] and [Command.ReleaseHold].
    ///
    /// @param together the number of users whose changes are undone
    Result<Change> undo(PageVisit visit, ChangedUser changed, int together) {
        UserRef ref = UserRef.id(changed.user);
        return directory
                .history(visit.actor(), visit.realmId(), ref, ENTRIES, null, "user.hold")
                .then(page -> {
                    HoldChange last = last(own(visit, page.items()), changed.version)
                            .map(HoldUndo::change)
                            .orElse(null);
                    return last == null
                            ? Result.refused(new Refusal.NotFound("change of a hold", changed.text()))
                            : sender.send(visit, ref, inverse(last), changed.version, null, together);
                });
    }

    /// Returns the entry of the change that the user's page offers to undo; null if there is none. The change must
    /// have been made by this operator within [#OFFER_LIFETIME], concern a single hold, and have produced the
    /// user's current version. It is not offered if the hold, as it was before or after the change, has ended by
    /// now: nothing would be left to release, or the restored hold would already have ended.
    ///
    /// @param newest the newest entries about the user, by all actors
    static @Nullable JournalEntry offered(PageVisit visit, User user, List<JournalEntry> newest, Instant now) {
        return visit.actor().may(Scope.HOLDS_WRITE)
                ? last(own(visit, newest), user.version())
                        .filter(entry -> entry.at().plus(OFFER_LIFETIME).isAfter(now))
                        .filter(entry -> lasts(change(entry).before(), now)
                                && lasts(change(entry).after(), now))
                        .orElse(null)
                : null;
    }

    private static boolean lasts(@Nullable Hold hold, Instant now) {
        return hold == null || hold.until() == null || hold.until().isAfter(now);
    }

    private static List<JournalEntry> own(PageVisit visit, List<JournalEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.actor().equals(visit.actor().ref()))
                .toList();
    }

    /// Finds the entry that produced this version of the user by changing a single hold.
    private static Optional<JournalEntry> last(List<JournalEntry> entries, long version) {
        return entries.stream()
                .filter(entry -> entry.action().startsWith("user.hold.") && version(entry) == version)
                .filter(entry -> UserFields.holdChanges(entry.changes()).size() == 1)
                .findFirst();
    }

    private static HoldChange change(JournalEntry entry) {
        return UserFields.holdChanges(entry.changes()).getFirst();
    }

    /// Returns the user's version after an entry; -1 if the entry did not change it.
    private static long version(JournalEntry entry) {
        Changes.FieldChange version = entry.changes().byField().get("version");
        return version != null && version.after() instanceof Number number ? number.longValue() : -1;
    }

    private static Command inverse(HoldChange change) {
        Hold before = change.before();
        return before == null
                ? new Command.ReleaseHold(change.kind(), change.label(), null, null)
                : new Command.PlaceHold(change.kind(), change.label(), before.reason(), before.note(), before.until());
    }
}
