package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.model.Standing;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one door to the register. Writes wait in their realm's queue until a lane carries them out; reads go straight
/// to storage. Every method blocks its caller and is for any number of threads.
///
/// Every read of users needs `users:read`, else it is `Forbidden`; `Busy` means that storage did not answer in time.
public final class Directory implements AutoCloseable {
    /// Carries out a write, and returns once it is durable or refused.
    public Result<Change> execute(Request request) {
        throw new UnsupportedOperationException("not yet");
    }

    /// A user as of now. `Barred` goes before `NotFound`.
    public Result<Seen<User>> find(Actor actor, long realm, UserRef ref) {
        throw new UnsupportedOperationException("not yet");
    }

    /// A user as they were at `at`: `NotFound` before they were registered, `Invalid` when `at` lies in the future,
    /// `Erased` when what the journal held of them can no longer be read.
    public Result<Seen<User>> find(Actor actor, long realm, UserRef ref, Instant at) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Whether a user may act now.
    public Result<Standing> standing(Actor actor, long realm, UserRef ref) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Whether a user might act at `at`, in the past.
    public Result<Standing> standing(Actor actor, long realm, UserRef ref, Instant at) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Whether each of these users may act now, in their order, all judged at one moment.
    public Result<Seen<List<Result<Standing>>>> standings(Actor actor, long realm, List<UserRef> refs) {
        throw new UnsupportedOperationException("not yet");
    }

    /// A part of the list of users, judged now, with how many there are in all.
    public Result<Seen<Page<User>>> list(Actor actor, long realm, UserQuery query) {
        throw new UnsupportedOperationException("not yet");
    }

    /// The journal entries about one user, newest first.
    ///
    /// @param before only entries with a lower `seq`; null to begin with the newest
    public Result<Page<JournalEntry>> history(Actor actor, long realm, UserRef ref, int limit, @Nullable Long before) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Refuses what comes from now on, answers what was accepted, and gives storage back.
    @Override
    public void close() {
        throw new UnsupportedOperationException("not yet");
    }
}
