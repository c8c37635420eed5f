package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

final class GroupsOnPostgresTest extends GroupsTest {
    @Override
    Database open(Path folder) {
        return Database.postgres(TestPostgres.newDatabase());
    }
}
