package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class UnreadableOnSqliteTest extends UnreadableContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }
}
