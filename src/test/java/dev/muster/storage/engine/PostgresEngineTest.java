package dev.muster.storage.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PostgresEngineTest {
    @Test
    void aServerThatIsTooOldIsRefused() {
        PostgresEngine.checkVersion(150_000, "15.0");
        assertThatThrownBy(() -> PostgresEngine.checkVersion(140_019, "14.19"))
                .hasMessage("PostgreSQL 15 or newer is needed, and this is 14.19");
    }
}
