package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Group;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Holds;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
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
import org.jspecify.annotations.Nullable;

/// What can be read, during one short read of [Database]. Every method is one statement unless it says
/// otherwise, and throws [StorageException] of kind `UNREACHABLE` when the read's time is over. Not to be
/// kept.
public final class Reads {
    private final Session session;

    Reads(Session session) {
        this.session = session;
    }

    /// What a standing is made from, as it is stored: holds that are over may be among them.
    ///
    /// @param readable whether the holds are what some version writes; else [#holds] throws
    public record StandingRow(UUID id, long version, Holds holds, boolean readable) {
        /// The holds.
        ///
        /// @throws UnreadableException when they are not readable
        @Override
        public Holds holds() {
            if (!readable) {
                throw new UnreadableException("user", id.toString());
            }
            return holds;
        }
    }

    /// What a search found in the part that it looked through.
    ///
    /// @param numbers those found, in order
    /// @param next from after which number to go on; null when the realm is at its end
    public record Found(List<Long> numbers, @Nullable Long next) {}

    // Users

    public Rows.@Nullable UserRow user(long realm, UserRef ref) {
        return switch (ref) {
            case UserRef.Plain plain ->
                session.one("user_by_" + word(plain), to -> fill(to.number(realm), plain), UserColumns::read);
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                Rows.UserRow row = user(realm, externalId);
                yield row == null ? user(realm, id) : row;
            }
        };
    }

    /// A user of a realm, by any of their names.
    record Sought(long realm, UserRef ref) {}

    /// Something of a realm, by its id.
    record Identified(long realm, UUID id) {}

    /// The users that there are of these, with a statement for each way of naming them.
    public Map<UserRef, Rows.UserRow> users(long realm, Collection<UserRef> refs) {
        Map<UserRef, Rows.UserRow> found = new HashMap<>();
        users(refs.stream().map(ref -> new Sought(realm, ref)).toList())
                .forEach((sought, row) -> found.put(sought.ref, row));
        return found;
    }

    /// As [#users(long, Collection)], of any realms.
    Map<Sought, Rows.UserRow> users(Collection<Sought> wanted) {
        Map<Long, LoadPlan> needs = new LinkedHashMap<>();
        wanted.forEach(sought ->
                needs.computeIfAbsent(sought.realm, _ -> new LoadPlan()).people.user(sought.ref));
        List<Rows.UserRow> rows = new ArrayList<>();
        new Loading(session, needs).users(rows);
        Map<Sought, Rows.UserRow> byEveryName = new HashMap<>();
        rows.forEach(row -> sought(row, byEveryName));
        Map<Sought, Rows.UserRow> found = new HashMap<>();
        for (Sought sought : wanted) {
            Rows.UserRow row = switch (sought.ref) {
                case UserRef.Plain _ -> byEveryName.get(sought);
                case UserRef.ByExternalIdOrId(var externalId, var id) ->
                    byEveryName.getOrDefault(
                            new Sought(sought.realm, externalId), byEveryName.get(new Sought(sought.realm, id)));
            };
            if (row != null) {
                found.put(sought, row);
            }
        }
        return found;
    }

    private static void sought(Rows.UserRow row, Map<Sought, Rows.UserRow> byEveryName) {
        byEveryName.put(new Sought(row.realm(), UserRef.id(row.id())), row);
        byEveryName.put(new Sought(row.realm(), UserRef.number(row.number())), row);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = row.identifier(kind);
            if (identifier != null) {
                byEveryName.put(new Sought(row.realm(), new UserRef.ByIdentifier(identifier.key())), row);
            }
        }
    }

    /// No more of a user than a standing is made from: few columns of the front of a wide row.
    public @Nullable StandingRow standing(long realm, UserRef ref) {
        return switch (ref) {
            case UserRef.Plain plain ->
                session.one("standing_by_" + word(plain), to -> fill(to.number(realm), plain), Reads::standing);
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                StandingRow row = standing(realm, externalId);
                yield row == null ? standing(realm, id) : row;
            }
        };
    }

    /// As [#standing], of those of these users that there are: one statement for each way of naming them.
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
                to -> to.values(
                                type(some.getFirst()),
                                some.stream().map(Reads::element).toList())
                        .number(realm),
                row -> found.put(some.get((int) row.number() - 1), standing(row))));
        return found;
    }

    private static StandingRow standing(Row row) throws SQLException {
        UUID id = row.uuid();
        long version = row.number();
        Holds holds = UserColumns.holds(row);
        return new StandingRow(id, version, holds, !row.isAltered());
    }

    private static String word(UserRef.Plain ref) {
        return switch (ref) {
            case UserRef.ById _ -> "id";
            case UserRef.ByNumber _ -> "number";
            case UserRef.ByIdentifier(var key) -> Loading.word(key.kind());
        };
    }

    private static void fill(Binder to, UserRef.Plain ref) throws SQLException {
        switch (ref) {
            case UserRef.ById(var id) -> to.uuid(id);
            case UserRef.ByNumber(var number) -> to.number(number);
            case UserRef.ByIdentifier(var key) -> to.text(key.folded());
        }
    }

    private static String type(UserRef.Plain ref) {
        return switch (ref) {
            case UserRef.ById _ -> "uuid";
            case UserRef.ByNumber _ -> "bigint";
            case UserRef.ByIdentifier _ -> "text";
        };
    }

    private static Object element(UserRef.Plain ref) {
        return switch (ref) {
            case UserRef.ById(var id) -> id;
            case UserRef.ByNumber(var number) -> number;
            case UserRef.ByIdentifier(var key) -> key.folded();
        };
    }

    /// A part of the list of everybody, in order of number, those after `after`; and how many there are in
    /// all, in one statement.
    public Everybody everybody(long realm, long after, int limit) {
        long[] total = {-1};
        List<Rows.UserRow> users = session.list(
                "users_everybody",
                to -> to.number(realm).number(realm).number(after).number(limit),
                row -> {
                    Rows.UserRow user = UserColumns.read(row);
                    total[0] = row.number();
                    return user;
                });
        if (total[0] < 0) {
            Rows.BatchRow present = present(realm);
            total[0] = present == null ? 0 : present.number();
        }
        return new Everybody(users, total[0]);
    }

    /// A part of the list of everybody.
    ///
    /// @param total how many there are in all, which is the highest number
    public record Everybody(List<Rows.UserRow> users, long total) {}

    /// A part of the list, in order of number. Where only the time of registration is filtered, `offset`
    /// costs nothing; a time of registration costs some twenty point reads, a group or a policy one.
    public List<Rows.UserRow> list(UserFilter filter, int limit, long offset) {
        return new UserListing(session, filter).page(limit, offset);
    }

    /// How many the filter lets through, `upTo` at the most.
    public long count(UserFilter filter, int upTo) {
        return new UserListing(session, filter).count(upTo);
    }

    /// Users whose stored status or holds are no longer true at `now`, those that are longest so first.
    public List<Rows.UserRow> overdue(long realm, Instant now, int limit) {
        return session.list("users_overdue", to -> to.number(realm).instant(now).number(limit), UserColumns::read);
    }

    /// Looks for all words of `text` (see [dev.muster.model.user.SearchText#words]) in name, email, username and
    /// external id, in order of number. Looks at the texts of `rows` users at the most, beside what the realm's
    /// index says: some statements for every million users of the realm. Every user is found by a text without
    /// a word.
    ///
    /// @param limit how many to find at the most
    public Found search(long realm, String text, long after, int limit, int rows) {
        return new Search(session, realm, text, after, limit, rows).run();
    }

    /// The users of these numbers, in order.
    public List<Rows.UserRow> users(long realm, List<Long> numbers) {
        LoadPlan needs = new LoadPlan();
        needs.people.numbers.addAll(numbers);
        List<Rows.UserRow> users = new ArrayList<>(numbers.size());
        new Loading(session, Map.of(realm, needs)).users(users);
        users.sort((a, b) -> Long.compare(a.number(), b.number()));
        return users;
    }

    /// The seeds of those of these users that still have one: who is erased has none.
    public Map<UUID, byte[]> seeds(long realm, Collection<UUID> users) {
        return seeds("user", realm, users);
    }

    public Map<UUID, byte[]> operatorSeeds(long realm, Collection<UUID> operators) {
        return seeds("operator", realm, operators);
    }

    private Map<UUID, byte[]> seeds(String what, long realm, Collection<UUID> ids) {
        Map<UUID, byte[]> seeds = new HashMap<>();
        if (ids.isEmpty()) {
            return seeds;
        }
        session.list("seeds_by_" + what, to -> to.values("uuid", ids).number(realm), row -> {
            UUID id = row.uuid();
            byte[] seed = row.seedOrNull();
            return seed == null ? id : seeds.put(id, seed);
        });
        return seeds;
    }

    /// Which of these users there are, whatever their rows hold.
    public Set<UUID> existing(long realm, Collection<UUID> users) {
        return users.isEmpty()
                ? Set.of()
                : Set.copyOf(session.list(
                        "seeds_by_user", to -> to.values("uuid", users).number(realm), Row::uuid));
    }

    /// The bar that stands on a fingerprint.
    public Rows.@Nullable BarRow bar(long realm, Fingerprint print) {
        return session.one("bar_by_fingerprint", to -> to.number(realm).bytes(print.bytes()), Columns::bar);
    }

    /// Bars in order of their fingerprints, those after `after`; an empty one to begin.
    public List<Rows.BarRow> bars(long realm, byte[] after, int limit) {
        return session.list("bars_page", to -> to.number(realm).bytes(after).number(limit), Columns::bar);
    }

    /// Who holds a card of one of these fingerprints.
    public List<Rows.CardRow> cards(long realm, Collection<Fingerprint> prints) {
        LoadPlan needs = new LoadPlan();
        needs.people.cards.addAll(prints);
        List<Rows.CardRow> rows = new ArrayList<>();
        new Loading(session, Map.of(realm, needs)).cards(rows);
        return rows;
    }

    /// The columns of a user that repeat what the holds say, as they are stored.
    ///
    /// @param status the place in [dev.muster.model.user.Status] of the gravest hold
    /// @param kinds as [Holds#kinds] gives them
    /// @param nextChange as [Holds#nextEnd] gives it
    public record HoldColumns(
            long number, int status, int kinds, @Nullable Instant nextChange) {}

    /// These columns of users in order of number, those after `after`, by their numbers.
    public Map<Long, HoldColumns> holdColumns(long realm, long after, int limit) {
        Map<Long, HoldColumns> found = new HashMap<>();
        session.list("users_hold_columns", to -> to.number(realm).number(after).number(limit), row -> {
            HoldColumns columns = new HoldColumns(row.number(), row.small(), row.small(), row.instantOrNull());
            return found.put(columns.number(), columns);
        });
        return found;
    }

    // The journal

    /// The realm's last batch; null where nothing was ever written.
    public Rows.@Nullable BatchRow present(long realm) {
        return session.one("batch_last", to -> to.number(realm), Columns::batch);
    }

    /// The quotas of a realm, or null where nothing was set.
    public Rows.@Nullable QuotaRow quotas(long realm) {
        return session.one("quota_of_realm", to -> to.number(realm), row -> Columns.quotas(realm, row));
    }

    /// Entries in order, those after `after` up to and including `upTo`.
    public List<Rows.JournalRow> journal(long realm, long after, long upTo, int limit) {
        return session.list(
                "journal_page",
                to -> to.number(realm).number(after).number(upTo).number(limit),
                Columns::journal);
    }

    /// Entries about one subject, newest first, those before `before`.
    public List<Rows.JournalRow> history(long realm, UUID subject, long before, int limit) {
        return session.list(
                "journal_of_subject",
                to -> to.number(realm).uuid(subject).number(before).number(limit),
                Columns::journal);
    }

    /// Entries about one subject in order, those after `after`.
    public List<Rows.JournalRow> onwards(long realm, UUID subject, long after, int limit) {
        return session.list(
                "journal_of_subject_onwards",
                to -> to.number(realm).uuid(subject).number(after).number(limit),
                Columns::journal);
    }

    /// Entries about one subject, newest first, those after `after`: what is to be undone to see it as it was
    /// then.
    public List<Rows.JournalRow> since(long realm, UUID subject, long after, int limit) {
        return session.list(
                "journal_of_subject_since",
                to -> to.number(realm).uuid(subject).number(after).number(limit),
                Columns::journal);
    }

    /// How many entries about a subject the filter lets through, `upTo` at the most.
    public long countHistory(long realm, UUID subject, JournalFilter filter, int upTo) {
        // Without a filter the index alone is enough.
        return Objects.requireNonNull(
                filter.equals(JournalFilter.NONE)
                        ? session.one(
                                "journal_count_of_subject",
                                to -> to.number(realm).uuid(subject).number(upTo),
                                Row::number)
                        : session.one(
                                "journal_count_of_subject_filtered",
                                to -> filter.fill(to.number(realm).uuid(subject))
                                        .number(upTo),
                                Row::number));
    }

    /// How many entries after `after`, up to and including `last`, the filter lets through, `upTo` at the most.
    /// Looks at each of them.
    public long countJournal(long realm, long after, long last, JournalFilter filter, int upTo) {
        return Objects.requireNonNull(session.one(
                "journal_count",
                to -> filter.fill(to.number(realm).number(after).number(last)).number(upTo),
                Row::number));
    }

    /// Users of whom a hold ends by itself in that time, the soonest first.
    public List<Rows.UserRow> ending(long realm, Instant from, Instant before, int limit) {
        return session.list(
                "users_ending",
                to -> to.number(realm).instant(from).instant(before).number(limit),
                UserColumns::read);
    }

    /// How many users [#ending] would give without a limit, as far as `upTo`.
    public long countEnding(long realm, Instant from, Instant before, int upTo) {
        Long count = session.one(
                "count_ending",
                to -> to.number(realm).instant(from).instant(before).number(upTo),
                Row::number);
        return Objects.requireNonNull(count);
    }

    /// What the last walk along a realm's journal found, or null.
    public Rows.@Nullable VerificationRow verification(long realm) {
        return session.one("verification_of_realm", to -> to.number(realm), Columns::verification);
    }

    /// What the last batches of days left, from the last day before `from` that has one, in order: two statements.
    ///
    /// @param from a day since 1970, in UTC
    public List<Rows.DayEndRow> dayEnds(long realm, long from) {
        List<Rows.DayEndRow> ends = new ArrayList<>();
        Rows.DayEndRow before =
                session.one("day_end_before", to -> to.number(realm).number(from), Columns::dayEnd);
        if (before != null) {
            ends.add(before);
        }
        ends.addAll(session.list("day_ends", to -> to.number(realm).number(from), Columns::dayEnd));
        return ends;
    }

    /// How many sessions an operator has that nobody has taken away yet.
    public long sessions(long realm, UUID operator) {
        Long count = session.one("sessions_count", to -> to.number(realm).uuid(operator), Row::number);
        return Objects.requireNonNull(count);
    }

    /// A family of refresh tokens, or null where it has ended or never was.
    public Rows.@Nullable TokenFamilyRow tokenFamily(long realm, UUID family) {
        return session.one("token_family_by_id", to -> to.number(realm).uuid(family), Columns::tokenFamily);
    }

    /// A session in the console, or null.
    ///
    /// @param tokenHash SHA-256 of what the browser holds
    public Rows.@Nullable SessionRow session(long realm, byte[] tokenHash) {
        return session.one("session_by_token", to -> to.number(realm).bytes(tokenHash), Columns::session);
    }

    /// The last signed statement of where the journal stood.
    public Rows.@Nullable CheckpointRow checkpoint(long realm) {
        return session.one("checkpoint_last", to -> to.number(realm), Columns::checkpoint);
    }

    /// Such statements in order, about entries after `after`.
    public List<Rows.CheckpointRow> checkpoints(long realm, long after, int limit) {
        return session.list(
                "checkpoints_of_realm", to -> to.number(realm).number(after).number(limit), Columns::checkpoint);
    }

    /// What was answered under an idempotency key.
    public Rows.@Nullable RetryRow retry(long realm, UUID actor, byte[] key) {
        return session.one("retry_by_key", to -> to.number(realm).uuid(actor).bytes(key), Columns::retry);
    }

    // Keys, operators, tenants and realms

    public Rows.@Nullable KeyRow key(long realm, UUID id) {
        return session.one("key_by_id", to -> to.number(realm).uuid(id), Columns::key);
    }

    /// The keys that there are of these.
    Map<Identified, Rows.KeyRow> keys(Collection<Identified> wanted) {
        Map<Long, LoadPlan> needs = new LinkedHashMap<>();
        wanted.forEach(key -> needs.computeIfAbsent(key.realm, _ -> new LoadPlan())
                .credentials
                .keys
                .add(key.id));
        List<Rows.KeyRow> rows = new ArrayList<>();
        new Loading(session, needs).keys(rows);
        Map<Identified, Rows.KeyRow> found = new HashMap<>();
        rows.forEach(row -> found.put(new Identified(row.realm(), row.key().id()), row));
        return found;
    }

    /// Those of a realm's keys, in any order.
    public List<Rows.KeyRow> keys(long realm, Collection<UUID> ids) {
        List<Rows.KeyRow> rows = new ArrayList<>();
        if (!ids.isEmpty()) {
            LoadPlan needs = new LoadPlan();
            needs.credentials.keys.addAll(ids);
            new Loading(session, Map.of(realm, needs)).keys(rows);
        }
        return rows;
    }

    /// Those of a realm's operators, also deleted ones, in any order.
    public List<Rows.OperatorRow> operators(long realm, Collection<UUID> ids) {
        List<Rows.OperatorRow> rows = new ArrayList<>();
        if (!ids.isEmpty()) {
            LoadPlan needs = new LoadPlan();
            needs.credentials.operators.addAll(ids);
            new Loading(session, Map.of(realm, needs)).operators(rows);
        }
        return rows;
    }

    /// All of a realm's keys, revoked ones too, in order of their making.
    public List<Rows.KeyRow> keys(long realm) {
        return session.list("keys_of_realm", to -> to.number(realm), Columns::key);
    }

    /// An operator, also one who was deleted.
    public Rows.@Nullable OperatorRow operator(long realm, UUID id) {
        return session.one("operator_by_id", to -> to.number(realm).uuid(id), Columns::operator);
    }

    /// The operator of that name who is not deleted.
    public Rows.@Nullable OperatorRow operator(long realm, Identifier.Key username) {
        return session.one("operator_by_username", to -> to.number(realm).text(username.folded()), Columns::operator);
    }

    /// A realm's operators, those who were deleted left out, in order of their folded names.
    public List<Rows.OperatorRow> operators(long realm) {
        return session.list("operators_of_realm", to -> to.number(realm), Columns::operator);
    }

    /// All operators that a realm has and had, in order of their ids.
    public List<Rows.OperatorRow> operatorsWithDeleted(long realm) {
        return session.list("operators_with_deleted", to -> to.number(realm), Columns::operator);
    }

    public Rows.@Nullable RealmRow realm(long id) {
        return session.one("realm_by_id", to -> to.number(id), Columns::realm);
    }

    public Rows.@Nullable RealmRow realm(String partnerId, Environment environment) {
        return session.one("realm_by_partner", to -> to.text(partnerId).code(environment), Columns::realm);
    }

    /// Realms in order of their number, from after one on; -1 to begin.
    public List<Rows.RealmRow> realms(long after, int limit) {
        return session.list("realms_page", to -> to.number(after).number(limit), Columns::realm);
    }

    /// The highest number of a realm; 0 when there is none.
    public long lastRealm() {
        return Objects.requireNonNull(session.one("realm_last", _ -> {}, Row::number));
    }

    public @Nullable Tenant tenant(String partnerId) {
        return session.one("tenant_by_partner", to -> to.text(partnerId), Columns::tenant);
    }

    /// Tenants in order of their partner id, from after one on; empty to begin.
    public List<Tenant> tenants(String after, int limit) {
        return session.list("tenants_page", to -> to.text(after).number(limit), Columns::tenant);
    }

    // Groups and policies; those that were deleted are not there

    public Rows.@Nullable GroupRow group(long realm, UUID id) {
        return session.one("group_by_id", to -> to.number(realm).uuid(id), GroupColumns::group);
    }

    /// Groups in order of their folded names.
    ///
    /// @param after only those with a later folded name; empty to begin
    public List<Rows.GroupRow> groups(long realm, String after, int limit, long offset) {
        return session.list(
                "groups_page", to -> to.number(realm).text(after).number(limit).number(offset), GroupColumns::group);
    }

    /// How many groups there are, `upTo` at the most.
    public long groupCount(long realm, int upTo) {
        return Objects.requireNonNull(
                session.one("groups_count", to -> to.number(realm).number(upTo), Row::number));
    }

    public Rows.@Nullable PolicyRow policy(long realm, UUID id) {
        return session.one("policy_by_id", to -> to.number(realm).uuid(id), GroupColumns::policy);
    }

    /// Policies in order of their folded names.
    ///
    /// @param after only those with a later folded name; empty to begin
    public List<Rows.PolicyRow> policies(long realm, String after, int limit, long offset) {
        return session.list(
                "policies_page",
                to -> to.number(realm).text(after).number(limit).number(offset),
                GroupColumns::policy);
    }

    /// How many policies there are, `upTo` at the most.
    public long policyCount(long realm, int upTo) {
        return Objects.requireNonNull(
                session.one("policies_count", to -> to.number(realm).number(upTo), Row::number));
    }

    /// The groups that a policy is assigned to, in order of their folded names.
    public List<Rows.GroupRow> groupsOfPolicy(long realm, UUID policy) {
        return inOrder(session.list("groups_of_policy", to -> to.number(realm).uuid(policy), GroupColumns::group));
    }

    /// The groups that a user is in, in order of their folded names; none while the user is removed.
    public List<Rows.GroupRow> groupsOfUser(long realm, UUID user) {
        return inOrder(session.list("groups_of_user", to -> to.number(realm).uuid(user), GroupColumns::group));
    }

    private static List<Rows.GroupRow> inOrder(List<Rows.GroupRow> rows) {
        rows.sort(GroupColumns.byName(row -> Group.folded(row.name())));
        return rows;
    }

    /// The policies that are assigned to a user themselves, in order of their folded names; none while the
    /// user is removed.
    public List<Rows.PolicyRow> policiesOfUser(long realm, UUID user) {
        return distinct(session.list("policies_of_user", to -> to.number(realm).uuid(user), GroupColumns::policy));
    }

    /// The policies that are assigned to groups that a user is in, each once, in order of their folded names;
    /// none while the user is removed.
    public List<Rows.PolicyRow> policiesThroughGroups(long realm, UUID user) {
        return distinct(
                session.list("policies_through_groups", to -> to.number(realm).uuid(user), GroupColumns::policy));
    }

    private static List<Rows.PolicyRow> distinct(List<Rows.PolicyRow> rows) {
        Map<UUID, Rows.PolicyRow> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.id(), row));
        List<Rows.PolicyRow> all = new ArrayList<>(byId.values());
        all.sort(GroupColumns.byName(row -> Group.folded(row.name())));
        return all;
    }

    /// A group or policy by its name.
    public record Named(UUID id, String name) {}

    /// The groups that each of these users is in, in order of their folded names. Users who are in none, and
    /// removed ones, are left out.
    public Map<UUID, List<Named>> groupsOfUsers(long realm, Collection<UUID> users) {
        return named("group_names_of_users", realm, users);
    }

    /// The policies that are assigned to each of these users themselves, as [#groupsOfUsers].
    public Map<UUID, List<Named>> policiesOfUsers(long realm, Collection<UUID> users) {
        return named("policy_names_of_users", realm, users);
    }

    private record NamedOf(
            UUID user, UUID id, String folded, @Nullable String name) {
        Named named() {
            return new Named(id, name == null ? folded : name);
        }
    }

    private Map<UUID, List<Named>> named(String statement, long realm, Collection<UUID> users) {
        Map<UUID, List<Named>> byUser = new HashMap<>();
        if (users.isEmpty()) {
            return byUser;
        }
        List<NamedOf> all = session.list(
                statement,
                to -> to.values("uuid", new LinkedHashSet<>(users)).number(realm),
                row -> new NamedOf(row.uuid(), row.uuid(), row.text(), row.textOrNull()));
        all.sort(GroupColumns.byName(NamedOf::folded));
        all.forEach(each ->
                byUser.computeIfAbsent(each.user(), _ -> new ArrayList<>()).add(each.named()));
        return byUser;
    }

    // Jobs

    /// A job, one that is only reserved too.
    public Rows.@Nullable JobRow job(long realm, String jobId) {
        return session.one("job_by_job_id", to -> to.number(realm).text(jobId), JobColumns::read);
    }

    /// A job, one that is only reserved too.
    public Rows.@Nullable JobRow job(long realm, UUID id) {
        return session.one("job_by_id", to -> to.number(realm).uuid(id), JobColumns::read);
    }

    /// A part of the list, newest first.
    public List<Rows.JobRow> jobs(JobFilter filter, int limit, long offset) {
        return new JobListing(session, filter).page(limit, offset);
    }

    /// How many the filter lets through, `upTo` at the most.
    public long count(JobFilter filter, int upTo) {
        return new JobListing(session, filter).count(upTo);
    }

    /// What the keys of jobs follow from, by job.
    public Map<UUID, Rows.JobSealRow> sealsOfJobs(long realm, Collection<UUID> jobs) {
        Map<UUID, Rows.JobSealRow> seals = new HashMap<>();
        if (!jobs.isEmpty()) {
            session.list(
                            "seals_of_jobs",
                            to -> to.values("uuid", new LinkedHashSet<>(jobs)).number(realm),
                            JobColumns::seal)
                    .forEach(seal -> seals.put(seal.id(), seal));
        }
        return seals;
    }

    /// The partner's ids of some of the jobs that were submitted under a name and have no user.
    public List<String> jobsNamed(long realm, Fingerprint name, int limit) {
        return session.list(
                "job_ids_named", to -> to.number(realm).bytes(name.bytes()).number(limit), Row::text);
    }

    /// The evidence that jobs of a user name.
    public List<Rows.EvidenceRef> evidenceOfUser(long realm, UUID user) {
        return session.list(
                "job_evidence_of_user",
                to -> to.number(realm).uuid(user),
                row -> new Rows.EvidenceRef(realm, row.uuid(), row.uuid()));
    }

    /// Which of these pieces of evidence a job names.
    public Set<UUID> namedEvidence(long realm, Collection<UUID> evidence) {
        return evidence.isEmpty()
                ? Set.of()
                : Set.copyOf(session.list(
                        "job_evidence_named",
                        to -> to.values("uuid", new LinkedHashSet<>(evidence)).number(realm),
                        Row::uuid));
    }

    /// The request that first came with a signature.
    public Rows.@Nullable SignatureRow signature(long realm, byte[] signature) {
        return session.one("signature_by_signature", to -> to.number(realm).bytes(signature), Columns::signature);
    }
}
