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

/// Walks along realms' journals that take longer than somebody waits for an answer, one a realm at a time,
/// and what the last one found. Every method needs `journal:read`.
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

    /// What the last walk found.
    ///
    /// @param firstBad the first entry that does not fit; null when all do, as is `reason`
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
    /// @param last null where none was ever done
    /// @param seen how many entries the walk that is under way has seen; -1 while none is
    /// @param of how many there were when it began
    public record State(@Nullable Found last, long seen, long of) {
        public boolean running() {
            return seen >= 0;
        }
    }

    public Result<State> state(Actor actor, long realm) {
        return StorageFailures.as(actor, Scope.JOURNAL_READ, () -> {
            Walk walk = walks.get(realm);
            VerificationRow row = database.read(reads -> reads.journal().verification(realm));
            Found last =
                    row == null ? null : new Found(row.at(), row.entries(), row.head(), row.firstBad(), row.reason());
            return Result.ok(walk == null ? new State(last, -1, 0) : new State(last, walk.seen.get(), walk.of));
        });
    }

    /// Begins a walk, unless one that was begun here is under way. `Busy` while the realm, or two others, are
    /// walked for others.
    public Result<State> begin(Actor actor, long realm) {
        return journal.head(actor, realm).then(head -> {
            if (!walks.containsKey(realm)) {
                if (!limit.enter(realm)) {
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
            // The last one that came to its end stays what is known.
            LOG.warn("verification: {}", e.toString());
        } finally {
            walks.remove(realm);
            limit.leave(realm);
        }
    }
}
