package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.storage.Rows.CheckpointRow;
import dev.muster.storage.Upkeep.Due;
import dev.muster.storage.Upkeep.KeyUse;
import dev.muster.storage.Upkeep.Stand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens by the passing of time: holds that are over are journalled, old answers to retries are dropped, uses
/// of keys are noted, and checkpoints are signed. Nothing here decides anything: standing is judged when it is read,
/// and would be right if upkeep never ran.
final class Upkeep implements AutoCloseable {
    private static final Duration ENDINGS_EVERY = Duration.ofSeconds(1);
    private static final Duration REST_EVERY = Duration.ofMinutes(1);
    private static final int AT_ONCE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final dev.muster.storage.Upkeep storage;
    private final Directory directory;
    private final Register register;
    private final Now now;
    private final CheckpointKey checkpointKey;
    private final CheckpointFolder checkpointFolder;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("upkeep").daemon().unstarted(task));

    Upkeep(
            dev.muster.storage.Upkeep storage,
            Directory directory,
            Register register,
            Now now,
            CheckpointKey checkpointKey,
            Path checkpointFolder) {
        this.storage = storage;
        this.directory = directory;
        this.register = register;
        this.now = now;
        this.checkpointKey = checkpointKey;
        this.checkpointFolder = new CheckpointFolder(checkpointFolder);
    }

    void start() {
        schedule(this::endHolds, ENDINGS_EVERY);
        schedule(this::dropOldRetries, REST_EVERY);
        schedule(this::noteKeyUses, REST_EVERY);
        schedule(this::sign, REST_EVERY);
    }

    private interface Chore {
        void run() throws InterruptedException, IOException;
    }

    private void schedule(Chore chore, Duration every) {
        var _ = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        chore.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (IOException | RuntimeException e) {
                        // The next round tries again.
                        LOG.warn("upkeep: {}", e.toString());
                    }
                },
                0,
                every.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// Journals the holds that are over. Their users' writes do the same on their way, so a user that was due here may
    /// be done already.
    void endHolds() throws InterruptedException {
        List<Due> due;
        do {
            Instant at = now.instant();
            due = storage.due(at, AT_ONCE);
            try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
                each.invokeAll(due.stream()
                        .<Callable<Result<Change>>>map(row -> () -> directory.execute(ending(row)))
                        .toList());
            }
        } while (due.size() == AT_ONCE);
    }

    private static Request ending(Due row) {
        Write write = new Write(Actor.SYSTEM, UserRef.id(row.user()), List.of(new Command.EndHolds()), null);
        return new Request(row.realm(), write, new Request.Origin("system", "upkeep", null), null, false, 0);
    }

    private void dropOldRetries() {
        Instant before = now.instant().minus(RealmWork.RETRIES_KEPT);
        while (storage.forgetRetries(before, AT_ONCE) == AT_ONCE) {
            LOG.debug("dropped {} answers to retries", AT_ONCE);
        }
    }

    private void noteKeyUses() {
        List<KeyUse> uses = new ArrayList<>();
        register.takeUsed().forEach((key, at) -> uses.add(new KeyUse(key.realm(), key.id(), at)));
        if (!uses.isEmpty()) {
            storage.used(uses);
        }
    }

    /// Signs where each journal stands that has grown since its last checkpoint: into storage, the log and a folder,
    /// so that whoever alters one of them is betrayed by the others.
    ///
    /// After each group of realms it rests as long as that took: where thousands have changed, signing would else
    /// have a processor to itself for seconds.
    void sign() throws IOException, InterruptedException {
        long after = -1;
        List<Stand> grown;
        do {
            long began = System.nanoTime();
            grown = storage.changed(after, AT_ONCE);
            List<CheckpointRow> signed = new ArrayList<>();
            Instant at = now.instant();
            for (Stand stand : grown) {
                Checkpoint checkpoint = Checkpoint.of(stand.realm(), stand.seq(), stand.head(), at);
                signed.add(new CheckpointRow(
                        stand.realm(), stand.seq(), stand.head(), at, checkpointKey.sign(checkpoint)));
                after = stand.realm();
            }
            keep(signed);
            if (grown.size() == AT_ONCE) {
                TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
            }
        } while (grown.size() == AT_ONCE);
    }

    private void keep(List<CheckpointRow> signed) throws IOException {
        if (signed.isEmpty()) {
            return;
        }
        for (CheckpointRow row : signed) {
            LOG.info("checkpoint {}", row.line());
            checkpointFolder.add(row.realm(), row.line());
        }
        // Last, since what stands in storage is not signed again, when one of the others had no room for it.
        storage.checkpoints(signed);
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
