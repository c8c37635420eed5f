package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenFamiliesOnPostgresTest extends TokenFamiliesContract {
    private String url;

    @Override
    Database open(Path folder) {
        url = TestPostgres.newDatabase();
        return Database.postgres(url, null);
    }

    @Override
    String url() {
        return url;
    }

    @Test
    void ofManyOnTwoServersOneSpendsIt() throws Exception {
        try (Running other = new Running(Database.postgres(url, null), folder)) {
            assertThat(spentAtOnce(List.of(running.core, other.core))).isOne();
            assertThat(hasEnded(running.core)).isTrue();
            assertThat(hasEnded(other.core)).isTrue();
        }
    }
}
