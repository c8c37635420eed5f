package dev.muster.storage.search;

import dev.muster.storage.Database;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

final class TextIndexOnPostgresTest extends TextIndexContract {
    private String url;

    @Override
    protected Database open() {
        url = TestPostgres.newDatabase();
        return Database.postgres(url, null);
    }

    /// How many rows of users, postings and marks PostgreSQL gives out, of tables and of their indexes.
    @Override
    long work(long realm, String text) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Session session =
                        new Session(connection, new Statements(DatabaseKind.POSTGRES), DatabaseKind.POSTGRES)) {
            session.begin();
            session.execute("set local enable_seqscan = off");
            long before = rows(connection);
            new Search(session, realm, text, 0, 1000, 10_000).run();
            long after = rows(connection);
            session.rollback();
            return after - before;
        }
    }

    private static long rows(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("""
                        select sum(pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid))
                        from pg_class
                        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'i')
                            and relname ~ '^(users|search)'
                        """)) {
            results.next();
            return results.getLong(1);
        }
    }
}
