package dev.muster.directory;

import dev.muster.storage.Database;
import java.util.UUID;

final class UnsealedRowsOnSqliteTest extends UnsealedRowsContract {
    @Override
    Database open() {
        return Database.sqlite(folder, 0);
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
