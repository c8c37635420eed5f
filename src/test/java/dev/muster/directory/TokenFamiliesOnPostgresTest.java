package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.sql.DatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A refresh token can be used only once, even with two servers.
final class TokenFamiliesOnPostgresTest extends OnRunning {
    @Override
    DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    @Test
    void aTokenIsSpentOnceAcrossTwoServers() throws Exception {
        UUID family = UUID.randomUUID();
        Instant endsAt = Instant.now().plus(Duration.ofDays(30));
        running.core.tokenFamilies().begin(TEST, family, endsAt);
        try (Running other = new Running(database.open(), folder)) {
            List<Core> servers = List.of(running.core, other.core);
            assertThat(TokenFamiliesTest.spentAtOnce(family, endsAt, servers)).isOne();
            assertThat(servers).allMatch(server -> server.tokenFamilies().hasEnded(TEST, family));
        }
    }
}
