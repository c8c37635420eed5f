package dev.muster.storage.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.CoreResultSet;

/// A prepared statement that runs many times.
final class Prepared {
    private final PreparedStatement statement;

    /// SQLite's driver has one result object per statement, and queries its column names again for each execution,
    /// which takes half the time of a point query. The names never change, so they are kept here and set again
    /// before each use.
    private @Nullable CoreResultSet sqlite;

    private String @Nullable [] columns;

    Prepared(PreparedStatement statement) {
        this.statement = statement;
    }

    PreparedStatement statement() {
        return statement;
    }

    ResultSet query() throws SQLException {
        if (sqlite == null) {
            ResultSet results = statement.executeQuery();
            if (results instanceof CoreResultSet first) {
                sqlite = first;
                columns = first.colsMeta;
            }
            return results;
        }
        statement.execute();
        sqlite.colsMeta = columns;
        return statement.getResultSet();
    }

    void close() throws SQLException {
        statement.close();
    }
}
