package dev.muster.directory.chores;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.FanOut;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.UserRef;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.ChoreStore.Due;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Journals expired holds. This has no effect on decisions: standing is computed on read, and is correct even if this
/// task never runs.
public final class HoldExpiry implements Schedule.Chore {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int SLICE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(HoldExpiry.class);

    private final ChoreStore storage;
    private final Function<WriteRequest, Result<Change>> execute;
    private final ReadClock now;

    /// @param execute executes a write, like [dev.muster.directory.Directory#execute]
    public HoldExpiry(ChoreStore storage, Function<WriteRequest, Result<Change>> execute, ReadClock now) {
        this.storage = storage;
        this.execute = execute;
        this.now = now;
    }

    /// Journals the expired holds of up to 500 users. Any write to a user also journals that user's expired holds,
    /// so some may have been journalled already. If a write is refused, for example because the user is unreadable,
    /// it is retried in the next slice.
    @Override
    public Duration run() {
        List<Due> due = storage.due(now.instant(), SLICE);
        boolean any = FanOut.map(due, SLICE, this::end).contains(true);
        return any && due.size() == SLICE ? Duration.ZERO : INTERVAL;
    }

    /// Journals the end of a user's holds, and returns whether that succeeded. A failure does not affect the
    /// others.
    private boolean end(Due due) {
        Write write = new Write(Actor.SYSTEM, UserRef.id(due.user()), List.of(new Command.EndHolds()), null);
        Origin origin = new Origin("system", "upkeep", null);
        try {
            return execute.apply(new WriteRequest(due.realm(), write, origin, null, false, 0)) instanceof Result.Ok;
        } catch (RuntimeException e) {
            LOG.debug("the end of a hold of user {} could not be journalled", due.user(), e);
            return false;
        }
    }
}
