package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

final class KeptFormsOnPostgresTest extends KeptFormsContract {
    @Override
    Database open(Path folder) {
        return Database.postgres(TestPostgres.newDatabase());
    }
}
