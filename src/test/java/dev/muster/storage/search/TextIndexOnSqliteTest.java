package dev.muster.storage.search;

import dev.muster.storage.Database;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;

final class TextIndexOnSqliteTest extends TextIndexContract {
    @TempDir
    private Path folder;

    @Override
    protected Database open() {
        return Database.sqlite(folder.resolve("data"), 0);
    }

    /// How many steps SQLite's machine makes: each row it looks at takes some.
    @Override
    long work(long realm, String text) throws Exception {
        AtomicLong steps = new AtomicLong();
        try (Connection connection = new SQLiteConfig()
                        .createConnection(
                                "jdbc:sqlite:" + folder.resolve("data").resolve("muster.db"));
                Session session = new Session(connection, new Statements(DatabaseKind.SQLITE), DatabaseKind.SQLITE)) {
            ProgressHandler.setHandler(connection, 1, new ProgressHandler() {
                @Override
                protected int progress() {
                    steps.incrementAndGet();
                    return 0;
                }
            });
            new Search(session, realm, text, 0, 1000, 10_000).run();
            ProgressHandler.clearHandler(connection);
        }
        return steps.get();
    }
}
