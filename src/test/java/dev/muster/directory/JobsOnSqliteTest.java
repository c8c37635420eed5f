package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class JobsOnSqliteTest extends JobsContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }
}
