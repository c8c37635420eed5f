package dev.muster.directory;

import dev.muster.storage.Database;
import java.util.UUID;

final class UnsealedRowsOnSqliteTest extends UnsealedRowsTest {
    @Override
    Database open() {
        return Database.sqlite(folder);
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + folder.resolve("muster.db");
    }

    @Override
    String id(UUID id) {
        return "x'" + id.toString().replace("-", "") + "'";
    }
}
