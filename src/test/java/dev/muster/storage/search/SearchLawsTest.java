package dev.muster.storage.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.SearchText;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import dev.muster.storage.Batch;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import dev.muster.storage.OnDatabase;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.TestRows;
import dev.muster.storage.UserRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.search.Search.Found;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.JsonKeys;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/// Every search finds the same users as a full scan, whatever is written and wherever indexing is interrupted. Writes,
/// searches and another server's indexing run between the transactions of the indexer. Each try uses a new realm, in a
/// database that also contains the realms of all earlier tries.
@UsesPostgres
final class SearchLawsTest {
    private static final Path FOLDER = folder();
    private static final Map<DatabaseKind, Database> OPENED = new EnumMap<>(DatabaseKind.class);
    private static final AtomicLong REALMS = new AtomicLong(100);

    /// Letters of one to four bytes (some have two cases, and some are changed by folding), a combining mark, and
    /// the space between words. There are so few that searches often match.
    private static final List<String> LETTERS =
            List.of("a", "b", "B", "ab", "aab", "é", "ß", "İ", "ł", "𐐀", "e", "\u0301", "'", " ", "李", "小", "が");

    sealed interface Step {
        record Register(String name, String local, @Nullable String externalId) implements Step {}

        record Rename(int user, @Nullable String name, boolean identifiers) implements Step {}

        record Erase(int user) implements Step {}

        /// A change that affects no searchable field.
        record Touch(int user) implements Step {}

        record Search(String text, int limit, int rows) implements Step {}

        /// Brings the index up to date, at least in part.
        ///
        /// @param transactions the number of transactions after which indexing is interrupted
        /// @param between whether the following steps run between these transactions
        /// @param server whether the second of the two servers does the indexing
        record Index(int transactions, boolean between, boolean server) implements Step {}
    }

    private static Arbitrary<String> texts(int longest) {
        return Arbitraries.of(LETTERS).list().ofMinSize(1).ofMaxSize(longest).map(all -> String.join("", all));
    }

    private static Arbitrary<List<Step>> programs() {
        Arbitrary<Step> register = Combinators.combine(texts(6), texts(4), texts(4).injectNull(0.5))
                .as(Step.Register::new);
        Arbitrary<Integer> users = Arbitraries.integers().between(0, 1000);
        Arbitrary<Step> rename = Combinators.combine(users, texts(6).injectNull(0.2), Arbitraries.of(true, false))
                .as(Step.Rename::new);
        Arbitrary<Step> search = Combinators.combine(
                        texts(4),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(1, 60))
                .as(Step.Search::new);
        Arbitrary<Step> index = Combinators.combine(
                        Arbitraries.integers().between(0, 60), Arbitraries.of(true, false), Arbitraries.of(true, false))
                .as(Step.Index::new);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(6, register),
                        net.jqwik.api.Tuple.of(3, rename),
                        net.jqwik.api.Tuple.of(1, users.<Step>map(Step.Erase::new)),
                        net.jqwik.api.Tuple.of(1, users.<Step>map(Step.Touch::new)),
                        net.jqwik.api.Tuple.of(3, search),
                        net.jqwik.api.Tuple.of(2, index))
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    /// A program, and the settings of the indexers of its two servers.
    ///
    /// @param partBits the size of a part, which has 2^partBits users
    /// @param rows the maximum number of users per indexing transaction
    /// @param from the minimum number of users for a realm to have an index
    record Trial(List<Step> program, int partBits, int rows, int from) {
        TextIndex index(ChoreWriter writer) {
            return new TextIndex(writer, from, partBits, rows);
        }
    }

