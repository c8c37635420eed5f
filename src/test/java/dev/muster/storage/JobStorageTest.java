package dev.muster.storage;

import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

final class JobStorageTest {
    @Nested
    final class OnSqlite extends JobContract {
        @TempDir
        private Path folder;

        @Override
        protected Database open() {
            return Database.sqlite(folder, 0);
        }
    }

    @Nested
    final class OnPostgres extends JobContract {
        @Override
        protected Database open() {
            return Database.postgres(TestPostgres.newDatabase(), null);
        }
    }
}
