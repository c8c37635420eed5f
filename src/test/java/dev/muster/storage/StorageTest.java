package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.model.credential.Rank;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.GroupTables.AffiliationRow;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.CheckpointRow;
import dev.muster.storage.JournalTables.DayEndRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.UserTables.FingerprintRow;
import dev.muster.storage.UserTables.StandingRow;
import dev.muster.storage.search.Search.Found;
import dev.muster.storage.sql.StorageException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Tests the behaviour that both databases have in common.
final class StorageTest extends OnBothDatabases {
    // Rows are read as they were written

    @Test
    void dayEndsAreReadWithTheLastOneBefore() {
        List<DayEndRow> rows = new ArrayList<>();
        for (long day : List.of(20_000L, 20_001L, 20_007L, 20_010L)) {
            rows.add(testRows.dayEnd(1, day));
        }
        save(List.of(1L, 2L), batch -> {
            batch.dayEnds.addAll(rows);
            batch.dayEnds.add(testRows.dayEnd(2, 20_005));
        });
        assertSame(database.<List<DayEndRow>>read(reads -> reads.journal().dayEnds(1, 20_000)), rows);
        assertSame(database.<List<DayEndRow>>read(reads -> reads.journal().dayEnds(1, 20_003)), rows.subList(1, 4));
        assertSame(database.<List<DayEndRow>>read(reads -> reads.journal().dayEnds(1, 20_007)), rows.subList(1, 4));
        assertSame(database.<List<DayEndRow>>read(reads -> reads.journal().dayEnds(1, 30_000)), rows.subList(3, 4));
        assertThat(database.<List<DayEndRow>>read(reads -> reads.journal().dayEnds(3, 0)))
                .isEmpty();
    }

