package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.storage.StorageException.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A new, empty database with a lane and the realms 0 to 3, for each test.
abstract class OnDatabase {
    private static final RecursiveComparisonConfiguration STRICT = RecursiveComparisonConfiguration.builder()
            .withStrictTypeChecking(true)
            .build();

    final Rowing rowing = new Rowing(42);
    Database database;
    LaneStore lane;

    /// A new, empty database.
    abstract Database open() throws Exception;

    @BeforeEach
    void openNew() throws Exception {
        database = open();
        lane = database.lane();
        save(List.of(), batch -> {
            for (long realm = 0; realm <= 3; realm++) {
                batch.newRealms.add(rowing.realm(realm));
            }
        });
    }

    @AfterEach
    void close() {
        lane.close();
        database.close();
    }

    final void save(List<Long> realms, Consumer<Batch> filler) {
        assertThat(lane.lock(realms, true)).isEqualTo(realms);
        Batch batch = new Batch();
        filler.accept(batch);
        lane.save(batch);
        lane.commit();
    }

    final Loaded load(long realm, Consumer<LoadPlan> what) {
        LoadPlan needs = new LoadPlan();
        what.accept(needs);
        return loadAll(Map.of(realm, needs), List.of());
    }

    final Loaded loadAll(Map<Long, LoadPlan> needs, List<Rows.RetryRow> retries) {
        lane.lock(needs.keySet(), true);
        try {
            return lane.load(needs, retries, List.of());
        } finally {
            lane.rollback();
        }
    }

    static void assertSame(Object actual, Object expected) {
        assertThat(actual).usingRecursiveComparison(STRICT).isEqualTo(expected);
    }

    static <T> void assertSame(List<T> actual, List<T> expected) {
        assertThat(actual).usingRecursiveFieldByFieldElementComparator(STRICT).isEqualTo(expected);
    }

    static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    static User with(User user, Consumer<User.Draft> change) {
        User.Draft draft = user.draft();
        change.accept(draft);
        return draft.build();
    }

    static Rows.UserRow with(Rows.UserRow row, Consumer<User.Draft> change) {
        return new Rows.UserRow(row.realm(), with(row.user(), change), row.seed(), row.sealedCards());
    }

    static Identifier email(String text) {
        return Rowing.identifier(Identifier.Kind.EMAIL, text);
    }

    static UserRef byEmail(String text) {
        return new UserRef.ByIdentifier(email(text).key());
    }
}
