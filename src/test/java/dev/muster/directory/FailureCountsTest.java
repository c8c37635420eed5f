package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two servers on one PostgreSQL database count failed attempts together.
@UsesPostgres
final class FailureCountsTest {
    private static final String NAME = "00112233445566778899aabbccddeeff";

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final InetAddress address = InetAddress.ofLiteral("2001:db8::7");
    private Database database;
    private ChoreStore store;
    private FailureCounts one;
    private FailureCounts other;

    @BeforeEach
    void open() throws Exception {
        database = Database.postgres(TestPostgres.newDatabase(), null);
        store = database.choreStore();
        one = new FailureCounts(store.failures(), new UUID(0, 1), nanos::get);
        other = new FailureCounts(store.failures(), new UUID(0, 2), nanos::get);
        other.tell(new FailureCounts.Listener() {
            @Override
            public void addressFailed(InetAddress from, long times) {
                told.add(from.getHostAddress() + " " + times);
            }

            @Override
            public void nameFailed(String hash, UUID server, long failures) {
                told.add(hash + " " + failures);
            }
        });
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private List<String> exchanged() {
        told.clear();
        one.run();
        other.run();
        return List.copyOf(told);
    }

    @Test
    void failuresOfAnAddressAreToldOnce() {
        one.addressFailed(address);
        one.addressFailed(address);
        assertThat(exchanged()).containsExactly("2001:db8:0:0:0:0:0:7 2");
        assertThat(exchanged()).isEmpty();
        one.addressFailed(address);
        assertThat(exchanged()).containsExactly("2001:db8:0:0:0:0:0:7 1");
    }

    @Test
    void ownFailuresAreNotToldBack() {
        other.addressFailed(address);
        other.nameFailed(NAME);
        assertThat(exchanged()).isEmpty();
    }

    @Test
    void aCorrectPasswordForgetsTheFailuresOfBoth() {
        one.nameFailed(NAME);
        one.nameFailed(NAME);
        other.nameFailed(NAME);
        assertThat(exchanged()).containsExactly(NAME + " 2");
        one.nameSucceeded(NAME);
        assertThat(exchanged()).containsExactly(NAME + " 0");
        one.nameFailed(NAME);
        assertThat(exchanged()).containsExactly(NAME + " 1");
    }

    @Test
    void oldFailuresAreCountedAnew() {
        one.addressFailed(address);
        one.addressFailed(address);
        assertThat(exchanged()).hasSize(1);
        nanos.addAndGet(Duration.ofMinutes(16).toNanos());
        one.addressFailed(address);
        assertThat(exchanged()).containsExactly("2001:db8:0:0:0:0:0:7 1");
    }
}
