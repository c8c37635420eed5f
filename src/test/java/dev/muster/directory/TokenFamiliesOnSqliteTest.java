package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class TokenFamiliesOnSqliteTest extends TokenFamiliesContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + folder.resolve("muster.db");
    }
}
