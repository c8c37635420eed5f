package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class GroupsOnSqliteTest extends GroupsContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }
}
