package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Each refresh token can be used only once; using it again ends its family.
final class TokenFamiliesTest extends OnBothRunning {
    private static final int AT_ONCE = 16;

    private final Instant endsAt = Instant.now().plus(Duration.ofDays(30));

    private final UUID family = UUID.randomUUID();

    private void begin() {
        running.core.tokenFamilies().begin(TEST, family, endsAt);
    }

    private boolean spend(long number) {
        return running.core.tokenFamilies().spend(TEST, family, number, endsAt);
    }

    private boolean hasEnded() {
        return running.core.tokenFamilies().hasEnded(TEST, family);
    }

    @Test
    void eachIsSpentInItsTurn() {
        begin();
        assertThat(hasEnded()).isFalse();
        assertThat(spend(1)).isTrue();
        assertThat(spend(2)).isTrue();
        assertThat(spend(3)).isTrue();
        assertThat(hasEnded()).isFalse();
    }

    @Test
    void aTokenSpentTwiceEndsOnlyItsFamily() {
        begin();
        running.core.tokenFamilies().begin(PRODUCTION, family, endsAt);
        assertThat(spend(1)).isTrue();
        assertThat(spend(2)).isTrue();
        assertThat(running.core.tokenFamilies().spend(PRODUCTION, family, 1, endsAt))
                .isTrue();
        assertThat(hasEnded()).as("looked up, and so known for a second").isFalse();
        assertThat(spend(1)).isFalse();
        assertThat(hasEnded()).isTrue();
        assertThat(spend(3)).as("the next in turn").isFalse();
        assertThat(running.core.tokenFamilies().hasEnded(PRODUCTION, family)).isFalse();
    }

    @Test
    void aFamilyWithoutARowHasEnded() throws Exception {
        assertThat(hasEnded()).isTrue();
        assertThat(spend(1)).isFalse();
        begin();
        assertThat(spend(1)).isTrue();
        sql("delete from token_family where realm = " + TEST);
        assertThat(hasEnded()).isTrue();
        assertThat(spend(1)).as("used before").isFalse();
        assertThat(spend(2)).as("the next in turn").isFalse();
    }

    @Test
    void aFamilyWithAnAlteredRowHasEnded() throws Exception {
        for (String change : List.of("spent = 0", "ends_at = ends_at + 1")) {
            begin();
            assertThat(spend(1)).isTrue();
            sql("update token_family set " + change + " where realm = " + TEST);
            assertThat(spend(1)).as(change).isFalse();
            assertThat(spend(2)).as(change).isFalse();
            assertThat(hasEnded()).as(change).isTrue();
            sql("delete from token_family where realm = " + TEST);
        }
    }

    private void sql(String statement) throws SQLException {
        assertThat(database.execute(statement)).as(statement).isPositive();
    }

    @Test
    void aTokenIsSpentOnceByConcurrentCalls() throws Exception {
        begin();
        assertThat(spentAtOnce(family, endsAt, List.of(running.core))).isOne();
        assertThat(hasEnded()).isTrue();
    }

    /// Tries to spend the first token of a family in concurrent calls, spread over these servers, and returns the
    /// number of calls that succeed.
    static long spentAtOnce(UUID family, Instant endsAt, List<Core> servers) throws Exception {
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            TokenFamilies families = servers.get(i % servers.size()).tokenFamilies();
            all.add(() -> families.spend(TEST, family, 1, endsAt));
        }
        long spent = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : threads.invokeAll(all)) {
                spent += each.get() ? 1 : 0;
            }
        }
        return spent;
    }

    @Test
    void expiredOnesAreDeleted() {
        UUID longer = UUID.randomUUID();
        TokenFamilies families = running.core.tokenFamilies();
        Instant now = Instant.now();
        for (UUID each : List.of(family, longer)) {
            Instant end = now.plus(each.equals(longer) ? Duration.ofDays(2) : Duration.ofHours(12));
            families.begin(TEST, each, end);
        }
        running.advance(Duration.ofHours(13));
        running.core.internals().cleanup().everything();
        assertThat(families.hasEnded(TEST, family)).isTrue();
        assertThat(families.hasEnded(TEST, longer)).isFalse();
    }
}
