package dev.muster.directory.chores;

import dev.muster.directory.journal.CheckpointWitness;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.lane.RepeatBatch;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.UserRef;
import dev.muster.storage.ChoreStore.Due;
import dev.muster.storage.ChoreStore.KeyUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens by the passing of time: holds that are over are journalled, old answers to retries are dropped, uses
/// of keys are noted, and checkpoints are signed. Nothing here decides anything: standing is judged when it is read,
/// and would be right if upkeep never ran.
public final class HoldExpiry implements AutoCloseable {
    private static final Duration ENDINGS_EVERY = Duration.ofSeconds(1);
    private static final Duration REST_EVERY = Duration.ofMinutes(1);
    private static final int AT_ONCE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(HoldExpiry.class);

    private final dev.muster.storage.ChoreStore storage;
    private final Function<WriteRequest, Result<Change>> door;
    private final Supplier<List<KeyUse>> keyUses;
    private final ReadClock now;
    private final CheckpointSigner signer;
    private final CheckpointWitness witness;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("upkeep").daemon().unstarted(task));

    /// Apart, since signing may read many entries again and a witness may be slow.
    private final ScheduledExecutorService signing = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("checkpoints").daemon().unstarted(task));

    public HoldExpiry(
            dev.muster.storage.ChoreStore storage,
            Function<WriteRequest, Result<Change>> door,
            Supplier<List<KeyUse>> keyUses,
            ReadClock now,
            CheckpointSigner signer,
            CheckpointWitness witness) {
        this.storage = storage;
        this.door = door;
        this.keyUses = keyUses;
        this.now = now;
        this.signer = signer;
        this.witness = witness;
    }

    public void start() {
        schedule(this::endHolds, ENDINGS_EVERY);
        schedule(this::dropOldRetries, REST_EVERY);
        schedule(this::noteKeyUses, REST_EVERY);
        var _ = signing.submit(guarded(signer::signAll));
        var _ = signing.scheduleWithFixedDelay(
                guarded(this::signAndPost), REST_EVERY.toMillis(), REST_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private interface Chore {
        void run() throws InterruptedException;
    }

    private void schedule(Chore chore, Duration every) {
        var _ = executor.scheduleWithFixedDelay(guarded(chore), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A chore that throws is tried again in the next round.
    private static Runnable guarded(Chore chore) {
        return () -> {
            try {
                chore.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warn("upkeep: {}", e.toString());
            }
        };
    }

    /// Journals the holds that are over. Their users' writes do the same on their way, so a user that was due here may
    /// be done already.
    public void endHolds() throws InterruptedException {
        List<Due> due;
        int ended;
        do {
            Instant at = now.instant();
            due = storage.due(at, AT_ONCE);
            ended = 0;
            try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Result<Change>> one : each.invokeAll(due.stream()
                        .<Callable<Result<Change>>>map(row -> () -> door.apply(ending(row)))
                        .toList())) {
                    ended += one.state() == Future.State.SUCCESS && one.resultNow() instanceof Result.Ok ? 1 : 0;
                }
            }
            // What is refused, such as a user whose row cannot be read, is due again at once.
        } while (due.size() == AT_ONCE && ended > 0);
    }

    private static WriteRequest ending(Due row) {
        Write write = new Write(Actor.SYSTEM, UserRef.id(row.user()), List.of(new Command.EndHolds()), null);
        return new WriteRequest(row.realm(), write, new Origin("system", "upkeep", null), null, false, 0);
    }

    private void dropOldRetries() {
        Instant before = now.instant().minus(RepeatBatch.RETRIES_KEPT);
        while (storage.forgetRetries(before, AT_ONCE) == AT_ONCE) {
            LOG.debug("dropped {} answers to retries", AT_ONCE);
        }
    }

    private void noteKeyUses() {
        List<KeyUse> uses = keyUses.get();
        if (!uses.isEmpty()) {
            storage.used(uses);
        }
    }

    private void signAndPost() throws InterruptedException {
        signer.sign();
        witness.post();
    }

    @Override
    public void close() {
        signing.shutdownNow();
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
            if (!signing.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("upkeep: signing checkpoints does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
