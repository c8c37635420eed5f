package dev.muster.directory.journal;

import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import dev.muster.sealing.JournalHash;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JournalTables.JournalRow;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Measures what a journal entry costs a lane, apart from storing it: deriving the person's key, sealing, formatting
/// the entry and computing its hash. Each of these parts is also measured alone.
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EntryBenchmark {
    private static final long REALM = 5;

    private final EntrySealer entries = new EntrySealer();
    private final Sealer sealer = new Sealer();
    private final JournalHash chain = new JournalHash();
    private final ReplayableRandom random = new ReplayableRandom(new byte[ReplayableRandom.SEED_BYTES]);
    private final RealmKey realm = RealmKey.create(REALM, new ReplayableRandom(new byte[ReplayableRandom.SEED_BYTES]));
    private final byte[] seed = new byte[RealmKey.SEED_BYTES];
    private final UUID user = new UUID(3, 4);
    private final SealingKey key = realm.person(seed);
    private final byte[] previous = chain.origin(REALM);
    private final Origin origin = new Origin("rest", "0123456789abcdef", null);
    private final Event event = new Event(
            Instant.ofEpochMilli(1_800_000_000_000L),
            new ActorRef(ActorRef.Kind.API_KEY, new UUID(1, 2)),
            Event.Action.USER_REGISTERED,
            new Event.Subject(Event.Subject.Type.USER, user),
            null,
            null,
            new Changes.Draft()
                    .put("email", null, "anna.berg@example.org")
                    .put("externalId", null, "person-1")
                    .put("name", null, "Anna Berg")
                    .build(),
            null);
    private final byte[] opened =
            new EntryFormat().writeOpened(new EntryFormat.Opened(event.changes(), null, null, null, null, null));
    private final byte[] entry = new byte[400];
    private long seq;

    /// Measures the whole entry. As for a registration, this includes deriving the key of a new person.
    @Benchmark
    public JournalRow entry() {
        return entries.entry(realm, ++seq, previous, event, origin, realm.person(seed), random);
    }

    @Benchmark
    public SealingKey personKey() {
        return realm.person(seed);
    }

    @Benchmark
    public byte[] seal() {
        return sealer.seal(key, new SealingContext.JournalEntry(REALM, ++seq, user), random, opened);
    }

    @Benchmark
    public byte[] hash() {
        return chain.next(previous, entry);
    }
}
