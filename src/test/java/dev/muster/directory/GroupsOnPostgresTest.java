package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

final class GroupsOnPostgresTest extends GroupsContract {
    @Override
    Database open(Path folder) {
        return Database.postgres(TestPostgres.newDatabase(), null);
    }
}
