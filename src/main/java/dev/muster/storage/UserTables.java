package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Holds;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.storage.search.Search;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads and writes users, bars and cards.
public final class UserTables {
    private final Session session;

    UserTables(Session session) {
        this.session = session;
    }

    /// The stored data from which a standing is computed. It may include expired holds.
    ///
    /// @param readable whether the holds are valid; otherwise [#holds] throws
    public record StandingRow(UUID id, long version, Holds holds, boolean readable) {
        /// The holds.
        ///
        /// @throws UnreadableException if they are not readable
        @Override
        public Holds holds() {
            if (!readable) {
                throw new UnreadableException("user", id.toString());
            }
            return holds;
        }

        private static StandingRow read(Row row) throws SQLException {
            return new StandingRow(row.uuid(), row.number(), UserRow.holds(row), !row.isAltered());
        }
    }

    /// The keyed fingerprint of a barred identifier or card number, and its user.
    public record FingerprintRow(long realm, byte[] fingerprint, UUID user) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).bytes(fingerprint).uuid(user);
        }

        private static FingerprintRow read(Row row) throws SQLException {
            return new FingerprintRow(row.number(), row.bytes(), row.uuid());
        }
    }

    /// The user; null if there is none.
    public @Nullable UserRow user(long realm, UserRef ref) {
        return switch (ref) {
            case UserRef.Plain plain -> session.one("user_by_" + word(plain), UserRow::read, realm, value(plain));
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                UserRow row = user(realm, externalId);
                yield row == null ? user(realm, id) : row;
            }
        };
    }

    /// A reference to a user of a realm.
    record RealmRef(long realm, UserRef ref) {}

    /// Returns those of the referenced users that exist. Runs one statement per kind of reference.
    public Map<UserRef, UserRow> users(long realm, Collection<UserRef> refs) {
        Map<RealmRef, UserRow> byName =
                users(refs.stream().map(ref -> new RealmRef(realm, ref)).toList());
        Map<UserRef, UserRow> found = new HashMap<>();
        refs.forEach(ref -> found.computeIfAbsent(ref, _ -> byName.get(new RealmRef(realm, ref))));
        return found;
    }

    /// Returns those of the users with these ids that exist, in any order.
    public List<UserRow> byIds(long realm, Collection<UUID> ids) {
        LoadPlan plan = new LoadPlan();
        plan.people.ids.addAll(ids);
        return load("id", Map.of(realm, plan), each -> each.people.ids);
    }

    /// Like [#users(long, Collection)], but across realms. The result contains each user under every reference to
    /// that user, not only under the requested ones.
    Map<RealmRef, UserRow> users(Collection<RealmRef> wanted) {
        Map<Long, LoadPlan> plans = new LinkedHashMap<>();
        wanted.forEach(each ->
                plans.computeIfAbsent(each.realm, _ -> new LoadPlan()).people.user(each.ref));
        Map<RealmRef, UserRow> byName = new HashMap<>();
        for (UserRow row : load(plans)) {
            byName.put(new RealmRef(row.realm(), UserRef.id(row.id())), row);
            byName.put(new RealmRef(row.realm(), UserRef.number(row.number())), row);
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = row.identifier(kind);
                if (identifier != null) {
                    byName.put(new RealmRef(row.realm(), new UserRef.ByIdentifier(identifier.key())), row);
                }
            }
        }
        for (RealmRef each : wanted) {
            if (each.ref instanceof UserRef.ByExternalIdOrId(var externalId, var id)) {
                UserRow row = byName.getOrDefault(
                        new RealmRef(each.realm, externalId), byName.get(new RealmRef(each.realm, id)));
                if (row != null) {
                    byName.put(each, row);
                }
            }
        }
        return byName;
    }

    /// Reads only what a standing is computed from: a few columns at the beginning of a wide row. Returns null if
    /// there is no such user.
    public @Nullable StandingRow standing(long realm, UserRef ref) {
        return switch (ref) {
            case UserRef.Plain plain ->
                session.one("standing_by_" + word(plain), StandingRow::read, realm, value(plain));
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                StandingRow row = standing(realm, externalId);
                yield row == null ? standing(realm, id) : row;
            }
        };
    }

    /// Returns the standings of those users that exist. Runs one statement per kind of reference. References that
    /// may be either an external id or an id are looked up one by one.
    public Map<UserRef, StandingRow> standings(long realm, Collection<UserRef> refs) {
        Map<UserRef, StandingRow> found = new HashMap<>(refs.size() * 2);
        Map<String, List<UserRef.Plain>> byWord = new HashMap<>();
        for (UserRef ref : new LinkedHashSet<>(refs)) {
            switch (ref) {
                case UserRef.Plain plain ->
                    byWord.computeIfAbsent(word(plain), _ -> new ArrayList<>()).add(plain);
                case UserRef.ByExternalIdOrId _ -> {
                    StandingRow row = standing(realm, ref);
                    if (row != null) {
                        found.put(ref, row);
                    }
                }
            }
        }
        byWord.forEach((word, some) -> session.list(
                "standings_by_" + word,
                row -> found.put(some.get((int) row.number() - 1), StandingRow.read(row)),
                some.stream().map(UserTables::value).toList(),
                realm));
        return found;
    }

    private static String word(UserRef.Plain ref) {
        return switch (ref) {
            case UserRef.ById _ -> "id";
            case UserRef.ByNumber _ -> "number";
            case UserRef.ByIdentifier(var key) -> word(key.kind());
        };
    }

    /// Returns the name of an identifier kind as it appears in statement names.
    static String word(Identifier.Kind kind) {
        return switch (kind) {
            case EMAIL -> "email";
            case EXTERNAL_ID -> "external_id";
            case USERNAME -> "username";
        };
    }

    private static Object value(UserRef.Plain ref) {
        return switch (ref) {
            case UserRef.ById(var id) -> id;
            case UserRef.ByNumber(var number) -> number;
            case UserRef.ByIdentifier(var key) -> key.folded();
        };
    }

    /// Returns a page of the users with numbers above `after`, ordered by number, and the number of all users.
    public AllUsersPage allUsers(long realm, long after, int limit) {
        long[] total = {-1};
        List<UserRow> users = session.list(
                "users_everybody",
                row -> {
                    UserRow user = UserRow.read(row);
                    total[0] = row.number();
                    return user;
                },
                realm,
                realm,
                after,
                limit);
        if (total[0] < 0) {
            total[0] = new JournalTables(session).present(realm).number();
        }
        return new AllUsersPage(users, total[0]);
    }

    /// A page of all users.
    ///
    /// @param total the number of all users, which is the highest user number
    public record AllUsersPage(List<UserRow> users, long total) {}

    /// Returns a page of the matching users, ordered by number. If only the registration time is filtered, `offset`
    /// costs nothing. Filtering by registration time costs about twenty point reads; filtering by group or policy
    /// costs one.
    public List<UserRow> list(UserFilter filter, int limit, long offset) {
        return filter.page(session, limit, offset);
    }

    /// The number of matching users; counting stops at `upTo`.
    public long count(UserFilter filter, int upTo) {
        return filter.count(session, upTo);
    }

    /// Users whose stored status or holds are outdated at `now`, longest outdated first.
    public List<UserRow> overdue(long realm, Instant now, int limit) {
        return session.list("users_overdue", UserRow::read, realm, now, limit);
    }

    /// Users with a hold that expires within the given period, soonest first.
    public List<UserRow> ending(long realm, Instant from, Instant before, int limit) {
        return session.list("users_ending", UserRow::read, realm, from, before, limit);
    }

    /// The number of users that [#ending] would return without a limit; counting stops at `upTo`.
    public long countEnding(long realm, Instant from, Instant before, int upTo) {
        return session.count("count_ending", realm, from, before, upTo);
    }

    /// Searches for all words of `text` (see [dev.muster.model.user.SearchText#words]) in name, email, username and
    /// external id, ordered by number. Without words, every user matches. Runs a few statements per million users.
    ///
    /// @param limit the maximum number of users to find
    /// @param rows the maximum number of users to scan, in addition to those found through the realm's index
    public Search.Found search(long realm, String text, long after, int limit, int rows) {
        return new Search(session, realm, text, after, limit, rows).run();
    }

    /// The users with these numbers, in order.
    public List<UserRow> users(long realm, List<Long> numbers) {
        List<UserRow> users = session.list("users_by_number", UserRow::read, Map.of(realm, numbers));
        users.sort((a, b) -> Long.compare(a.number(), b.number()));
        return users;
    }

    /// The seeds of those users that have one, by user id. Erased users have none.
    public Map<UUID, byte[]> seeds(long realm, Collection<UUID> users) {
        return seeds(session, "seeds_by_user", realm, users);
    }

    static Map<UUID, byte[]> seeds(Session session, String statement, long realm, Collection<UUID> ids) {
        Map<UUID, byte[]> seeds = new HashMap<>();
        session.list(
                statement,
                row -> {
                    UUID id = row.uuid();
                    byte[] seed = row.seedOrNull();
                    return seed == null ? null : seeds.put(id, seed);
                },
                ids,
                realm);
        return seeds;
    }

    /// Returns those of the users that exist, including users with unreadable rows.
    public Set<UUID> existing(long realm, Collection<UUID> users) {
        return Set.copyOf(session.list("seeds_by_user", Row::uuid, users, realm));
    }

    /// The bar on a fingerprint; null if there is none.
    public @Nullable FingerprintRow bar(long realm, Fingerprint fingerprint) {
        return session.one("bar_by_fingerprint", FingerprintRow::read, realm, fingerprint.bytes());
    }

    /// Bars with fingerprints that sort after `after`, ordered by fingerprint; pass an empty array to begin.
    public List<FingerprintRow> bars(long realm, byte[] after, int limit) {
        return session.list("bars_page", FingerprintRow::read, realm, after, limit);
    }

    /// The holders of the cards with these fingerprints.
    public List<FingerprintRow> cards(long realm, Collection<Fingerprint> fingerprints) {
        return session.list("cards_by_fingerprint", FingerprintRow::read, Map.of(realm, bytes(fingerprints)));
    }

    static List<byte[]> bytes(Collection<Fingerprint> fingerprints) {
        return fingerprints.stream().map(Fingerprint::bytes).toList();
    }

    /// The columns derived from holds, by user number, for the users with numbers above `after`.
    public Map<Long, UserRow.HoldColumns> holdColumns(long realm, long after, int limit) {
        Map<Long, UserRow.HoldColumns> found = new HashMap<>();
        session.list("users_hold_columns", UserRow.HoldColumns::read, realm, after, limit)
                .forEach(columns -> found.put(columns.number(), columns));
        return found;
    }

    // Loading and saving for lanes

    private List<UserRow> load(Map<Long, LoadPlan> plans) {
        List<UserRow> users = load("id", plans, plan -> plan.people.ids);
        users.addAll(load("number", plans, plan -> plan.people.numbers));
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            users.addAll(load(word(kind), plans, plan -> folded(plan.people.identifiers, kind)));
        }
        return users;
    }

    private List<UserRow> load(String key, Map<Long, LoadPlan> plans, Function<LoadPlan, Collection<?>> keys) {
        return session.list("users_by_" + key, UserRow::read, LoadedRows.wanted(plans, keys));
    }

    static List<String> folded(Collection<Identifier.Key> keys, Identifier.Kind kind) {
        return keys.isEmpty()
                ? List.of()
                : keys.stream()
                        .filter(key -> key.kind() == kind)
                        .map(Identifier.Key::folded)
                        .toList();
    }

    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        loaded.users.addAll(load(plans));
        loaded.bars.addAll(session.list(
                "bars_by_fingerprint",
                FingerprintRow::read,
                LoadedRows.wanted(plans, plan -> bytes(plan.people.bars))));
        loaded.cards.addAll(session.list(
                "cards_by_fingerprint",
                FingerprintRow::read,
                LoadedRows.wanted(plans, plan -> bytes(plan.people.cards))));
    }

    /// Saves users. An identifier may move from one user to another within a transaction, or two users may swap
    /// theirs, so all changed identifiers are cleared first. Unchanged identifiers are not written, because SQLite
    /// would then update each of their indexes.
    ///
    /// @param before the users as loaded; a user that is missing here is treated as changed in every field
    void save(Batch batch, Map<UUID, User> before) {
        List<UserRow> renamed = new ArrayList<>();
        List<UserRow> otherTexts = new ArrayList<>();
        for (UserRow row : batch.changedUsers) {
            User user = row.user();
            User earlier = before.get(user.id());
            boolean isRenamed = isRenamed(earlier, user);
            if (isRenamed) {
                renamed.add(row);
            }
            if (isRenamed || earlier == null || !Objects.equals(earlier.name(), user.name())) {
                otherTexts.add(row);
            }
        }
        session.batch("user_clear_identifiers", renamed, 1, UserRow::key);
        session.batch("user_update", batch.changedUsers, 1, UserRow::update);
        session.batch("user_update_identifiers", renamed, 1, UserRow::updateIdentifiers);
        session.batch("user_insert", batch.newUsers, 1, UserRow::insert);
        // The search index is not updated here; these users are marked as possibly outdated in it.
        session.batch(
                "search_mark",
                otherTexts,
                -1,
                (row, to) -> to.number(row.number())
                        .number(row.user().version())
                        .number(row.realm())
                        .number(row.number()));
        // A fingerprint is barred only once per realm, regardless of which user had the identifier.
        session.batch(
                "bar_delete",
                batch.annulledBars,
                -1,
                (row, to) -> to.number(row.realm).bytes(row.fingerprint));
        session.batch("bar_insert", batch.newBars, 1, FingerprintRow::write);
        session.batch("card_delete", batch.lostCards, -1, FingerprintRow::write);
        session.batch("card_insert", batch.newCards, -1, FingerprintRow::write);
    }

    private static boolean isRenamed(@Nullable User before, User user) {
        if (before == null) {
            return true;
        }
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            if (!Objects.equals(before.identifier(kind), user.identifier(kind))) {
                return true;
            }
        }
        return false;
    }
}