    @Test
    void usersComeBackAsTheyWere() {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 300; number++) {
            rows.add(testRows.user(1, number));
        }
        save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        for (UserRow row : rows) {
            assertSame(
                    database.<UserRow>read(
                            reads -> reads.users().user(1, UserRef.id(row.user().id()))),
                    row);
            assertSame(
                    database.<UserRow>read(reads ->
                            reads.users().user(1, UserRef.number(row.user().number()))),
                    row);
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = row.user().identifier(kind);
                if (identifier != null) {
                    UserRef ref = new UserRef.ByIdentifier(identifier.key());
                    assertSame(database.<UserRow>read(reads -> reads.users().user(1, ref)), row);
                    assertThat(database.<UserRow>read(reads -> reads.users().user(2, ref)))
                            .isNull();
                }
            }
        }
    }

    /// Looks up users of two realms by all their identifiers, and users who do not exist.
    @Test
    void usersAreFoundByManyAtOnce() throws Exception {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 100; number++) {
            rows.add(testRows.user(1, number));
            rows.add(testRows.user(2, number));
        }
        save(List.of(1L, 2L), batch -> batch.newUsers.addAll(rows));
        List<Callable<Void>> all = new ArrayList<>();
        for (UserRow row : rows) {
            all.add(() -> {
                for (UserRef ref : names(row.user())) {
                    assertSame(database.user(row.realm(), ref), row);
                    StandingRow standing = database.standing(row.realm(), ref);
                    assertThat(standing.id()).isEqualTo(row.user().id());
                    assertThat(standing.version()).isEqualTo(row.user().version());
                    assertThat(standing.holds()).isEqualTo(row.user().holds());
                    assertThat(database.user(3, ref)).isNull();
                }
                assertThat(database.user(3 - row.realm(), UserRef.id(row.user().id())))
                        .isNull();
                assertThat(database.standing(
                                row.realm(), UserRef.number(101 + row.user().number())))
                        .isNull();
                return null;
            });
        }
        // With two hundred threads on a busy machine, some lookups would exceed their deadline while waiting for a
        // connection.
        try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
            for (Future<Void> one : callers.invokeAll(all)) {
                one.get();
            }
        }
    }

    private static List<UserRef> names(User user) {
        List<UserRef> names = new ArrayList<>();
        names.add(UserRef.id(user.id()));
        names.add(UserRef.number(user.number()));
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null) {
                names.add(new UserRef.ByIdentifier(identifier.key()));
            }
        }
        Identifier externalId = user.externalId();
        if (externalId != null) {
            names.add(new UserRef.ByExternalIdOrId(
                    new UserRef.ByIdentifier(externalId.key()), new UserRef.ById(new UUID(0, 0))));
        }
        names.add(new UserRef.ByExternalIdOrId(
                new UserRef.ByIdentifier(new Identifier.Key(Identifier.Kind.EXTERNAL_ID, "nobody's")),
                new UserRef.ById(user.id())));
        return names;
    }

    @Test
    void changedUsersComeBackAsTheyBecame() {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 100; number++) {
            rows.add(testRows.user(1, number));
        }
        save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        List<UserRow> changed = new ArrayList<>();
        for (UserRow row : rows) {
            UserRow other = testRows.user(1, row.user().number() + 1000);
            User user = other.user();
            changed.add(new UserRow(
                    1,
                    new User(
                            row.user().id(),
                            row.user().number(),
                            user.externalId(),
                            user.email(),
                            user.emailConfirmedAt(),
                            user.username(),
                            user.name(),
                            user.givenName(),
                            user.familyName(),
                            user.tag(),
                            user.rank(),
                            user.holds(),
                            user.enrolment(),
                            user.workstations(),
                            List.of(),
                            user.metadata(),
                            row.user().registeredAt(),
                            user.updatedAt(),
                            user.activeAt(),
                            user.deviceAddedAt(),
                            user.erasedAt(),
                            user.version()),
                    other.seed(),
                    other.sealedCards()));
        }
        lane.lock(List.of(1L), true);
        LoadPlan needs = new LoadPlan();
        rows.forEach(row -> needs.people.user(UserRef.id(row.user().id())));
        assertThat(lane.load(Map.of(1L, needs), List.of(), List.of()).users).hasSize(100);
        Batch batch = new Batch();
        batch.changedUsers.addAll(changed);
        lane.save(batch);
        lane.commit();
        for (UserRow row : changed) {
            assertSame(
                    database.<UserRow>read(
                            reads -> reads.users().user(1, UserRef.id(row.user().id()))),
                    row);
        }
    }

    @Test
    void everythingElseComesBackAsItWas() {
        UUID user = testRows.uuid();
        JournalRow entry = testRows.entry(1, 1, user);
        FingerprintRow bar = new FingerprintRow(1, testRows.bytes(16), user);
        FingerprintRow card = new FingerprintRow(1, testRows.bytes(16), user);
        FingerprintRow sameCard = new FingerprintRow(1, card.fingerprint(), testRows.uuid());
        KeyRow key = testRows.key(1);
        OperatorRow operator = testRows.operator(1, "Grace ÅÄ");
        RetryRow retry = testRows.retry(1, key.key().id(), testRows.bytes(16));
        BatchRow last = testRows.batch(1, 1, 1, 0);
        Tenant tenant = testRows.tenant("acme");
        save(List.of(0L, 1L), batch -> {
            batch.journal.add(entry);
            batch.newBars.add(bar);
            batch.newCards.add(card);
            batch.newCards.add(sameCard);
            batch.newCards.add(card);
            batch.newKeys.add(key);
            batch.newOperators.add(operator);
            batch.retries.add(retry);
            batch.batches.add(last);
            batch.newTenants.add(tenant);
        });
        LoadPlan needs = new LoadPlan();
        needs.people.bars.add(new Fingerprint(bar.fingerprint()));
        needs.people.cards.add(new Fingerprint(card.fingerprint()));
        needs.credentials.keys.add(key.key().id());
        needs.credentials.operators.add(operator.operator().id());
        LoadPlan systems = new LoadPlan();
        systems.credentials.partners.add("acme");
        systems.credentials.partners.add("nobody");
        LoadedRows loaded = loadAll(Map.of(1L, needs, 0L, systems), List.of(retry));
        assertSame(loaded.bars, List.of(bar));
        assertThat(loaded.cards)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(card, sameCard);
        assertSame(loaded.keys, List.of(key));
        assertSame(loaded.operators, List.of(operator));
        assertSame(loaded.retries, List.of(retry));
        assertSame(loaded.tenants, List.of(tenant));
        database.read(reads -> {
            assertSame(reads.journal().entries(1, 0, 1, 10), List.of(entry));
            assertSame(reads.journal().present(1), last);
            assertSame(reads.users().bar(1, new Fingerprint(bar.fingerprint())), bar);
            assertSame(reads.credentials().key(1, key.key().id()), key);
            assertSame(reads.credentials().keys(1), List.of(key));
            assertSame(reads.credentials().operator(1, operator.operator().id()), operator);
            assertSame(
                    reads.credentials()
                            .operator(1, operator.operator().username().key()),
                    operator);
            assertSame(reads.credentials().operators(1), List.of(operator));
            assertSame(reads.realms().tenant("acme"), tenant);
            assertSame(reads.realms().tenants("", 10), List.of(tenant));
            assertThat(reads.realms().tenants("acme", 10)).isEmpty();
            assertThat(reads.realms().realms(0, 2))
                    .extracting(row -> row.realm().id())
                    .containsExactly(1L, 2L);
            assertThat(reads.realms().realm(9)).isNull();
            return "";
        });
    }

    @Test
    void changedKeysAndOperatorsComeBackAsTheyBecame() {
        KeyRow key = testRows.key(1);
        OperatorRow operator = testRows.operator(1, "grace");
        save(List.of(1L), batch -> {
            batch.newKeys.add(key);
            batch.newOperators.add(operator);
        });
        KeyRow revoked = new KeyRow(1, key.key().revoked(testRows.instant()), testRows.bytes(60), null);
        OperatorRow other = testRows.operator(1, "grace");
        OperatorRow changed = new OperatorRow(
                1,
                new dev.muster.model.credential.Operator(
                        operator.operator().id(),
                        other.operator().username(),
                        other.operator().role(),
                        other.operator().passwordHash(),
                        other.operator().generation(),
                        other.operator().createdAt(),
                        other.operator().disabledAt(),
                        null,
                        other.operator().invitation(),
                        other.operator().madeBy(),
                        other.operator().identity()),
                other.seed(),
                other.mac());
        save(List.of(1L), batch -> {
            batch.changedKeys.add(revoked);
            batch.changedOperators.add(changed);
        });
        LoadPlan needs = new LoadPlan();
        needs.credentials.allKeys = true;
        needs.credentials.operatorNames.add(
                TestRows.identifier(Identifier.Kind.USERNAME, "GRACE").key());
        LoadedRows loaded = loadAll(Map.of(1L, needs), List.of());
        assertSame(loaded.keys, List.of(revoked));
        assertSame(loaded.operators, List.of(changed));
    }

    /// The name of a deleted operator can be used again, even in the transaction that deletes the operator.
    @Test
    void theNameOfADeletedOperatorIsFree() {
        OperatorRow first = testRows.operator(1, "grace");
        save(List.of(1L), batch -> batch.newOperators.add(first));
        OperatorRow second = testRows.operator(1, "grace");
        OperatorRow deleted = new OperatorRow(
                1,
                new dev.muster.model.credential.Operator(
                        first.operator().id(),
                        first.operator().username(),
                        first.operator().role(),
                        "",
                        first.operator().generation(),
                        first.operator().createdAt(),
                        testRows.instant(),
                        testRows.instant(),
                        null,
                        first.operator().madeBy(),
                        first.operator().identity()),
                first.seed(),
                first.mac());
        save(List.of(1L), batch -> {
            batch.newOperators.add(second);
            batch.changedOperators.add(deleted);
        });
        LoadPlan named = new LoadPlan();
        named.credentials.operatorNames.add(second.operator().username().key());
        assertSame(loadAll(Map.of(1L, named), List.of()).operators, List.of(second));
        LoadPlan all = new LoadPlan();
        all.credentials.allOperators = true;
        assertThat(loadAll(Map.of(1L, all), List.of()).operators).hasSize(2);
        database.read(reads -> {
            assertSame(
                    reads.credentials().operator(1, second.operator().username().key()), second);
            assertSame(reads.credentials().operator(1, first.operator().id()), deleted);
            assertSame(reads.credentials().operators(1), List.of(second));
            assertThat(reads.credentials().operatorsWithDeleted(1)).hasSize(2);
            return "";
        });
    }

    // Writing

    @Test
    void identifiersAreUniqueInTheirRealmOnly() {
        UserRow first = testRows.plain(1, 1, "Ada@example.com");
        save(List.of(1L, 2L), batch -> {
            batch.newUsers.add(first);
            batch.newUsers.add(testRows.plain(2, 1, "ada@example.com"));
        });
        assertRefused(testRows.plain(1, 2, "ADA@example.com"));
        assertRefused(testRows.plain(1, 1, "bob@example.com"));
        assertRefused(
                with(testRows.plain(1, 2, "bob@example.com"), draft -> {}).realm() == 1
                        ? new UserRow(1, first.user(), null, null)
                        : null);
        assertThat(database.<Long>read(reads -> reads.users().count(TestRows.allUsers(1, 0), 10)))
                .isEqualTo(1);
    }

    private void assertRefused(UserRow row) {
        lane.lock(List.of(1L), true);
        Batch batch = new Batch();
        batch.newUsers.add(row);
        assertFails(Kind.DUPLICATE, () -> lane.save(batch));
        lane.rollback();
    }

    @Test
    void identifiersMayGoFromOneUserToAnotherBothWays() {
        UserRow ada = testRows.plain(1, 1, "ada@example.com");
        UserRow bob = testRows.plain(1, 2, "bob@example.com");
        save(List.of(1L), batch -> batch.newUsers.addAll(List.of(ada, bob)));
        UserRow third = testRows.plain(1, 3, "carol@example.com");
        lane.lock(List.of(1L), true);
        LoadPlan needs = new LoadPlan();
        needs.people.user(UserRef.number(1));
        needs.people.user(UserRef.number(2));
        lane.load(Map.of(1L, needs), List.of(), List.of());
        Batch batch = new Batch();
        batch.changedUsers.add(with(ada, draft -> draft.email = email("bob@example.com")));
        batch.changedUsers.add(with(bob, draft -> draft.email = email("dora@example.com")));
        batch.newUsers.add(third);
        lane.save(batch);
        lane.commit();
        save(List.of(1L), next -> {
            next.changedUsers.add(with(ada, draft -> draft.email = email("dora@example.com")));
            next.changedUsers.add(with(bob, draft -> draft.email = email("bob@example.com")));
            next.newUsers.add(testRows.plain(1, 4, "ada@example.com"));
        });
        Map<UserRef, UserRow> found = database.read(reads -> reads.users()
                .users(
                        1,
                        List.of(byEmail("ada@example.com"), byEmail("bob@example.com"), byEmail("Dora@example.com"))));
        assertThat(found).hasSize(3);
        assertThat(found.get(byEmail("dora@example.com")).user().id())
                .isEqualTo(ada.user().id());
        assertThat(found.get(byEmail("bob@example.com")).user().id())
                .isEqualTo(bob.user().id());
    }

    @Test
    void changingAMissingRowIsRefused() {
        lane.lock(List.of(1L), true);
        Batch batch = new Batch();
        batch.changedUsers.add(testRows.plain(1, 1, "ada@example.com"));
        assertFails(Kind.STATEMENT, () -> lane.save(batch));
        lane.rollback();
    }

    @Test
    void uncommittedRowsAreDiscarded() {
        lane.lock(List.of(1L), true);
        Batch batch = new Batch();
        batch.newUsers.add(testRows.plain(1, 1, "ada@example.com"));
        batch.batches.add(testRows.batch(1, 1, 1, 1));
        lane.save(batch);
        lane.reconnect();
        assertThat(database.<BatchRow>read(reads -> reads.journal().present(1)).no())
                .isZero();
        assertThat(database.<Long>read(reads -> reads.users().count(TestRows.allUsers(1, 0), 10)))
                .isZero();
        save(List.of(1L), next -> next.newUsers.add(testRows.plain(1, 1, "ada@example.com")));
        assertThat(database.<Long>read(reads -> reads.users().count(TestRows.allUsers(1, 0), 10)))
                .isEqualTo(1);
    }

    @Test
    void aFailedStatementLeavesTheLaneUsable() {
        save(List.of(1L), batch -> batch.newUsers.add(testRows.plain(1, 1, "ada@example.com")));
        for (int i = 0; i < 3; i++) {
            assertRefused(testRows.plain(1, 2, "ada@example.com"));
        }
        save(List.of(1L), batch -> batch.newUsers.add(testRows.plain(1, 2, "bob@example.com")));
        assertThat(database.<Long>read(reads -> reads.users().count(TestRows.allUsers(1, 0), 10)))
                .isEqualTo(2);
    }

    @Test
    void thePresentIsTheLastBatch() {
        assertThat(lane.lock(List.of(2L, 1L, 77L), false)).containsExactly(1L, 2L);
        assertThat(lane.present(List.of(1L, 2L))).allSatisfy(row -> {
            assertThat(row.no()).isZero();
            assertThat(row.lastSeq()).isZero();
            assertThat(row.head()).isEmpty();
        });
        Instant clock = lane.clock(InstantSource.system());
        assertThat(lane.clock(InstantSource.system())).isEqualTo(clock);
        assertThat(Duration.between(clock, Instant.now()).abs()).isLessThan(Duration.ofSeconds(10));
        lane.rollback();
        BatchRow second = testRows.batch(1, 2, 9, 3);
        save(List.of(1L), batch -> {
            batch.batches.add(testRows.batch(1, 1, 4, 2));
            batch.batches.add(second);
        });
        lane.lock(List.of(1L, 2L), false);
        assertSame(
                lane.present(List.of(1L, 2L)).stream()
                        .filter(row -> row.realm() == 1)
                        .toList(),
                List.of(second));
        assertThat(lane.present(List.of())).isEmpty();
        lane.rollback();
    }

    @Test
    void lostCardsAndAnnulledBarsAreGone() {
        UUID user = testRows.uuid();
        FingerprintRow card = new FingerprintRow(1, testRows.bytes(16), user);
        FingerprintRow bar = new FingerprintRow(1, testRows.bytes(16), user);
        save(List.of(1L), batch -> {
            batch.newCards.add(card);
            batch.newBars.add(bar);
        });
        save(List.of(1L), batch -> {
            batch.lostCards.add(card);
            batch.annulledBars.add(bar);
        });
        LoadedRows loaded = load(1, needs -> {
            needs.people.cards.add(new Fingerprint(card.fingerprint()));
            needs.people.bars.add(new Fingerprint(bar.fingerprint()));
        });
        assertThat(loaded.cards).isEmpty();
        assertThat(loaded.bars).isEmpty();
    }

    @Test
    void aLoadKeepsRealmsApart() {
        UserRow one = testRows.plain(1, 1, "ada@example.com");
        UserRow two = testRows.plain(2, 1, "ada@example.com");
        save(List.of(1L, 2L), batch -> batch.newUsers.addAll(List.of(one, two)));
        LoadPlan first = new LoadPlan();
        first.people.user(byEmail("ada@example.com"));
        LoadPlan second = new LoadPlan();
        second.people.user(UserRef.id(one.user().id()));
        second.people.user(UserRef.number(1));
        Map<Long, LoadPlan> needs = new HashMap<>();
        needs.put(1L, first);
        needs.put(2L, second);
        assertThat(loadAll(needs, List.of()).users)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(one, two);
    }

    // Reading

    @Test
    void standingsAreReadByEveryReference() {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 50; number++) {
            rows.add(testRows.user(1, number));
        }
        save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        Map<UserRef, UserRow> expected = new HashMap<>();
        for (UserRow row : rows) {
            expected.put(UserRef.id(row.user().id()), row);
            expected.put(UserRef.number(row.user().number()), row);
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = row.user().identifier(kind);
                if (identifier != null) {
                    expected.put(new UserRef.ByIdentifier(identifier.key()), row);
                }
            }
        }
        List<UserRef> asked = new ArrayList<>(expected.keySet());
        asked.add(UserRef.number(99));
        asked.add(UserRef.id(testRows.uuid()));
        asked.add(byEmail("nobody@example.com"));
        Map<UserRef, StandingRow> standings =
                database.read(reads -> reads.users().standings(1, asked));
        assertThat(standings.keySet()).isEqualTo(expected.keySet());
        standings.forEach((ref, standing) -> {
            User user = expected.get(ref).user();
            assertThat(standing).isEqualTo(new StandingRow(user.id(), user.version(), user.holds(), true));
            assertThat(database.<StandingRow>read(reads -> reads.users().standing(1, ref)))
                    .isEqualTo(standing);
        });
        Map<UserRef, UserRow> users = database.read(reads -> reads.users().users(1, asked));
        assertThat(users.keySet()).isEqualTo(expected.keySet());
        users.forEach((ref, user) -> assertSame(user, expected.get(ref)));
        Map<UUID, byte[]> seeds = database.read(reads ->
                reads.users().seeds(1, rows.stream().map(row -> row.user().id()).toList()));
        for (UserRow row : rows) {
            assertThat(seeds.get(row.user().id())).isEqualTo(row.seed());
        }
    }

    @Test
    void filtersCombine() {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 200; number++) {
            UserRow odd = testRows.user(1, number);
            User user = odd.user();
            User.Draft draft = new User.Draft(user.id(), number, Instant.ofEpochMilli(1_000_000 + number / 3 * 1000));
            draft.tag = user.tag();
            draft.rank = user.rank();
            draft.holds = user.holds();
            rows.add(new UserRow(1, draft.build(), null, null));
        }
        save(List.of(1L), batch -> {
            batch.newUsers.addAll(rows);
            batch.newUsers.add(testRows.plain(2, 1, "ada@example.com"));
            batch.batches.add(testRows.batch(1, 1, 1, 200));
            belong(rows, batch);
        });
        for (int i = 0; i < 600; i++) {
            assertFiltered(rows, randomFilter());
        }
    }

    private final UUID[] groups = {new UUID(3, 1), new UUID(3, 2)};
    private final UUID[] policies = {new UUID(4, 1), new UUID(4, 2)};
    private final Map<UUID, Set<UUID>> belongings = new HashMap<>();

    /// Makes every user belong to some of two groups and two policies; some of these relations do not count.
    private void belong(List<UserRow> rows, Batch batch) {
        for (int i = 0; i < 2; i++) {
            batch.groups.added.add(GroupOrPolicyRow.of(
                    1, new Group(groups[i], "group " + i, null, 0, testRows.instant(), testRows.instant())));
            batch.policies.added.add(GroupOrPolicyRow.of(
                    1,
                    new Policy(
                            policies[i],
                            "policy " + i,
                            null,
                            List.of(),
                            0,
                            0,
                            testRows.instant(),
                            testRows.instant())));
        }
        for (UserRow row : rows) {
            UUID user = row.user().id();
            long number = row.user().number();
            boolean counts = testRows.random.nextInt(4) > 0;
            for (int i = 0; i < 2; i++) {
                if (testRows.random.nextBoolean()) {
                    batch.memberships.added.add(new AffiliationRow(1, user, groups[i], number, counts));
                    note(groups[i], user, counts);
                }
                if (testRows.random.nextBoolean()) {
                    batch.assignments.added.add(new AffiliationRow(1, user, policies[i], number, counts));
                    note(policies[i], user, counts);
                }
            }
        }
    }

    private void note(UUID to, UUID user, boolean counts) {
        if (counts) {
            belongings.computeIfAbsent(to, _ -> new HashSet<>()).add(user);
        }
    }

    private boolean belongs(User user, UUID to) {
        return to == null || belongings.getOrDefault(to, Set.of()).contains(user.id());
    }

    private UserFilter randomFilter() {
        return new UserFilter(
                1,
                maybe(Status.values()),
                maybe(HoldKind.values()),
                maybe(Tag.values()),
                maybe(Rank.values()),
                maybe(groups),
                maybe(policies),
                testRows.random.nextInt(3) > 0
                        ? null
                        : Instant.ofEpochMilli(1_000_000 + testRows.random.nextInt(70_000)),
                testRows.random.nextInt(3) > 0
                        ? null
                        : Instant.ofEpochMilli(1_000_000 + testRows.random.nextInt(70_000)),
                testRows.random.nextInt(3) > 0 ? 0 : testRows.random.nextInt(210));
    }

    private <T> T maybe(T[] values) {
        return testRows.random.nextInt(3) > 0 ? null : values[testRows.random.nextInt(values.length)];
    }

    private void assertFiltered(List<UserRow> rows, UserFilter filter) {
        Instant epoch = Instant.EPOCH;
        Predicate<UserRow> passes = row -> {
            User user = row.user();
            return user.number() > filter.after()
                    && (filter.status() == null
                            || user.holds().all().stream()
                                    .map(hold -> Status.of(hold.kind()))
                                    .min(Comparator.naturalOrder())
                                    .orElse(Status.ACTIVE)
                                    .equals(filter.status()))
                    && (filter.hold() == null || user.holds().has(filter.hold()))
                    && (filter.tag() == null || user.tag() == filter.tag())
                    && (filter.rank() == null || user.rank() == filter.rank())
                    && (filter.registeredFrom() == null || !user.registeredAt().isBefore(filter.registeredFrom()))
                    && (filter.registeredBefore() == null || user.registeredAt().isBefore(filter.registeredBefore()))
                    && belongs(user, filter.group())
                    && belongs(user, filter.policy())
                    && user.registeredAt().isAfter(epoch);
        };
        List<Long> expected =
                rows.stream().filter(passes).map(row -> row.user().number()).toList();
        int limit = 1 + testRows.random.nextInt(20);
        int offset = testRows.random.nextInt(10);
        List<Long> listed = database.search(reads -> reads.users().list(filter, limit, offset).stream()
                .map(row -> row.user().number())
                .toList());
        assertThat(listed)
                .as("%s", filter)
                .isEqualTo(expected.stream().skip(offset).limit(limit).toList());
        assertThat(database.<Long>search(reads -> reads.users().count(filter, 10_000)))
                .isEqualTo(expected.size());
        assertThat(database.<Long>search(reads -> reads.users().count(filter, 5)))
                .isEqualTo(Math.min(5, expected.size()));
    }

    @Test
    void searchFindsAnywhereAndShortWordsAtBeginnings() {
        save(List.of(1L), batch -> {
            batch.newUsers.add(
                    with(testRows.plain(1, 1, "ada@example.com"), draft -> draft.name = "Åsa 100%_Lovelace"));
            batch.newUsers.add(with(
                    testRows.plain(1, 2, "bob@example.org"),
                    draft -> draft.externalId = TestRows.identifier(Identifier.Kind.EXTERNAL_ID, "EXT-ADA-1")));
            batch.newUsers.add(with(
                    testRows.plain(1, 3, "carol@example.net"),
                    draft -> draft.username = TestRows.identifier(Identifier.Kind.USERNAME, "Adam")));
            batch.newUsers.add(testRows.plain(2, 1, "ada@example.com"));
        });
        assertThat(search("ada", 0, 10, 100)).containsExactly(1L, 2L, 3L);
        assertThat(search("example.org", 0, 10, 100)).containsExactly(2L);
        assertThat(search("åsa", 0, 10, 100)).containsExactly(1L);
        assertThat(search("lovelace asa", 0, 10, 100)).containsExactly(1L);
        assertThat(search("10", 0, 10, 100)).containsExactly(1L);
        assertThat(search("100%_love", 0, 10, 100)).containsExactly(1L);
        assertThat(search("ad", 0, 10, 100)).containsExactly(1L, 3L);
        assertThat(search("da", 0, 10, 100)).isEmpty();
        assertThat(search("zzz", 0, 10, 100)).isEmpty();
        Found first = database.search(reads -> reads.users().search(1, "ada", 0, 2, 100));
        assertThat(first.next()).isEqualTo(2L);
        Found rest = database.search(reads -> reads.users().search(1, "ada", 2, 2, 100));
        assertThat(rest.numbers()).hasSize(1);
        assertThat(rest.next()).isNull();
        Found bounded = database.search(reads -> reads.users().search(1, "carol", 0, 10, 2));
        assertThat(bounded.numbers()).isEmpty();
        assertThat(bounded.next()).isEqualTo(2L);
    }

    private List<Long> search(String folded, long after, int limit, int rows) {
        return database.search(
                reads -> reads.users().search(1, folded, after, limit, rows).numbers());
    }

    @Test
    void theJournalIsReadInOrderAndBySubjectNewestFirst() {
        UUID ada = testRows.uuid();
        UUID bob = testRows.uuid();
        save(List.of(1L), batch -> {
            for (int seq = 1; seq <= 20; seq++) {
                batch.journal.add(testRows.entry(1, seq, seq % 2 == 0 ? ada : bob));
            }
        });
        database.read(reads -> {
            assertThat(reads.journal().entries(1, 3, 18, 100))
                    .extracting(JournalRow::seq)
                    .hasSize(15)
                    .isSorted();
            assertThat(reads.journal().entries(1, 3, 18, 2))
                    .extracting(JournalRow::seq)
                    .containsExactly(4L, 5L);
            assertThat(reads.journal().history(1, ada, Long.MAX_VALUE, 3))
                    .extracting(JournalRow::seq)
                    .containsExactly(20L, 18L, 16L);
            assertThat(reads.journal().history(1, ada, 4, 3))
                    .extracting(JournalRow::seq)
                    .containsExactly(2L);
            assertThat(reads.filteredJournal().countHistory(1, ada, JournalFilter.NONE, 100))
                    .isEqualTo(10);
            assertThat(reads.filteredJournal().countHistory(1, ada, JournalFilter.NONE, 4))
                    .isEqualTo(4);
            assertThat(reads.journal().history(2, ada, Long.MAX_VALUE, 3)).isEmpty();
            return "";
        });
    }

    @Test
    void aSnapshotDoesNotMove() {
        save(List.of(1L), batch -> batch.newUsers.add(testRows.plain(1, 1, "ada@example.com")));
        database.snapshot(reads -> {
            assertThat(reads.users().count(TestRows.allUsers(1, 0), 10)).isEqualTo(1);
            save(List.of(1L), batch -> batch.newUsers.add(testRows.plain(1, 2, "bob@example.com")));
            assertThat(reads.users().count(TestRows.allUsers(1, 0), 10)).isEqualTo(1);
            return "";
        });
        assertThat(database.<Long>snapshot(reads -> reads.users().count(TestRows.allUsers(1, 0), 10)))
                .isEqualTo(2);
    }

    @Test
    void theClockIsRightAndStorageIsReady() {
        Instant clock = lane.clock(InstantSource.system());
        assertThat(Duration.between(clock, Instant.now()).abs()).isLessThan(Duration.ofSeconds(10));
        assertThat(database.isReady()).isTrue();
    }

    // Background tasks

    @Test
    void dueEndingsAreFoundInEveryRealm() {
        List<UserRow> rows = new ArrayList<>();
        for (long realm = 1; realm <= 3; realm++) {
            for (int number = 1; number <= 5; number++) {
                int end = number;
                rows.add(with(
                        testRows.plain(realm, number, "u" + number + "@example.com"),
                        draft -> draft.holds = draft.holds.with(new Hold(
                                HoldKind.SUSPENDED,
                                "main",
                                null,
                                null,
                                testRows.actor(),
                                Instant.EPOCH,
                                end == 5 ? null : Instant.ofEpochMilli(end * 1000L)))));
            }
        }
        save(List.of(1L, 2L, 3L), batch -> batch.newUsers.addAll(rows));
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.due(Instant.ofEpochMilli(999), 100)).isEmpty();
            assertThat(choreStore.due(Instant.ofEpochMilli(2000), 100))
                    .hasSize(6)
                    .contains(new ChoreStore.Due(2, rows.get(6).user().id(), Instant.ofEpochMilli(2000)));
            assertThat(choreStore.due(Instant.ofEpochMilli(9000), 5)).hasSize(5);
        }
        List<UserRow> overdue = database.search(reads -> reads.users().overdue(2, Instant.ofEpochMilli(3000), 10));
        assertThat(overdue).extracting(row -> row.user().number()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void cleanupDeletesOldRetriesInSlices() {
        UUID actor = testRows.uuid();
        save(List.of(1L, 2L), batch -> {
            for (int i = 0; i < 10; i++) {
                RetryRow row = testRows.retry(1 + i % 2, actor, testRows.bytes(16));
                batch.retries.add(new RetryRow(
                        row.realm(), actor, row.key(), row.request(), i, Instant.ofEpochMilli(i), row.subject()));
            }
        });
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.forgetRetries(Instant.ofEpochMilli(7), 5)).isEqualTo(5);
            assertThat(choreStore.forgetRetries(Instant.ofEpochMilli(7), 5)).isEqualTo(2);
            assertThat(choreStore.forgetRetries(Instant.ofEpochMilli(7), 5)).isZero();
        }
    }

    @Test
    void usesOfKeysAreNotedAndNeverGoBack() {
        KeyRow key = testRows.key(1);
        save(List.of(1L), batch -> batch.newKeys.add(key));
        UUID id = key.key().id();
        try (ChoreStore choreStore = database.choreStore()) {
            choreStore.used(List.of(new ChoreStore.KeyUse(1, id, Instant.ofEpochMilli(5000))));
            choreStore.used(List.of(new ChoreStore.KeyUse(1, id, Instant.ofEpochMilli(4000))));
            choreStore.used(List.of());
        }
        assertThat(database.<KeyRow>read(reads -> reads.credentials().key(1, id))
                        .key()
                        .lastUsedAt())
                .isEqualTo(Instant.ofEpochMilli(5000));
    }

    @Test
    void theEndsOfJournalsAreListed() {
        save(List.of(1L, 2L), batch -> {
            batch.batches.add(testRows.batch(1, 1, 5, 1));
            batch.batches.add(testRows.batch(1, 2, 9, 1));
            batch.batches.add(testRows.batch(2, 1, 3, 1));
        });
        CheckpointRow first = new CheckpointRow(1, 5, testRows.bytes(32), testRows.instant(), testRows.text(100));
        CheckpointRow last = new CheckpointRow(1, 9, testRows.bytes(32), testRows.instant(), testRows.text(100));
        try (ChoreStore choreStore = database.choreStore()) {
            choreStore.checkpoints().insert(List.of(first));
            choreStore.checkpoints().insert(List.of(last));
            choreStore.checkpoints().insert(List.of(last));
            assertThat(choreStore.checkpoints().journalEnds(-1, 10))
                    .extracting(CheckpointStore.JournalEnd::realm, CheckpointStore.JournalEnd::seq)
                    .containsExactly(tuple(1L, 9L), tuple(2L, 3L));
            assertThat(choreStore.checkpoints().journalEnds(1, 10))
                    .extracting(CheckpointStore.JournalEnd::realm)
                    .containsExactly(2L);
            assertThat(choreStore.checkpoints().journalEnds(-1, 1))
                    .extracting(CheckpointStore.JournalEnd::realm)
                    .containsExactly(1L);
            assertThat(choreStore.checkpoints().journalEnds(2, 10)).isEmpty();
        }
        assertSame(database.<CheckpointRow>read(reads -> reads.journal().checkpoint(1)), last);
        assertSame(
                database.<List<CheckpointRow>>read(reads -> reads.journal().checkpoints(1, null, 10)),
                List.of(first, last));
    }

    @Test
    void aRealmIsFoundedOnceAndRewrapped() {
        RealmRow realm = testRows.realm(9);
        try (ChoreStore choreStore = database.choreStore()) {
            choreStore.createIfAbsent(realm);
            choreStore.createIfAbsent(new RealmRow(realm.realm(), new byte[1]));
            assertSame(database.<RealmRow>read(reads -> reads.realms().realm(9)), realm);
            choreStore.rewrap(9, new byte[] {7});
        }
        assertThat(database.<RealmRow>read(reads -> reads.realms().realm(9)).wrappedKey())
                .containsExactly(7);
    }
}
