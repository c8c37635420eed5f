package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.UnreadableException;
import dev.muster.model.state.PeopleState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.user.Card;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Batch;
import dev.muster.storage.JobTables.ErasedRow;
import dev.muster.storage.UserRow;
import dev.muster.storage.UserTables.FingerprintRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One realm's people in one transaction: their rows, their sealed cards, and the seeds of the keys that seal them. It
/// also keeps the seeds of operators.
///
/// What the current request adds is kept separate until [#merge].
public final class PeopleBatch {
    private final RealmKey key;
    private final Fingerprint.Maker fingerprints;
    private final EntrySealer sealer;
    private final PeopleState state;

    private final Map<UUID, byte[]> seeds = new HashMap<>();
    private final Set<UUID> seedsDestroyed = new HashSet<>();
    private final Map<UUID, byte[]> sealedCards = new HashMap<>();

    /// The rows of the changed users, after [#collect].
    private final List<UserRow> rows = new ArrayList<>();

    /// Users whose sealed cards cannot be unsealed.
    private final Set<UUID> unreadable = new HashSet<>();

    // Added by the current request:
    private final Map<UUID, byte[]> freshSeeds = new HashMap<>();
    private final Map<UUID, byte[]> freshCards = new HashMap<>();
    private @Nullable UUID erased;

    PeopleBatch(RealmKey key, Fingerprint.Maker fingerprints, EntrySealer sealer, PeopleState state) {
        this.key = key;
        this.fingerprints = fingerprints;
        this.sealer = sealer;
        this.state = state;
    }

    /// Loads a user. Requests for a user whose row cannot be read are refused; the other requests in the batch are
    /// executed.
    void loaded(UserRow row) {
        if (!Unreadable.isReadable(row)) {
            List<Identifier.Key> names = new ArrayList<>(3);
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = row.identifier(kind);
                if (identifier != null) {
                    names.add(identifier.key());
                }
            }
            state.loadedUnreadable(row.id(), row.number(), names, row.unreadable());
            return;
        }
        User.Draft draft = row.user().draft();
        if (row.seed() != null) {
            seeds.put(row.user().id(), row.seed());
            if (row.sealedCards() != null) {
                sealedCards.put(row.user().id(), row.sealedCards());
                draft.cards = cards(row.user().id(), row.seed(), row.sealedCards());
            }
        }
        state.loaded(draft.build());
    }

    private List<Card> cards(UUID user, byte[] seed, byte[] sealed) {
        try {
            return sealer.openCards(key, user, seed, sealed);
        } catch (TamperedException e) {
            Unreadable.report(key.realm(), "the cards of user", user, e);
            unreadable.add(user);
            return List.of(Card.UNREADABLE);
        }
    }

    void loadedSeed(UUID person, byte[] seed) {
        seeds.put(person, seed);
    }

    /// Discards whatever an earlier request added but did not merge.
    void begin() {
        freshSeeds.clear();
        freshCards.clear();
        erased = null;
    }

    void keep(User user, Change change, ReplayableRandom random) {
        byte[] seed = user.isErased() ? seeds.get(user.id()) : seedOrNew(user.id(), random);
        if (change.did(Event.Action.USER_CARDS_REPLACED) && seed != null) {
            if (unreadable.contains(user.id())) {
                // Overwriting the row would destroy cards that could still be restored from a backup.
                throw new UnreadableException("user", user.id().toString());
            }
            freshCards.put(user.id(), sealer.sealCards(key, user, seed, random));
        }
        if (change.did(Event.Action.USER_ERASED)) {
            erased = user.id();
        }
    }

    /// Returns the seed of a person. Generates one for a new person.
    byte[] seedOrNew(UUID person, ReplayableRandom random) {
        byte[] seed = seeds.get(person);
        return seed != null ? seed : freshSeeds.computeIfAbsent(person, _ -> random.next(RealmKey.SEED_BYTES));
    }

    /// The seed of a person; null if an earlier request erased them or they have none.
    byte @Nullable [] seed(UUID person) {
        byte[] seed = seeds.get(person);
        return seedsDestroyed.contains(person) ? null : seed == null ? freshSeeds.get(person) : seed;
    }

    /// The key of a person; null in the cases of [#seed].
    @Nullable
    SealingKey key(UUID person) {
        byte[] seed = seed(person);
        return seed == null ? null : key.person(seed);
    }

    /// The user whom the current request erases; null if there is none.
    @Nullable
    UUID erased() {
        return erased;
    }

    /// Whether an earlier request of this transaction erased the user.
    boolean isErased(UUID user) {
        return seedsDestroyed.contains(user);
    }

    /// Whether any user was erased.
    public boolean erasedAnybody() {
        return !seedsDestroyed.isEmpty();
    }

    void merge() {
        seeds.putAll(freshSeeds);
        sealedCards.putAll(freshCards);
        if (erased != null) {
            seedsDestroyed.add(erased);
        }
    }

    void collect(Batch batch) {
        long realm = key.realm();
        for (WorkingSet.Changed<User> changed : state.changed()) {
            User user = changed.after();
            UserRow row = row(user);
            rows.add(row);
            (changed.before() == null ? batch.newUsers : batch.changedUsers).add(row);
            collectCards(batch, changed.before(), user);
        }
        seedsDestroyed.forEach(user -> batch.erasedUsers.add(new ErasedRow(realm, user)));
        state.changedBars()
                .forEach((fingerprint, user) -> user.ifPresentOrElse(
                        barred -> batch.newBars.add(new FingerprintRow(realm, fingerprint.bytes(), barred)),
                        () -> batch.annulledBars.add(new FingerprintRow(realm, fingerprint.bytes(), new UUID(0, 0)))));
    }

    /// The rows of the changed users. Call this after [#collect].
    List<UserRow> rows() {
        return rows;
    }

    private UserRow row(User user) {
        boolean destroyed = isErased(user.id());
        User.Draft draft = user.draft();
        draft.cards = List.of();
        return new UserRow(
                key.realm(),
                draft.build(),
                destroyed ? null : seeds.get(user.id()),
                destroyed || user.cards().isEmpty() ? null : sealedCards.get(user.id()));
    }

    private void collectCards(Batch batch, @Nullable User before, User after) {
        List<Card> old = before == null ? List.of() : before.cards();
        if (old.equals(after.cards())) {
            return;
        }
        Set<Fingerprint> oldPrints = cardFingerprints(old);
        Set<Fingerprint> newPrints = cardFingerprints(after.cards());
        oldPrints.stream()
                .filter(fingerprint -> !newPrints.contains(fingerprint))
                .forEach(fingerprint ->
                        batch.lostCards.add(new FingerprintRow(key.realm(), fingerprint.bytes(), after.id())));
        newPrints.stream()
                .filter(fingerprint -> !oldPrints.contains(fingerprint))
                .forEach(fingerprint ->
                        batch.newCards.add(new FingerprintRow(key.realm(), fingerprint.bytes(), after.id())));
    }

    private Set<Fingerprint> cardFingerprints(List<Card> cards) {
        Set<Fingerprint> made = new HashSet<>();
        cards.forEach(card -> made.add(fingerprints.ofCard(card.number())));
        return made;
    }
}
