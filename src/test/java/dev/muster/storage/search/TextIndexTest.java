package dev.muster.storage.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.SearchText;
import dev.muster.model.user.User;
import dev.muster.storage.Batch;
import dev.muster.storage.OnBothDatabases;
import dev.muster.storage.UserRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.search.Search.Found;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.ProgressHandler;

/// Tests the search index on both databases, for realms of at least 10 users, in parts of 16.
final class TextIndexTest extends OnBothDatabases {
    static final long REALM = 1;

    ChoreWriter writer;
    TextIndex index;
    private final Map<Long, Long> batches = new TreeMap<>();

    @BeforeEach
    void openIndexer() {
        writer = writer(database.choreStore());
        index = new TextIndex(writer, 10, 4, 8);
    }

    @AfterEach
    void closeIndexer() {
        writer.close();
    }

    /// Registers the users `from` to `upTo`.
    final void fill(long realm, int from, int upTo, String name) {
        save(List.of(realm), batch -> {
            for (int number = from; number <= upTo; number++) {
                String email = "user" + number + "@example.com";
                batch.newUsers.add(with(testRows.plain(realm, number, email), draft -> draft.name = name));
            }
            long no = batches.merge(realm, 1L, Long::sum);
            batch.batches.add(testRows.batch(realm, no, no, upTo));
        });
    }

    final void change(long realm, long number, Consumer<User.Draft> change) {
        UserRow before =
                load(realm, needs -> needs.people.numbers.add(number)).users.getFirst();
        assertThat(lane.lock(List.of(realm), true)).containsExactly(realm);
        LoadPlan needs = new LoadPlan();
        needs.people.numbers.add(number);
        lane.load(Map.of(realm, needs), List.of(), List.of());
        Batch batch = new Batch();
        batch.changedUsers.add(with(before, draft -> {
            change.accept(draft);
            draft.version++;
        }));
        lane.save(batch);
        lane.commit();
    }

    final List<Long> search(long realm, String text) {
        Found found = database.search(reads -> reads.users().search(realm, text, 0, 1000, 1000));
        assertThat(found.next()).isNull();
        return found.numbers();
    }

    /// Returns the number of users whose fields a search reads. If it were allowed to read one fewer, it would stop
    /// early.
    final int lookedAt(long realm, String text) {
        for (int rows = 1; ; rows++) {
            int allowed = rows;
            if (database.<Found>search(reads -> reads.users().search(realm, text, 0, 1000, allowed))
                            .next()
                    == null) {
                return rows - 1;
            }
        }
    }

    final TextIndex.State state(long realm) {
        return writer.with(session -> TextIndex.state(session, realm));
    }

    /// Returns all postings of a part, by trigram.
    final Map<Long, List<Integer>> postings(long realm, long part) {
        Map<Long, List<Integer>> all = new TreeMap<>();
        writer.with(session -> session.list(
                "search_part",
                row -> {
                    long trigram = row.number();
                    List<Integer> users = new ArrayList<>();
                    for (int posting : PostingList.unpack(row.bytes(), 0, null)) {
                        users.add(PostingList.user(posting));
                    }
                    return all.put(trigram, users);
                },
                realm,
                part));
        return all;
    }

    private static List<Long> trigrams(String text) {
        List<Long> trigrams = new ArrayList<>();
        Trigrams.of(text, (trigram, _) -> trigrams.add(trigram));
        return trigrams;
    }

    @Test
    void aSmallRealmHasNone() {
        fill(REALM, 1, 9, "Ada");
        index.catchUp(REALM, true, () -> true);
        assertThat(state(REALM)).isNull();
        assertThat(index.realms(-1, 10)).isEmpty();
        fill(REALM, 10, 10, "Ada");
        assertThat(index.realms(-1, 10)).containsExactly(REALM);
        index.catchUp(REALM, true, () -> true);
        assertThat(state(REALM).indexed()).isEqualTo(10);
        assertThat(lookedAt(REALM, "nobody")).isZero();
    }

