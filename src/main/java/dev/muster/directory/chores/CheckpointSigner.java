package dev.muster.directory.chores;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.ChainVerifier;
import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.CheckpointWitness;
import dev.muster.directory.journal.JournalPosition;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.RealmKey;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.ChoreStore.JournalEnd;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.CheckpointRow;
import dev.muster.storage.JournalTables.JournalRow;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int SLICE = 500;
    private static final Duration REPEAT_ERROR_AFTER = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSigner.class);

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final CheckpointKey key;
    private final CheckpointFolder folder;
    private final CheckpointWitness witness;

    /// The entries that this server has committed in each realm since it last signed the realm's journal.
    private final Map<Long, JournalRun> runs = new ConcurrentHashMap<>();

    /// The realms to check again even without a new commit, because the last attempt failed.
    private final Set<Long> retry = ConcurrentHashMap.newKeySet();

    private final Map<Long, Contradiction> contradictions = new ConcurrentHashMap<>();

    /// For each realm, the end of the journal that this server wrote but that the journal has lost, if no
    /// checkpoint in the folder proves it.
    private final Map<Long, JournalPosition> lost = new ConcurrentHashMap<>();
    private final ReentrantLock turn = new ReentrantLock();
    private long lookedAtUpTo = -1;
    private boolean begun;

    public CheckpointSigner(
            Database database,
            ChoreStore storage,
            RealmKeys realmKeys,
            ReadClock now,
            CheckpointKey key,
            CheckpointFolder folder,
            CheckpointWitness witness) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.now = now;
        this.key = key;
        this.folder = folder;
        this.witness = witness;
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
        if (begun) {
            sign();
        } else {
            signAll();
            begun = true;
        }
        witness.post();
        return EVERY;
    }

    /// Signs the journals of the realms that this server has changed since the last call and, among the next 500
    /// other realms, of those whose journal has grown.
    public void sign() throws InterruptedException {
        turn.lock();
        try {
            signForChanged();
            lookedAtUpTo = lookAtOthers(lookedAtUpTo);
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
                after = lookAtOthers(after);
            } while (after >= 0);
        } finally {
            turn.unlock();
        }
    }

    /// Signs the journals of the realms that this server has changed, before it stops. Realms that are not signed
    /// within `most` are signed at the next start.
    public void signWhatIsLeft(Duration most) {
        long until = System.nanoTime() + most.toNanos();
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
    private long lookAtOthers(long after) throws InterruptedException {
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
            storage.checkpoints(signed);
            witness.tell(signed.stream().map(CheckpointRow::line).toList());
        }
        if (realms.size() == SLICE) {
            TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
        }
    }

    private Optional<CheckpointRow> sign(long realm, @Nullable JournalRun run) throws IOException {
        Optional<CheckpointFolder.Last> last = folder.last(realm);
        JournalPosition known = last.map(line -> line.checkpoint())
                .map(checkpoint -> new JournalPosition(checkpoint.seq(), checkpoint.headBytes()))
                .orElse(null);
        if (run != null && (run.lost() != null || !hasEntry(realm, run.to()))) {
            return signLost(realm, run, last, known);
        }
        JournalPosition missing = lost.get(realm);
        if (missing != null && !hasEntry(realm, missing)) {
            refuse(realm, lostSentence(missing));
            return Optional.empty();
        }
        lost.remove(realm);
        JournalPosition end = run == null ? present(realm) : run.to();
        if (end == null) {
            return Optional.empty();
        }
        String contradiction = contradiction(realm, run, known, end);
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

    private CheckpointRow signed(long realm, Optional<CheckpointFolder.Last> last, JournalPosition end)
            throws IOException {
        Checkpoint checkpoint = Checkpoint.after(
                last.map(CheckpointFolder.Last::text).orElse(null), realm, end.seq(), end.head(), now.instant());
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
            long realm, JournalRun run, Optional<CheckpointFolder.Last> last, @Nullable JournalPosition known)
            throws IOException {
        JournalPosition missing = run.lost() != null ? run.lost() : run.to();
        refuse(realm, lostSentence(missing));
        if (!run.whole() || !follows(run, known)) {
            lost.put(realm, missing);
            return Optional.empty();
        }
        return Optional.of(signed(realm, last, missing));
    }

    private static String lostSentence(JournalPosition missing) {
        return "this server has written entry " + missing.seq() + " with the hash "
                + HexFormat.of().formatHex(missing.head()) + ", and it is gone or another one";
    }

    /// Whether a run starts at the last checkpoint, or at the start of the journal if there is none.
    private static boolean follows(JournalRun run, @Nullable JournalPosition known) {
        return known == null ? run.from().seq() == 0 : run.from().isSame(known);
    }

    private boolean hasEntry(long realm, JournalPosition written) {
        JournalRow entry = stored(realm, written.seq()).entry();
        return entry != null && Arrays.equals(entry.hash(), written.head());
    }

    /// The end of a journal according to the database; null if it is empty.
    private @Nullable JournalPosition present(long realm) {
        BatchRow present = database.read(reads -> reads.journal().present(realm));
        return present.lastSeq() == 0 ? null : new JournalPosition(present.lastSeq(), present.head());
    }

    /// Why a journal that ends at `end` cannot continue the journal signed before; null if it can.
    ///
    /// @param known the last signed end; null if there is none
    private @Nullable String contradiction(
            long realm, @Nullable JournalRun run, @Nullable JournalPosition known, JournalPosition end) {
        if (known != null && end.seq() < known.seq()) {
            return "it ends at entry " + end.seq() + ", but entry " + known.seq() + " is in a signed checkpoint";
        }
        if (known != null && end.seq() == known.seq() && !end.isSame(known)) {
            return differs(known.seq(), end.head(), known.head());
        }
        Stored stored = stored(realm, end.seq());
        if (stored.end() < end.seq() || stored.entry() == null) {
            return "it ends at entry " + stored.end() + ", but entry " + end.seq() + " was its end";
        }
        if (!Arrays.equals(stored.entry().hash(), end.head())) {
            return differs(end.seq(), stored.entry().hash(), end.head());
        }
        if (known != null && known.isSame(end)) {
            return null;
        }
        boolean written = run != null && run.whole() && follows(run, known);
        return written ? null : walk(realm, known, end);
    }

    private static String differs(long seq, byte[] found, byte[] expected) {
        HexFormat hex = HexFormat.of();
        return "entry " + seq + " has the hash " + hex.formatHex(found) + ", but it was " + hex.formatHex(expected);
    }

    /// @param end the number of the journal's last entry
    /// @param entry the requested entry; null if it is missing
    private record Stored(long end, @Nullable JournalRow entry) {}

    private Stored stored(long realm, long seq) {
        return database.snapshot(reads -> {
            List<JournalRow> rows = reads.journal().entries(realm, seq - 1, seq, 1);
            return new Stored(reads.journal().present(realm).lastSeq(), rows.isEmpty() ? null : rows.getFirst());
        });
    }

    /// Verifies the entries after `known` up to `end`. Returns null if they form a chain from one to the other. If
    /// nothing has been signed yet, verification starts at the first entry: the MACs show which entries this
    /// installation has written.
    private @Nullable String walk(long realm, @Nullable JournalPosition known, JournalPosition end) {
        RealmKey realmKey = realmKeys.get(realm).key();
        ChainVerifier walk =
                known == null ? ChainVerifier.of(realmKey) : ChainVerifier.after(realmKey, known.seq(), known.head());
        walk.expect(end.seq(), HexFormat.of().formatHex(end.head()), "the journal's end");
        while (walk.seq() < end.seq() && !walk.isBroken()) {
            long from = walk.seq();
            List<JournalRow> slice = database.read(reads -> reads.journal().entries(realm, from, end.seq(), SLICE));
            if (slice.isEmpty()) {
                break;
            }
            for (JournalRow row : slice) {
                if (!walk.next(row.entry(), row.hash())) {
                    break;
                }
            }
        }
        ChainVerification outcome = walk.end();
        return outcome.valid() ? null : "entry " + outcome.firstBad() + " does not fit: " + outcome.reason();
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
