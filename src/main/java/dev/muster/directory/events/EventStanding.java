package dev.muster.directory.events;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.User;
import dev.muster.storage.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A user's standing before and after an entry, as determined by all of their holds.
///
/// @param before the standing before; null if there was none because the entry registered the user, or if it is unknown
///     because the entry erased them
/// @param turned whether the entry changed the decision or the status
record EventStanding(@Nullable Standing before, Standing after, boolean registered, boolean turned) {
    private static final Duration MIN_STEP = Duration.ofMillis(1);

    /// Returns the standing before and after an entry; null if the entry cannot have changed it, or if it is
    /// unknown.
    static @Nullable EventStanding of(JournalEntry entry, PastUsers past) {
        if (entry.subject().type() != Event.Subject.Type.USER || !StandingActions.mayTurn(entry.action())) {
            return null;
        }
        PastUsers.BeforeAndAfter beforeAndAfter = past.beforeAndAfter(entry.seq());
        if (beforeAndAfter == null) {
            return entry.action().equals(Event.Action.USER_ERASED.wireName())
                    ? ofErasure(entry, past.row(entry.subject().id()))
                    : null;
        }
        Standing after = beforeAndAfter.after().standing(entry.at());
        User was = beforeAndAfter.before();
        if (was == null) {
            return new EventStanding(null, after, true, false);
        }
        Standing before = was.standing(justBefore(entry, was));
        boolean turned = before.decision() != after.decision() || before.status() != after.status();
        return new EventStanding(before, after, false, turned);
    }

    /// Returns the time a millisecond before the entry, because the journal dates the end of a hold at the instant
    /// of its end. However, it is not before the user's previous change, which may have been made in the same
    /// millisecond: the hold no longer counted after that change.
    private static Instant justBefore(JournalEntry entry, User was) {
        Instant moment = entry.at().minus(MIN_STEP);
        return was.updatedAt().isAfter(moment) ? was.updatedAt() : moment;
    }

    /// Returns the standing for an erasure, which also removes the user. The standing afterwards is known, but the
    /// one before can no longer be determined.
    private static @Nullable EventStanding ofErasure(JournalEntry entry, @Nullable UserRow row) {
        if (row == null || !row.readable() || row.seed() != null) {
            return null;
        }
        Hold removed = row.user().holds().get(HoldKind.REMOVED, Hold.MAIN);
        boolean turned = removed != null && Objects.equals(removed.placedAt(), entry.at());
        return new EventStanding(null, row.user().standing(entry.at()), false, turned);
    }
}