    @Test
    void aFewNewOnesWaitUntilThereAreMany() {
        fill(REALM, 1, 20, "Ada");
        index.catchUp(REALM, true, () -> true);
        fill(REALM, 21, 30, "Eve");
        index.catchUp(REALM, false, () -> true);
        assertThat(state(REALM).indexed()).isEqualTo(20);
        assertThat(lookedAt(REALM, "nobody")).isEqualTo(10);
        assertThat(search(REALM, "eve")).hasSize(10);
        fill(REALM, 31, 20 + 2048, "Eve");
        index.catchUp(REALM, false, () -> true);
        assertThat(state(REALM).indexed()).isEqualTo(20 + 2048);
    }

    @Test
    void onlyAChangedTextIsMarked() {
        fill(REALM, 1, 20, "Ada");
        index.catchUp(REALM, true, () -> true);
        change(REALM, 3, draft -> draft.metadata = "{}");
        assertThat(lookedAt(REALM, "nobody")).isZero();
        change(REALM, 3, draft -> draft.name = "Eve");
        assertThat(lookedAt(REALM, "nobody")).isEqualTo(1);
        assertThat(search(REALM, "eve")).containsExactly(3L);
        assertThat(search(REALM, "ada")).hasSize(19).doesNotContain(3L);
        index.catchUp(REALM, true, () -> true);
        assertThat(lookedAt(REALM, "nobody")).isZero();
        assertThat(search(REALM, "eve")).containsExactly(3L);
        assertThat(search(REALM, "ada")).hasSize(19).doesNotContain(3L);
    }

    /// Users who change while their part is being rewritten stay marked, because the indexer has already read their
    /// old values.
    @Test
    void usersChangedInTheMeantimeStayMarked() {
        fill(REALM, 1, 20, "Ada");
        index.catchUp(REALM, true, () -> true);
        change(REALM, 3, draft -> draft.name = "Eve");
        AtomicInteger asked = new AtomicInteger();
        index.catchUp(REALM, true, () -> {
            if (asked.getAndIncrement() == 0) {
                change(REALM, 3, draft -> draft.name = "Zoe");
            }
            assertThat(search(REALM, "zoe")).containsExactly(3L);
            return true;
        });
        assertThat(search(REALM, "eve")).isEmpty();
        assertThat(search(REALM, "zoe")).containsExactly(3L);
        index.catchUp(REALM, true, () -> true);
        assertThat(lookedAt(REALM, "nobody")).isZero();
        assertThat(search(REALM, "zoe")).containsExactly(3L);
    }

    /// While the index is being built, changes to users are marked even before the users are first read, so that no
    /// change is missed.
    @Test
    void usersChangedDuringTheBuildAreMarked() {
        fill(REALM, 1, 24, "Ada");
        AtomicInteger asked = new AtomicInteger();
        index.catchUp(REALM, true, () -> {
            String name = "eve" + asked.incrementAndGet();
            change(REALM, 20, draft -> draft.name = name);
            assertThat(search(REALM, name)).containsExactly(20L);
            assertThat(search(REALM, "ada")).hasSize(23);
            return true;
        });
        assertThat(asked).hasValueGreaterThan(10);
        assertThat(search(REALM, "eve" + asked)).containsExactly(20L);
        index.catchUp(REALM, true, () -> true);
        assertThat(lookedAt(REALM, "nobody")).isZero();
        assertThat(search(REALM, "eve")).containsExactly(20L);
    }

    /// Nothing of an erased user remains in the index, neither trigrams that only they had nor their postings of
    /// other trigrams.
    @Test
    void erasedUsersLeaveTheIndex() {
        fill(REALM, 1, 20, "Ada");
        change(REALM, 3, draft -> draft.name = "Quetzalcoatl");
        index.catchUp(REALM, true, () -> true);
        assertThat(postings(REALM, 0)).containsKeys(trigrams("quetzalcoatl").toArray(Long[]::new));
        change(REALM, 3, draft -> {
            draft.name = null;
            draft.email = null;
        });
        assertThat(search(REALM, "quetzal")).isEmpty();
        index.catchUp(REALM, true, () -> true);
        assertThat(postings(REALM, 0))
                .doesNotContainKeys(trigrams("quetzalcoatl").toArray(Long[]::new));
        assertThat(postings(REALM, 0).values())
                .isNotEmpty()
                .allSatisfy(users -> assertThat(users).doesNotContain(2));
        assertThat(search(REALM, "user")).hasSize(19);
    }

