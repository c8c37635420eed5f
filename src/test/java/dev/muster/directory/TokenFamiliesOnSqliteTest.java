package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class TokenFamiliesOnSqliteTest extends TokenFamiliesTest {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder);
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + folder.resolve("muster.db");
    }
}
