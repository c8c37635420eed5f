package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.job.Callback;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Finds the realms that have due callbacks.
final class CallbackStoreTest extends OnBothDatabases {
    private static final Instant NOW = Instant.ofEpochMilli(1_000);

    private ChoreStore chores;
    private CallbackStore store;

    @BeforeEach
    void open() {
        chores = database.choreStore();
        store = chores.callbacks();
    }

    @AfterEach
    void closeStore() {
        chores.close();
    }

    private void add(long realm, long seq, long dueAt) throws Exception {
        try (Connection connection = empty.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "insert into callback (realm, seq, job, state, attempts, due_at) values (?, ?, ?, ?, 0, ?)")) {
            statement.setLong(1, realm);
            statement.setLong(2, seq);
            statement.setObject(3, empty.parameter(new UUID(realm, seq)));
            statement.setInt(4, Callback.State.WAITING.code());
            statement.setLong(5, dueAt);
            statement.executeUpdate();
        }
    }

    private List<Long> pages(int limit) {
        List<Long> all = new ArrayList<>();
        List<Long> page = store.realmsDue(-1, NOW, limit);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = store.realmsDue(page.getLast(), NOW, limit);
        }
        return all;
    }

    /// Realms whose callbacks stay due because their partners do not respond must not hide other realms.
    @Test
    void everyRealmIsOnOnePage() throws Exception {
        for (long realm = 0; realm < 7; realm++) {
            add(realm, 1, realm == 3 ? 1_001 : 999);
            add(realm, 2, 1_000);
        }
        add(9, 1, 1_001);
        assertThat(pages(2)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(pages(100)).hasSize(7);
    }
}