    /// A build can be interrupted after any transaction and continued on another connection, with changes in
    /// between. The remains of a dropped index do not affect the next one.
    @Test
    void anInterruptedBuildContinues() {
        fill(REALM, 1, 24, "Ada");
        TextIndex inLargeSlices = new TextIndex(writer, 10, 4, 40);
        boolean finished = false;
        int transactions = 0;
        for (; !finished; transactions++) {
            String name = "Eve" + transactions;
            writer.write(session -> {
                session.execute("delete from search_index");
                return 1;
            });
            AtomicInteger left = new AtomicInteger(transactions);
            inLargeSlices.catchUp(REALM, true, () -> left.getAndDecrement() > 0);
            finished = left.get() >= 0;
            change(REALM, 5, draft -> draft.name = name);
            change(REALM, 20, draft -> draft.name = name);
            String folded = name.toLowerCase(Locale.ROOT);
            assertThat(search(REALM, folded)).containsExactly(5L, 20L);
            writer.close();
            inLargeSlices.catchUp(REALM, true, () -> true);
            assertThat(state(REALM).indexed()).isEqualTo(24);
            assertThat(lookedAt(REALM, "nobody")).isZero();
            assertThat(search(REALM, "eve")).containsExactly(5L, 20L);
            assertThat(search(REALM, folded)).containsExactly(5L, 20L);
            assertThat(search(REALM, "ada")).hasSize(22);
        }
        assertThat(transactions).isGreaterThan(10);
    }

    /// An index of an earlier version is rebuilt. Searches return correct results meanwhile, and nothing of the old
    /// index remains.
    @Test
    void anIndexOfAnEarlierVersionIsMadeAnew() {
        fill(REALM, 1, 20, "Łukasz Götz");
        index.catchUp(REALM, true, () -> true);
        Map<Long, List<Integer>> places = postings(REALM, 0);
        makeOlder(SearchText.VERSION - 1);
        change(REALM, 3, draft -> draft.name = "Eve");
        assertThat(lookedAt(REALM, "nobody")).isEqualTo(20);
        index.catchUp(REALM, true, () -> {
            assertThat(search(REALM, "gotz lukasz")).hasSize(19);
            assertThat(search(REALM, "eve")).containsExactly(3L);
            return true;
        });
        assertThat(state(REALM).format()).isEqualTo(SearchText.VERSION);
        assertThat(lookedAt(REALM, "nobody")).isZero();
        assertThat(search(REALM, "gotz lukasz")).hasSize(19);
        change(REALM, 3, draft -> draft.name = "Łukasz Götz");
        index.catchUp(REALM, true, () -> true);
        assertThat(postings(REALM, 0)).isEqualTo(places);
    }

    /// If two servers have different versions, the older one leaves the index to the newer one.
    @Test
    void anIndexOfALaterVersionIsLeftAlone() {
        fill(REALM, 1, 20, "Ada");
        index.catchUp(REALM, true, () -> true);
        makeOlder(SearchText.VERSION + 1);
        index.catchUp(REALM, true, () -> true);
        assertThat(state(REALM).format()).isEqualTo(SearchText.VERSION + 1);
        assertThat(search(REALM, "ada")).hasSize(20);
        assertThat(lookedAt(REALM, "nobody")).isEqualTo(20);
    }

    /// Gives the index a different format, with postings that such a format might have.
    private void makeOlder(int format) {
        writer.write(session -> {
            session.execute("update search_index set format = " + format);
            session.execute("update search_posting set gram = -gram where gram % 2 = 0");
            return 1;
        });
    }

