package dev.muster.directory.chores;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.JournalRewind;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.JournalCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports journals that have lost what this server had committed: logs an ERROR immediately, counts it, and records it
/// in the journal itself. An entry that cannot be written is tried again until the server stops.
public final class RewindRecorder implements Schedule.Chore {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(RewindRecorder.class);

    private final Queue<JournalRewind> waiting = new ConcurrentLinkedQueue<>();
    private final LongAdder count = new LongAdder();
    private final Consumer<JournalRewind> before;
    private volatile Runnable wake = () -> {};
    private volatile Function<WriteRequest, Result<Change>> execute =
            _ -> Result.refused(new Refusal.Busy(RETRY_AFTER));

    /// @param before is called with each rewind before it is recorded; may be called again after a failure
    public RewindRecorder(Consumer<JournalRewind> before) {
        this.before = before;
    }

    /// Starts recording. What was found before waits until then.
    ///
    /// @param execute executes a write, like [dev.muster.directory.Directory#execute]
    public void start(Schedule schedule, Function<WriteRequest, Result<Change>> execute) {
        this.execute = execute;
        wake = schedule.add("rewound journals", Duration.ZERO, this);
    }

    /// Reports a journal. The lane that has noticed it calls this, so it returns immediately.
    public void found(JournalRewind rewind) {
        LOG.error("{}", rewind.sentence());
        count.increment();
        waiting.add(rewind);
        wake.run();
    }

    /// How many times a journal was found to have lost entries.
    public long count() {
        return count.sum();
    }

    @Override
    public Duration run() {
        waiting.removeIf(this::isRecorded);
        return waiting.isEmpty() ? INTERVAL : RETRY_AFTER;
    }

    private boolean isRecorded(JournalRewind rewind) {
        try {
            before.accept(rewind);
            return record(rewind) instanceof Result.Ok;
        } catch (RuntimeException e) {
            // The others are still recorded.
            LOG.debug("the rewind of realm {} is not recorded yet", rewind.realm(), e);
            return false;
        }
    }

    private Result<Change> record(JournalRewind rewind) {
        HexFormat hex = HexFormat.of();
        JournalCommand.NoteRewind command = new JournalCommand.NoteRewind(
                rewind.lost().seq(),
                hex.formatHex(rewind.lost().head()),
                rewind.found().seq(),
                hex.formatHex(rewind.found().head()));
        Write write = new Write(Actor.SYSTEM, null, List.of(command), null);
        Origin origin = new Origin("system", "upkeep", null);
        return execute.apply(new WriteRequest(rewind.realm(), write, origin, null, false, 0));
    }
}
