package dev.muster.model.state;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Affiliations;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Users in the working set, with their numbers, identifiers and cards, and the bars.
public final class PeopleState {
    private final WorkingSet set;
    private final OverlayMap<UUID, User> users;
    private final OverlayMap<Long, UUID> numbers;
    private final OverlayMap<Identifier.Key, UUID> owners;
    private final OverlayMap<Fingerprint, UUID> bars;
    private final OverlayMap<Fingerprint, Set<UUID>> cardHolders;

    /// @param below the base of this overlay; null if this is not an overlay
    PeopleState(WorkingSet set, @Nullable PeopleState below) {
        this.set = set;
        users = new OverlayMap<>("user", below == null ? null : below.users);
        numbers = new OverlayMap<>("number", below == null ? null : below.numbers);
        owners = new OverlayMap<>("identifier", below == null ? null : below.owners);
        bars = new OverlayMap<>("bar", below == null ? null : below.bars);
        cardHolders = new OverlayMap<>("card", below == null ? null : below.cardHolders);
    }

    void merge() {
        users.merge();
        numbers.merge();
        owners.merge();
        bars.merge();
        cardHolders.merge();
    }

    /// Which of a realm's people to load.
    public static final class Plan {
        public final Set<UUID> ids = new LinkedHashSet<>();
        public final Set<Long> numbers = new LinkedHashSet<>();
        public final Set<Identifier.Key> identifiers = new LinkedHashSet<>();
        public final Set<Fingerprint> bars = new LinkedHashSet<>();
        public final Set<Fingerprint> cards = new LinkedHashSet<>();

        public void user(UserRef ref) {
            switch (ref) {
                case UserRef.ById(var id) -> ids.add(id);
                case UserRef.ByNumber(var number) -> numbers.add(number);
                case UserRef.ByIdentifier(var key) -> identifiers.add(key);
                case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                    user(externalId);
                    user(id);
                }
            }
        }
    }

    // Loading

    public void loaded(User user) {
        users.load(user.id(), user);
        numbers.load(user.number(), user.id());
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null) {
                owners.load(identifier.key(), user.id());
            }
        }
    }

    /// Records that the row of a user cannot be read. The user's number and identifiers are taken, and looking the
    /// user up throws `cause`.
    public void loadedUnreadable(UUID user, long number, Collection<Identifier.Key> names, UnreadableException cause) {
        users.loadUnreadable(user, cause);
        numbers.load(number, user);
        names.forEach(name -> owners.load(name, user));
    }

    /// Loads a bar's fingerprint and the user on whom it was placed.
    public void loadedBar(Fingerprint fingerprint, UUID user) {
        bars.load(fingerprint, user);
    }

    /// Loads a card's fingerprint and one of its holders.
    public void loadedCard(Fingerprint fingerprint, UUID holder) {
        cardHolders.load(fingerprint, with(cardHolders.peek(fingerprint), holder));
    }

    void loadedAll(Plan plan) {
        users.loadAbsent(plan.ids);
        numbers.loadAbsent(plan.numbers);
        owners.loadAbsent(plan.identifiers);
        bars.loadAbsent(plan.bars);
        cardHolders.loadAbsent(plan.cards);
    }

    Set<UUID> loadedIds() {
        return users.loadedKeys();
    }

    // Lookups

    public @Nullable User find(UserRef ref) {
        return switch (ref) {
            case UserRef.ById(var id) -> users.find(id);
            case UserRef.ByNumber(var number) -> byId(numbers.find(number));
            case UserRef.ByIdentifier(var key) -> byId(owners.find(key));
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                User user = find(externalId);
                yield user == null ? find(id) : user;
            }
        };
    }

    private @Nullable User byId(@Nullable UUID id) {
        return id == null ? null : users.find(id);
    }

    public boolean isBarred(Fingerprint fingerprint) {
        return bars.find(fingerprint) != null;
    }

    public Set<UUID> holdersOfCard(Fingerprint fingerprint) {
        Set<UUID> holders = cardHolders.find(fingerprint);
        return holders == null ? Set.of() : holders;
    }

    // Changes

    public void put(User user) {
        User before = users.peek(user.id());
        set.put(set.counters().moved(before, user));
        if (before == null) {
            set.memberships().put(user.id(), Affiliations.NONE);
        }
        users.put(user.id(), user);
        numbers.put(user.number(), user.id());
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier old = before == null ? null : before.identifier(kind);
            Identifier now = user.identifier(kind);
            if (old != null && (now == null || !old.key().equals(now.key()))) {
                owners.remove(old.key());
            }
            if (now != null) {
                owners.put(now.key(), user.id());
            }
        }
    }

    /// Updates the holders of cards after `user`'s list of cards has changed. Cards that were not loaded are
    /// ignored.
    public void putCards(UUID user, Collection<Fingerprint> before, Collection<Fingerprint> after) {
        for (Fingerprint fingerprint : before) {
            if (cardHolders.isKnown(fingerprint) && !after.contains(fingerprint)) {
                Set<UUID> fewer = new HashSet<>(holdersOfCard(fingerprint));
                fewer.remove(user);
                cardHolders.put(fingerprint, fewer);
            }
        }
        for (Fingerprint fingerprint : after) {
            if (cardHolders.isKnown(fingerprint)) {
                cardHolders.put(fingerprint, with(cardHolders.peek(fingerprint), user));
            }
        }
    }

    private static Set<UUID> with(@Nullable Set<UUID> holders, UUID holder) {
        Set<UUID> more = holders == null ? new HashSet<>() : new HashSet<>(holders);
        more.add(holder);
        return more;
    }

    public void bar(Fingerprint fingerprint, UUID user) {
        bars.put(fingerprint, user);
    }

    public void annulBar(Fingerprint fingerprint) {
        bars.remove(fingerprint);
    }

    // Rows to write

    public List<WorkingSet.Changed<User>> changed() {
        return users.changed();
    }

    /// The bars that were placed, with the user, or annulled (empty).
    public Map<Fingerprint, Optional<UUID>> changedBars() {
        return bars.changes();
    }
}