    @Test
    void wordsAreFoundInAnyOrderAndInParts() {
        fill(REALM, 1, 20, "Götz Müller");
        change(REALM, 3, draft -> draft.name = "Straße 李小龍");
        change(REALM, 4, draft -> draft.name = "Müller-Götz");
        change(REALM, 5, draft -> draft.name = "Go Ziller");
        for (int round = 0; round < 2; round++) {
            assertThat(search(REALM, "muller gotz")).hasSize(18).contains(4L).doesNotContain(3L, 5L);
            assertThat(search(REALM, "ller go")).hasSize(18).contains(5L).doesNotContain(3L, 4L);
            assertThat(search(REALM, "STRASSE")).containsExactly(3L);
            assertThat(search(REALM, "小龍")).containsExactly(3L);
            assertThat(search(REALM, "小")).isEmpty();
            assertThat(search(REALM, "李 str")).containsExactly(3L);
            assertThat(search(REALM, "gotz user3")).isEmpty();
            assertThat(search(REALM, "gotz user4")).containsExactly(4L);
            index.catchUp(REALM, true, () -> true);
        }
    }

    @Test
    void oneOfTwoServersGivesWay() {
        fill(REALM, 1, 40, "Ada");
        try (ChoreWriter another = writer(database.choreStore())) {
            TextIndex other = new TextIndex(another, 10, 4, 8);
            AtomicInteger asked = new AtomicInteger();
            index.catchUp(REALM, true, () -> {
                if (asked.incrementAndGet() == 6) {
                    other.catchUp(REALM, true, () -> true);
                    change(REALM, 2, draft -> draft.name = "Eve");
                    other.catchUp(REALM, true, () -> true);
                }
                return true;
            });
            assertThat(asked).as("transactions of the one that gives way").hasValue(6);
        }
        assertThat(lookedAt(REALM, "nobody")).isZero();
        assertThat(search(REALM, "eve")).containsExactly(2L);
        assertThat(search(REALM, "ada")).hasSize(39);
        assertThat(search(REALM, "user")).hasSize(40);
    }

    /// Returns the work that a search takes, as counted by the database.
    private long work(long realm, String text) throws Exception {
        try (Connection connection = empty.connect();
                Session session = new Session(connection, new Statements(kind()), kind())) {
            return switch (kind()) {
                case SQLITE -> steps(session, realm, text);
                case POSTGRES -> rows(session, realm, text);
            };
        }
    }

    /// Returns the number of steps of SQLite's virtual machine. Each row that is read takes several steps.
    private static long steps(Session session, long realm, String text) throws SQLException {
        AtomicLong steps = new AtomicLong();
        ProgressHandler.setHandler(session.connection(), 1, new ProgressHandler() {
            @Override
            protected int progress() {
                steps.incrementAndGet();
                return 0;
            }
        });
        new Search(session, realm, text, 0, 1000, 10_000).run();
        ProgressHandler.clearHandler(session.connection());
        return steps.get();
    }

    /// Returns the number of rows of users, postings and marks that PostgreSQL reads from tables and indexes.
    private static long rows(Session session, long realm, String text) throws SQLException {
        session.begin();
        session.execute("set local enable_seqscan = off");
        long before = rows(session.connection());
        new Search(session, realm, text, 0, 1000, 10_000).run();
        long after = rows(session.connection());
        session.rollback();
        return after - before;
    }

    private static long rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("""
                        select sum(pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid))
                        from pg_class
                        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'i')
                            and relname ~ '^(users|search)'
                        """)) {
            results.next();
            return results.getLong(1);
        }
    }

    /// The size of another realm does not affect the cost of a search, so the cost reveals nothing about that
    /// realm.
    @Test
    void aNeighbourCostsNothing() throws Exception {
        fill(1, 1, 8, "Ada");
        fill(2, 1, 40, "Ada");
        fill(3, 1, 10, "Bob");
        index.catchUp(2, true, () -> true);
        index.catchUp(3, true, () -> true);
        List<String> texts = List.of("ada", "nobody", "quetzal", "us", "user1");
        List<Long> alone = new ArrayList<>();
        for (long realm : List.of(1L, 2L)) {
            for (String text : texts) {
                alone.add(work(realm, text));
            }
        }
        fill(3, 11, 3000, "Ada Quetzalcoatl Nobody");
        index.catchUp(3, true, () -> true);
        List<Long> besides = new ArrayList<>();
        for (long realm : List.of(1L, 2L)) {
            for (String text : texts) {
                besides.add(work(realm, text));
            }
        }
        assertThat(besides).isEqualTo(alone);
        assertThat(work(3, "quetzal")).isGreaterThan(alone.getLast());
    }
}
