package dev.muster.directory.chores;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.FanOut;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.storage.ApprovalTables.ApprovalRow;
import dev.muster.storage.ChoreStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Journals that requests for approval have lapsed. This has no effect on decisions: whether a request can still be
/// approved depends only on its `lapsesAt`.
public final class ApprovalExpiry implements Schedule.Chore {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int SLICE = 100;
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalExpiry.class);

    private final ChoreStore storage;
    private final Function<WriteRequest, Result<Change>> execute;
    private final ReadClock now;

    /// @param execute executes a write, like [dev.muster.directory.Directory#execute]
    public ApprovalExpiry(ChoreStore storage, Function<WriteRequest, Result<Change>> execute, ReadClock now) {
        this.storage = storage;
        this.execute = execute;
        this.now = now;
    }

    @Override
    public Duration run() {
        List<ApprovalRow> due = storage.lapsing(now.instant(), SLICE);
        boolean any = FanOut.map(due, SLICE, this::lapse).contains(true);
        return any && due.size() == SLICE ? Duration.ZERO : INTERVAL;
    }

    /// Journals that a request has lapsed, and returns whether that succeeded. A failure does not affect the
    /// others.
    private boolean lapse(ApprovalRow row) {
        Write write = new Write(Actor.SYSTEM, null, List.of(new ApprovalCommand.LapseApproval(row.approval())), null);
        Origin origin = new Origin("system", "upkeep", null);
        try {
            return execute.apply(new WriteRequest(row.realm(), write, origin, null, false, 0)) instanceof Result.Ok;
        } catch (RuntimeException e) {
            LOG.debug(
                    "the lapse of approval {} is not journalled", row.approval().id(), e);
            return false;
        }
    }
}
