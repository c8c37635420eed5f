package dev.muster.directory.chores;

import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.CheckpointWitness;
import dev.muster.directory.journal.JournalPosition;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.storage.CheckpointStore;
import dev.muster.storage.CheckpointStore.JournalEnd;
import dev.muster.storage.ChoreLeaseStore.Changed;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.CheckpointRow;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signs the end of each realm's journal. The checkpoint is stored in a folder, in the log, in the database and, if one
/// is configured, with a witness. If someone tampers with one of them, the others contradict it.
///
/// The signer must not sign for someone who writes to the database directly, so it signs only what continues the
/// realm's last line in the folder. Entries that this server has committed after that line are known from memory; all
/// others are read and verified by hash and MAC. A realm whose journal contradicts the folder is not signed. This is
/// logged as an ERROR, and the server is not ready until it is resolved.
public final class CheckpointSigner implements Schedule.Chore {
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /// How long a journal may be unsigned before another server signs it.
    private static final Duration LEFT_UNSIGNED = Duration.ofSeconds(90);

    private static final int SLICE = 500;
    private static final Duration REPEAT_ERROR_AFTER = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSigner.class);

    private final Database database;
    private final CheckpointStore storage;
    private final StoredJournals journals;
    private final ReadClock now;
    private final CheckpointKey key;
    private final CheckpointFolder folder;
    private final CheckpointWitness witness;
    private final ChoreLeases leases;

    /// The entries that this server has committed in each realm since it last signed the realm's journal.
    private final Map<Long, JournalRun> runs = new ConcurrentHashMap<>();

    /// The realms to check again even without a new commit, because the last attempt failed.
    private final Set<Long> retry = ConcurrentHashMap.newKeySet();

    private final Map<Long, Contradiction> contradictions = new ConcurrentHashMap<>();

    /// For each realm, the end of the journal that this server wrote but that the journal has lost, if no
    /// checkpoint in the folder proves it.
    private final Map<Long, JournalPosition> lost = new ConcurrentHashMap<>();
    private final ReentrantLock turn = new ReentrantLock();
    private long lastExamined = -1;
    private boolean begun;

    public CheckpointSigner(
            Database database,
            CheckpointStore storage,
            RealmKeys realmKeys,
            ReadClock now,
            CheckpointKey key,
            CheckpointFolder folder,
            CheckpointWitness witness,
            ChoreLeases leases) {
        this.database = database;
        this.storage = storage;
        this.journals = new StoredJournals(database, realmKeys);
        this.now = now;
        this.key = key;
        this.folder = folder;
        this.witness = witness;
        this.leases = leases;
    }

    /// @param loggedAt when it was logged, in nanoseconds, so that the ERROR can be repeated periodically
    private record Contradiction(String sentence, long loggedAt) {}

    /// Records a commit. The lane that made the commit calls this.
    public void committed(RealmBatch work) {
        JournalPosition from = work.began();
        JournalPosition to = work.ended();
        if (to.seq() > from.seq()) {
            runs.merge(work.realm.realm().id(), new JournalRun(from, to, true, null), (run, _) -> run.then(from, to));
        }
    }

    /// Forgets which entries were committed, as after a restart. Used by tests.
    public void forgetRuns() {
        runs.clear();
    }

    /// Whether any realm's journal contradicts its checkpoints.
    public boolean isContradicted() {
        return !contradictions.isEmpty();
    }

    /// Signs, and then posts the checkpoints that the witness has not accepted yet.
    @Override
    public Duration run() throws InterruptedException {
        if (leases.areNeeded()) {
            signWithOthers();
        } else if (begun) {
            sign();
        } else {
            signAll();
            begun = true;
        }
        witness.post();
        return INTERVAL;
    }

    /// Signs the journals of the realms that this server has changed. With the lease, also signs those that other
    /// servers have left unsigned, and looks at 500 more, since idle journals may have been altered.
    private void signWithOthers() throws InterruptedException {
        if (leases.holds(SharedChore.CHECKPOINTS)) {
            if (!signForOthers()) {
                sign();
            }
        } else {
            turn.lock();
            try {
                signForChanged();
            } finally {
                turn.unlock();
            }
        }
    }

    /// Signs the journals that other servers have left unsigned for longer than it takes them; all journals if no
    /// server with the lease has done so yet.
    ///
    /// @return whether it was all journals
    public boolean signForOthers() throws InterruptedException {
        ChangedRealms changes = leases.changed(SharedChore.CHECKPOINTS);
        ChangedRealms.Scan scan = changes.scan(LEFT_UNSIGNED);
        if (scan.since() == null) {
            signAll();
        } else {
            changes.each(scan, this::signUnsigned);
        }
        if (!Thread.currentThread().isInterrupted()) {
            changes.done(scan);
        }
        return scan.since() == null;
    }

    private void signUnsigned(List<Changed> realms) throws InterruptedException {
        turn.lock();
        try {
            for (Changed realm : realms) {
                if (!realm.signed() && !runs.containsKey(realm.realm())) {
                    signThenRest(List.of(realm.realm()));
                }
            }
        } finally {
            turn.unlock();
        }
    }

    /// Signs the journals of the realms that this server has changed since the last call and, among the next 500
    /// other realms, of those whose journal has grown.
    public void sign() throws InterruptedException {
        turn.lock();
        try {
            signForChanged();
            lastExamined = signGrownJournals(lastExamined);
        } finally {
            turn.unlock();
        }
    }

    private void signForChanged() throws InterruptedException {
        Set<Long> changed = new TreeSet<>();
        changed.addAll(runs.keySet());
        changed.addAll(retry);
        changed.addAll(contradictions.keySet());
        List<Long> slice = new ArrayList<>();
        for (long realm : changed) {
            slice.add(realm);
            if (slice.size() == SLICE) {
                signThenRest(slice);
                slice.clear();
            }
        }
        signThenRest(slice);
    }

    /// Signs every journal that has grown. Called at start, because a server may have left entries unsigned when it
    /// stopped.
    public void signAll() throws InterruptedException {
        turn.lock();
        try {
            long after = -1;
            do {
                after = signGrownJournals(after);
            } while (after >= 0);
        } finally {
            turn.unlock();
        }
    }

    /// Signs the journals of the realms that this server has changed, before it stops. Realms that are not signed
    /// within `max` are signed at the next start.
    public void signRemaining(Duration max) {
        long until = System.nanoTime() + max.toNanos();
        turn.lock();
        try {
            for (long realm : new TreeSet<>(runs.keySet())) {
                if (System.nanoTime() - until > 0) {
                    return;
                }
                signThenRest(List.of(realm));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            turn.unlock();
        }
    }

    /// Signs the journals that have grown among the next 500 realms, except for realms that this server is
    /// changing, which [#sign] handles.
    ///
    /// @return the last realm checked; -1 if there are no more
    private long signGrownJournals(long after) throws InterruptedException {
        List<JournalEnd> ends = storage.journalEnds(after, SLICE);
        signThenRest(ends.stream()
                .map(JournalEnd::realm)
                .filter(realm -> !runs.containsKey(realm))
                .toList());
        return ends.size() < SLICE ? -1 : ends.getLast().realm();
    }

    /// Signs realms and, after a full slice, sleeps for as long as signing took. If thousands of realms have
    /// changed, signing would otherwise occupy a processor for seconds.
    private void signThenRest(List<Long> realms) throws InterruptedException {
        long began = System.nanoTime();
        List<CheckpointRow> signed = new ArrayList<>();
        for (long realm : realms) {
            retry.remove(realm);
            JournalRun run = runs.remove(realm);
            try {
                sign(realm, run).ifPresent(signed::add);
            } catch (ClosedByInterruptException e) {
                // The server is stopping. The next start signs the rest.
                retry.add(realm);
                Thread.currentThread().interrupt();
                break;
            } catch (IOException | RuntimeException e) {
                retry.add(realm);
                LOG.warn("no checkpoint of realm {}: {}", realm, e.toString());
            }
        }
        if (!signed.isEmpty()) {
            storage.insert(signed);
            witness.tell(signed.stream().map(CheckpointRow::line).toList());
        }
        if (realms.size() == SLICE) {
            TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
        }
    }

    private Optional<CheckpointRow> sign(long realm, @Nullable JournalRun run) throws IOException {
        Optional<CheckpointFolder.LastLine> last = folder.last(realm);
        JournalPosition known = last.map(line -> position(line.checkpoint())).orElseGet(() -> signedElsewhere(realm));
        if (run != null && (run.lost() != null || !journals.hasEntry(realm, run.to()))) {
            return signLost(realm, run, last, known);
        }
        JournalPosition missing = lost.get(realm);
        if (missing != null && !journals.hasEntry(realm, missing)) {
            refuse(realm, describeLoss(missing));
            return Optional.empty();
        }
        lost.remove(realm);
        JournalPosition end = run == null ? journals.present(realm) : run.to();
        if (end == null) {
            return Optional.empty();
        }
        String contradiction = journals.contradiction(realm, run, known, end);
        if (contradiction != null) {
            refuse(realm, contradiction);
            return Optional.empty();
        }
        contradictions.remove(realm);
        if (known != null && known.isSame(end)) {
            return Optional.empty();
        }
        return Optional.of(signed(realm, last, end));
    }

    /// The end of the journal in another server's last checkpoint; null if no other server signed one with the same
    /// key. A server whose folder has no line of the realm need not verify the entries before it again. Its
    /// first line begins a new chain, because the other server continues the other line.
    private @Nullable JournalPosition signedElsewhere(long realm) {
        CheckpointRow row =
                leases.areNeeded() ? database.read(reads -> reads.journal().checkpoint(realm)) : null;
        return Optional.ofNullable(row)
                .flatMap(found -> CheckpointKey.verify(key.publicKeyPem(), found.line()))
                .filter(checkpoint -> checkpoint.realm() == realm)
                .map(CheckpointSigner::position)
                .orElse(null);
    }

    private static JournalPosition position(Checkpoint checkpoint) {
        return new JournalPosition(checkpoint.seq(), checkpoint.headBytes());
    }

    private CheckpointRow signed(long realm, Optional<CheckpointFolder.LastLine> last, JournalPosition end)
            throws IOException {
        Checkpoint checkpoint = Checkpoint.after(
                last.map(CheckpointFolder.LastLine::text).orElse(null), realm, end.seq(), end.head(), now.instant());
        String line = key.sign(checkpoint);
        // The folder comes first, because the next checkpoint must continue it.
        folder.add(realm, line);
        LOG.info("checkpoint {}", line);
        return new CheckpointRow(realm, end.seq(), end.head(), checkpoint.at(), line);
    }

    /// Signs an end of the journal that this server has written but that the journal no longer has, if it continues
    /// the last checkpoint. If someone rolled back acknowledged writes before they were signed, the folder
    /// therefore contradicts the journal even after a restart.
    private Optional<CheckpointRow> signLost(
            long realm, JournalRun run, Optional<CheckpointFolder.LastLine> last, @Nullable JournalPosition known)
            throws IOException {
        JournalPosition missing = run.lost() != null ? run.lost() : run.to();
        refuse(realm, describeLoss(missing));
        if (!run.whole() || !run.follows(known)) {
            lost.put(realm, missing);
            return Optional.empty();
        }
        return Optional.of(signed(realm, last, missing));
    }

    private static String describeLoss(JournalPosition missing) {
        return "this server has written entry " + missing.seq() + " with the hash "
                + HexFormat.of().formatHex(missing.head()) + ", and it is gone or another one";
    }

    private void refuse(long realm, String sentence) {
        long nanos = System.nanoTime();
        Contradiction earlier = contradictions.get(realm);
        if (earlier == null
                || !earlier.sentence().equals(sentence)
                || nanos - earlier.loggedAt() > REPEAT_ERROR_AFTER.toNanos()) {
            contradictions.put(realm, new Contradiction(sentence, nanos));
            LOG.error("the journal of realm {} contradicts its checkpoints and is not signed for: {}", realm, sentence);
        }
    }
}