    @Provide
    Arbitrary<Trial> trials() {
        return Combinators.combine(
                        programs(),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(1, 20),
                        Arbitraries.integers().between(1, 10))
                .as(Trial::new);
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("search-laws");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterContainer
    static void delete() throws IOException {
        OPENED.values().forEach(Database::close);
        try (Stream<Path> all = Files.walk(FOLDER)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Property(tries = 80)
    void onSqliteAnIndexFindsWhatLookingAtEveryUserFinds(@ForAll("trials") Trial trial) {
        carryOut(DatabaseKind.SQLITE, trial);
    }

    @Property(tries = 20)
    void onPostgresAnIndexFindsWhatLookingAtEveryUserFinds(@ForAll("trials") Trial trial) {
        carryOut(DatabaseKind.POSTGRES, trial);
    }

    @Tag("long")
    @Property(tries = 3000)
    void anIndexFindsTheSameInManyMoreTrialsOnSqlite(@ForAll("trials") Trial trial) {
        carryOut(DatabaseKind.SQLITE, trial);
    }

    @Tag("long")
    @Property(tries = 600)
    void anIndexFindsTheSameInManyMoreTrialsOnPostgres(@ForAll("trials") Trial trial) {
        carryOut(DatabaseKind.POSTGRES, trial);
    }

    private static void carryOut(DatabaseKind kind, Trial trial) {
        Database database = OPENED.computeIfAbsent(
                kind, _ -> EmptyDatabase.of(kind, FOLDER.resolve("data")).open());
        try (LaneStore lane = database.lane();
                ChoreWriter one = OnDatabase.writer(database.choreStore());
                ChoreWriter two = OnDatabase.writer(database.choreStore())) {
            new Run(database, lane, List.of(trial.index(one), trial.index(two)), one, trial.program()).go();
        }
    }

    private static final class Run {
        private final long realm = REALMS.incrementAndGet();
        private final TestRows testRows = new TestRows(realm);
        private final Map<Long, User> users = new TreeMap<>();
        private final Database database;
        private final LaneStore lane;
        private final List<TextIndex> servers;
        private final ChoreWriter writer;
        private final Deque<Step> steps;
        private final List<Step.Search> searches = new ArrayList<>();
        private long batches;

        Run(Database database, LaneStore lane, List<TextIndex> servers, ChoreWriter writer, List<Step> program) {
            this.database = database;
            this.lane = lane;
            this.servers = servers;
            this.writer = writer;
            this.steps = new ArrayDeque<>(program);
        }

        void go() {
            save(batch ->
                    batch.newRealms.add(new RealmRow(new Realm(realm, "p" + realm, Environment.TEST), new byte[60])));
            while (!steps.isEmpty()) {
                take(steps.pop());
            }
            servers.getFirst().catchUp(realm, true, () -> true);
            searches.forEach(this::search);
            checkPostings();
        }

        private void take(Step step) {
            switch (step) {
                case Step.Register(var name, var local, var externalId) -> register(name, local, externalId);
                case Step.Rename rename ->
                    change(rename.user(), draft -> {
                        draft.name = rename.name();
                        if (rename.identifiers()) {
                            String text = rename.name() == null ? "x" : rename.name();
                            draft.email = identifier(Identifier.Kind.EMAIL, text);
                            draft.username = identifier(Identifier.Kind.USERNAME, text);
                        }
                    });
                case Step.Erase(var user) ->
                    change(user, draft -> {
                        draft.name = null;
                        draft.email = null;
                        draft.username = null;
                        draft.externalId = null;
                    });
                case Step.Touch(var user) -> change(user, draft -> draft.metadata = "{\"n\":" + batches + "}");
                case Step.Search search -> {
                    searches.add(search);
                    search(search);
                }
                case Step.Index index -> index(index);
            }
        }

        private Identifier identifier(Identifier.Kind kind, String text) {
            return TestRows.identifier(kind, text + "-" + batches);
        }

        private void register(String name, String local, @Nullable String externalId) {
            long number = users.size() + 1L;
            UserRow row = OnDatabase.with(testRows.plain(realm, number, local + "@" + number), draft -> {
                draft.name = name;
                draft.externalId = externalId == null ? null : identifier(Identifier.Kind.EXTERNAL_ID, externalId);
            });
            users.put(number, row.user());
            save(batch -> batch.newUsers.add(row));
        }

        private void change(int which, Consumer<User.Draft> change) {
            if (users.isEmpty()) {
                return;
            }
            long number = which % users.size() + 1L;
            User before = users.get(number);
            User after = OnDatabase.with(before, draft -> {
                change.accept(draft);
                draft.version++;
            });
            users.put(number, after);
            save(batch -> batch.changedUsers.add(new UserRow(realm, after, testRows.bytes(32), null)));
        }

        private void save(Consumer<Batch> filler) {
            lane.lock(List.of(realm), true);
            LoadPlan needs = new LoadPlan();
            needs.people.numbers.addAll(users.keySet());
            lane.load(Map.of(realm, needs), List.of(), List.of());
            Batch batch = new Batch();
            filler.accept(batch);
            batches++;
            batch.batches.add(testRows.batch(realm, batches, batches, users.size()));
            lane.save(batch);
            lane.commit();
        }

        private void index(Step.Index index) {
            int[] left = {index.transactions()};
            servers.get(index.server() ? 1 : 0).catchUp(realm, true, () -> {
                if (index.between() && !steps.isEmpty()) {
                    take(steps.pop());
                }
                return left[0]-- > 0;
            });
        }

        /// Checks that the search finds all matches in order, page by page and within the row limit, and that
        /// it ends.
        private void search(Step.Search search) {
            List<Long> expected = users.values().stream()
                    .filter(user -> isIn(search.text(), user))
                    .map(User::number)
                    .toList();
            List<Long> found = new ArrayList<>();
            Long after = 0L;
            for (int pages = 0; after != null; pages++) {
                long from = after;
                Found page = database.search(
                        reads -> reads.users().search(realm, search.text(), from, search.limit(), search.rows()));
                assertThat(page.numbers()).hasSizeLessThanOrEqualTo(search.limit());
                assertThat(pages).isLessThan(200);
                found.addAll(page.numbers());
                after = page.next();
            }
            assertThat(found)
                    .as("'%s' in realm %d of %s", search.text(), realm, users)
                    .isEqualTo(expected);
        }

        /// Whether the search matches the user, determined without lines and trigrams.
        private static boolean isIn(String text, User user) {
            List<String> texts = new ArrayList<>();
            if (user.name() != null) {
                texts.add(user.name());
            }
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = user.identifier(kind);
                if (identifier != null) {
                    texts.add(identifier.text());
                }
            }
            List<String> words = texts.stream()
                    .flatMap(each -> SearchText.words(each).stream())
                    .toList();
            return SearchText.words(text).stream()
                    .allMatch(wanted -> words.stream()
                            .anyMatch(word ->
                                    SearchText.isInside(wanted) ? word.contains(wanted) : word.startsWith(wanted)));
        }

        /// Checks that the index contains no former values: it must equal the index of a realm that has always
        /// had the current ones.
        private void checkPostings() {
            TextIndex.State state = writer.with(session -> TextIndex.state(session, realm));
            if (state == null) {
                return;
            }
            assertThat(state.indexed()).isEqualTo(users.size());
            Map<Long, Map<Long, PostingList>> expected = new TreeMap<>();
            users.values()
                    .forEach(user -> Trigrams.of(
                            texts(user),
                            (trigram, offset) -> expected.computeIfAbsent(
                                            state.part(user.number()), _ -> new TreeMap<>())
                                    .computeIfAbsent(trigram, _ -> new PostingList())
                                    .add(state.offset(user.number()), offset)));
            for (long part = 0; part <= state.part(Math.max(1, users.size())); part++) {
                long each = part;
                Map<Long, String> stored = new TreeMap<>();
                writer.with(session -> session.list(
                        "search_part", row -> stored.put(row.number(), JsonKeys.hex(row.bytes())), realm, each));
                Map<Long, String> wanted = new TreeMap<>();
                expected.getOrDefault(part, Map.of())
                        .forEach((trigram, postings) -> wanted.put(trigram, JsonKeys.hex(postings.packed())));
                assertThat(stored).isEqualTo(wanted);
            }
        }

        private static String texts(User user) {
            StringBuilder texts = new StringBuilder("\n").append(user.name() == null ? "" : user.name());
            for (Identifier.Kind kind :
                    List.of(Identifier.Kind.EMAIL, Identifier.Kind.USERNAME, Identifier.Kind.EXTERNAL_ID)) {
                Identifier identifier = user.identifier(kind);
                texts.append('\n').append(identifier == null ? "" : identifier.folded());
            }
            return Trigrams.folded(texts.toString());
        }
    }
}
