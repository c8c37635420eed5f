package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

final class ForgeryOnSqliteTest extends ForgeryContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("muster.db"));
    }

    @Override
    Object column(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    @Override
    String literal(UUID id) {
        return "x'" + id.toString().replace("-", "") + "'";
    }
}
