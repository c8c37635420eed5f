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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Gatherers;
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
///
/// Up to 500 realms are signed with one signature, see [CheckpointKey#signTogether].
public final class CheckpointSigner implements Schedule.Chore {
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /// How long a journal may be unsigned before another server signs it.
    private static final Duration LEFT_UNSIGNED = Duration.ofSeconds(90);

    /// The number of realms that are signed together. Each line has a hash for each doubling of it.
    private static final int SLICE = 500;

    private static final int SLICE_AT_STOP = 100;
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSigner.class);

    private final Database database;
    private final CheckpointStore storage;
    private final StoredJournals journals;
    private final ReadClock now;
    private final CheckpointKey key;
    private final CheckpointFolder folder;
    private final CheckpointWitness witness;
    private final ChoreLeases leases;
    private final RandomGenerator random;

    /// The entries that this server has committed in each realm since it last signed the realm's journal.
    private final Map<Long, JournalRun> runs = new ConcurrentHashMap<>();

    /// The realms to check again even without a new commit, because the last attempt failed.
    private final Set<Long> retry = ConcurrentHashMap.newKeySet();

    private final Contradictions contradictions = new Contradictions();

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
            ChoreLeases leases,
            RandomGenerator random) {
        this.database = database;
        this.storage = storage;
        this.journals = new StoredJournals(database, realmKeys);
        this.now = now;
        this.key = key;
        this.folder = folder;
        this.witness = witness;
        this.leases = leases;
        this.random = random;
    }

    /// Records a commit. The lane that made the commit calls this.
    public void committed(RealmBatch work) {
        JournalPosition from = work.began();
        JournalPosition to = work.ended();
        if (to.seq() > from.seq()) {
            runs.merge(work.realm.realm().id(), new JournalRun(from, to, true, null), JournalRun::then);
        }
    }

    /// Forgets which entries were committed, as after a restart. Used by tests.
    public void forgetRuns() {
        runs.clear();
    }

    /// Whether any realm's journal contradicts its checkpoints.
    public boolean isContradicted() {
        return contradictions.areAny();
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
            List<Long> unsigned = realms.stream()
                    .filter(realm -> !realm.signed() && !runs.containsKey(realm.realm()))
                    .map(Changed::realm)
                    .toList();
            signInSlices(unsigned);
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
        changed.addAll(contradictions.realms());
        signInSlices(changed);
    }

    private void signInSlices(Collection<Long> realms) throws InterruptedException {
        for (List<Long> slice : slices(realms, SLICE)) {
            signThenRest(slice);
        }
    }

    private static List<List<Long>> slices(Collection<Long> realms, int size) {
        return realms.stream().gather(Gatherers.windowFixed(size)).toList();
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
            for (List<Long> slice : slices(new TreeSet<>(runs.keySet()), SLICE_AT_STOP)) {
                if (System.nanoTime() - until > 0) {
                    return;
                }
                signThenRest(slice);
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

    /// Signs the realms of a slice with one signature. After a full slice, sleeps for as long as signing took. If
    /// thousands of realms have changed, signing would otherwise occupy a processor for seconds.
    private void signThenRest(List<Long> realms) throws InterruptedException {
        long began = System.nanoTime();
        List<JournalEndToSign> ends = new ArrayList<>();
        for (long realm : realms) {
            retry.remove(realm);
            JournalRun run = runs.remove(realm);
            try {
                endToSign(realm, run).ifPresent(ends::add);
            } catch (IOException | RuntimeException e) {
                failed(realm, run, e);
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        }
        sign(ends);
        if (realms.size() == SLICE) {
            TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
        }
    }

    /// Has a realm signed later. What is known of its entries is kept: it is what reveals that they were removed in the
    /// meantime, and if the server is stopping, [#signRemaining] signs them.
    private void failed(long realm, @Nullable JournalRun run, Exception e) {
        if (run == null) {
            retry.add(realm);
        } else {
            runs.merge(realm, run, (later, earlier) -> earlier.then(later));
        }
        if (!Thread.currentThread().isInterrupted()) {
            LOG.warn("no checkpoint of realm {}: {}", realm, e.toString());
        }
    }

    private void sign(List<JournalEndToSign> ends) {
        Instant at = now.instant();
        List<Checkpoint> checkpoints =
                ends.stream().map(end -> end.checkpoint(at)).toList();
        List<String> lines = key.signTogether(checkpoints, random);
        List<CheckpointRow> signed = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            JournalEndToSign end = ends.get(i);
            String line = lines.get(i);
            try {
                // The folder comes first, because the next checkpoint must continue it.
                folder.add(end.realm(), line);
                LOG.info("checkpoint {}", line);
                signed.add(new CheckpointRow(
                        end.realm(), end.position().seq(), end.position().head(), at, line));
            } catch (IOException | RuntimeException e) {
                failed(end.realm(), end.run(), e);
            }
        }
        if (!signed.isEmpty()) {
            storage.insert(signed);
            witness.tell(signed.stream().map(CheckpointRow::line).toList());
        }
    }

    /// Returns the end of a realm's journal if it is to be signed: if it continues what was signed before, and is not
    /// signed yet.
    private Optional<JournalEndToSign> endToSign(long realm, @Nullable JournalRun run) throws IOException {
        Optional<CheckpointFolder.LastLine> last = folder.last(realm);
        JournalPosition known =
                last.map(line -> JournalPosition.of(line.checkpoint())).orElseGet(() -> signedElsewhere(realm));
        if (run != null && (run.lost() != null || !journals.hasEntry(realm, run.to()))) {
            return lostEndToSign(realm, run, last, known);
        }
        JournalPosition missing = lost.get(realm);
        if (missing != null && !journals.hasEntry(realm, missing)) {
            contradictions.add(realm, describeLoss(missing));
            return Optional.empty();
        }
        lost.remove(realm);
        JournalPosition end = run == null ? journals.present(realm) : run.to();
        if (end == null) {
            return Optional.empty();
        }
        String contradiction = journals.contradiction(realm, run, known, end);
        if (contradiction != null) {
            contradictions.add(realm, contradiction);
            return Optional.empty();
        }
        contradictions.remove(realm);
        if (known != null && known.isSame(end)) {
            return Optional.empty();
        }
        return Optional.of(new JournalEndToSign(realm, run, last, end));
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
                .map(JournalPosition::of)
                .orElse(null);
    }

    /// Returns an end of the journal that this server has written but that the journal no longer has, if it continues
    /// the last checkpoint. It is signed too, so that the folder contradicts a journal without acknowledged writes,
    /// even after a restart.
    private Optional<JournalEndToSign> lostEndToSign(
            long realm, JournalRun run, Optional<CheckpointFolder.LastLine> last, @Nullable JournalPosition known) {
        JournalPosition missing = run.lost() != null ? run.lost() : run.to();
        contradictions.add(realm, describeLoss(missing));
        if (!run.whole() || !run.follows(known)) {
            lost.put(realm, missing);
            return Optional.empty();
        }
        return Optional.of(new JournalEndToSign(realm, run, last, missing));
    }

    private static String describeLoss(JournalPosition missing) {
        return "this server has written entry " + missing.seq() + " with the hash "
                + HexFormat.of().formatHex(missing.head()) + ", and it is gone or another one";
    }
}
