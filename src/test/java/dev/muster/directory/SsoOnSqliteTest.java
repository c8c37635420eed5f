package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class SsoOnSqliteTest extends SsoContract {
    private Path folder;

    @Override
    Database open(Path in) {
        folder = in;
        return Database.sqlite(in);
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + folder.resolve("muster.db");
    }
}
