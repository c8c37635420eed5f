package dev.muster.directory;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.VerificationRow;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Verifies journals in the background, one verification per realm at a time, and keeps the last result. Every method
/// requires `journal:read`.
public final class JournalVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(JournalVerifier.class);

    private final Database database;
    private final ChoreStore storage;
    private final Journal journal;
    private final VerificationLimit limit;
    private final ReadClock now;
    private final Map<Long, Walk> walks = new ConcurrentHashMap<>();

    JournalVerifier(Database database, ChoreStore storage, Journal journal, VerificationLimit limit, ReadClock now) {
        this.database = database;
        this.storage = storage;
        this.journal = journal;
        this.limit = limit;
        this.now = now;
    }

    private record Walk(AtomicLong seen, long of) {}

    /// The result of the last verification.
    ///
    /// @param firstBad the number of the first invalid entry; like `reason`, null if all entries are valid
    public record Found(
            Instant at,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason) {
        public boolean valid() {
            return firstBad == null && reason == null;
        }
    }

    /// The state of verification.
    ///
    /// @param last the result of the last verification; null if none has finished yet
    /// @param seen the number of entries that the running verification has checked; -1 if none is running
    /// @param of the number of entries in the journal when the running verification started
    public record State(@Nullable Found last, long seen, long of) {
        public boolean running() {
            return seen >= 0;
        }
    }

    public Result<State> state(Actor actor, long realm) {
        return StorageFailures.withScope(actor, Scope.JOURNAL_READ, () -> {
            Walk walk = walks.get(realm);
            VerificationRow row = database.read(reads -> reads.journal().verification(realm));
            Found last =
                    row == null ? null : new Found(row.at(), row.entries(), row.head(), row.firstBad(), row.reason());
            return Result.ok(walk == null ? new State(last, -1, 0) : new State(last, walk.seen.get(), walk.of));
        });
    }

    /// Starts a verification, unless one of this realm is already running on this server. Refuses: Busy while this
    /// realm or two others are being verified or reconciled.
    public Result<State> begin(Actor actor, long realm) {
        return journal.head(actor, realm).then(head -> {
            if (!walks.containsKey(realm)) {
                if (!limit.acquire(realm)) {
                    return walks.containsKey(realm) ? state(actor, realm) : VerificationLimit.busy();
                }
                Walk walk = new Walk(new AtomicLong(), head.seq());
                walks.put(realm, walk);
                Thread.ofPlatform().name("verification").daemon().start(() -> walk(actor, realm, walk));
            }
            return state(actor, realm);
        });
    }

    private void walk(Actor actor, long realm, Walk walk) {
        try {
            if (journal.verify(actor, realm, walk.seen::set) instanceof Result.Ok<ChainVerification>(var found)) {
                storage.verified(new VerificationRow(
                        realm, now.instant(), found.entries(), found.head(), found.firstBad(), found.reason()));
            }
        } catch (RuntimeException e) {
            // The last complete result stays valid.
            LOG.warn("verification: {}", e.toString());
        } finally {
            walks.remove(realm);
            limit.release(realm);
        }
    }
}
