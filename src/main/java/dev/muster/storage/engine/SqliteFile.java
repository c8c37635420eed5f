package dev.muster.storage.engine;

import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/// A file of the embedded database, and the means to connect to it.
record SqliteFile(Path path, Statements statements) {
    /// Creates the file if it is missing.
    SqliteFile {
        PrivateFiles.createDatabaseFile(path);
    }

    /// Opens a connection whose transactions take the write lock when they begin.
    ///
    /// @param busyMillis how long to wait for another writer
    Session writer(int busyMillis, String... pragmas) {
        SQLiteConfig config = new SQLiteConfig();
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(busyMillis);
        return open(config, pragmas);
    }

    Session reader() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(2000);
        return open(config, "query_only = on");
    }

    private Session open(SQLiteConfig config, String... pragmas) {
        // A session is used by one thread at a time, so SQLite need not lock for every column read.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        config.setGetGeneratedKeys(false);
        Connection connection;
        try {
            connection = config.createConnection("jdbc:sqlite:" + path);
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "cannot open " + path, e);
        }
        Session session = new Session(connection, statements, DatabaseKind.SQLITE);
        try {
            for (String pragma : pragmas) {
                session.execute("pragma " + pragma);
            }
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /// Returns a copy of the failure with the file's name in its message.
    StorageException unusable(StorageException e) {
        return new StorageException(e.kind(), path + " cannot be used: " + e.getMessage(), e);
    }
}
