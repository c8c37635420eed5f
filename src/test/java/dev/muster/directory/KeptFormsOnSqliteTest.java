package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class KeptFormsOnSqliteTest extends KeptFormsContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder);
    }
}
