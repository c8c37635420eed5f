package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Gives each test a new, empty database with a lane and the realms 0 to 3.
@UsesPostgres
public abstract class OnDatabase {
    private static final RecursiveComparisonConfiguration STRICT = RecursiveComparisonConfiguration.builder()
            .withStrictTypeChecking(true)
            .build();

    @TempDir
    protected Path folder;

    protected final TestRows testRows = new TestRows(42);

    /// Connects to the same database as [#database], but bypasses Muster.
    protected EmptyDatabase empty;

    protected Database database;
    protected LaneStore lane;

    protected abstract DatabaseKind kind();

    @BeforeEach
    protected void openNew() {
        empty = EmptyDatabase.of(kind(), folder.resolve("data"));
        openAgain();
        save(List.of(), batch -> {
            for (long realm = 0; realm <= 3; realm++) {
                batch.newRealms.add(testRows.realm(realm));
            }
        });
    }

    /// Opens the database again after it was closed.
    protected final void openAgain() {
        database = empty.open();
        lane = database.lane();
    }

    @AfterEach
    protected final void close() {
        lane.close();
        database.close();
    }

    /// Returns the writer of a store, for tests in other packages.
    public static ChoreWriter writer(ChoreStore store) {
        return store.writer;
    }

    protected final void save(List<Long> realms, Consumer<Batch> filler) {
        assertThat(lane.lock(realms, true)).isEqualTo(realms);
        Batch batch = new Batch();
        filler.accept(batch);
        lane.save(batch);
        lane.commit();
    }

    protected final LoadedRows load(long realm, Consumer<LoadPlan> what) {
        LoadPlan needs = new LoadPlan();
        what.accept(needs);
        return loadAll(Map.of(realm, needs), List.of());
    }

    protected final LoadedRows loadAll(Map<Long, LoadPlan> needs, List<RetryRow> retries) {
        lane.lock(needs.keySet(), true);
        try {
            return lane.load(needs, retries, List.of());
        } finally {
            lane.rollback();
        }
    }

    protected static void assertSame(Object actual, Object expected) {
        assertThat(actual).usingRecursiveComparison(STRICT).isEqualTo(expected);
    }

    protected static <T> void assertSame(List<T> actual, List<T> expected) {
        assertThat(actual).usingRecursiveFieldByFieldElementComparator(STRICT).isEqualTo(expected);
    }

    protected static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    public static User with(User user, Consumer<User.Draft> change) {
        User.Draft draft = user.draft();
        change.accept(draft);
        return draft.build();
    }

    public static UserRow with(UserRow row, Consumer<User.Draft> change) {
        return new UserRow(row.realm(), with(row.user(), change), row.seed(), row.sealedCards());
    }

    protected static Identifier email(String text) {
        return TestRows.identifier(Identifier.Kind.EMAIL, text);
    }

    protected static UserRef byEmail(String text) {
        return new UserRef.ByIdentifier(email(text).key());
    }
}
