package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.sql.DatabaseKind;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Families of refresh tokens on two servers.
final class TokenFamiliesOnPostgresTest extends OnRunning {
    @Override
    DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    @Test
    void ofManyOnTwoServersOneSpendsIt() throws Exception {
        UUID family = UUID.randomUUID();
        running.core.tokenFamilies().begin(TEST, family, TokenFamiliesTest.ENDS_AT);
        try (Running other = new Running(database.open(), folder)) {
            List<Core> servers = List.of(running.core, other.core);
            assertThat(TokenFamiliesTest.spentAtOnce(family, servers)).isOne();
            assertThat(servers).allMatch(server -> server.tokenFamilies().hasEnded(TEST, family));
        }
    }
}
