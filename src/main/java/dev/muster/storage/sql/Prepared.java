package dev.muster.storage.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.CoreResultSet;

/// A statement that was prepared once and runs many times.
final class Prepared {
    private final PreparedStatement statement;

    /// SQLite's driver has one object for all results of a statement, and asks for the names of its columns
    /// each time anew: half of the cost of a point query. They do not change, so they are kept here and given
    /// back to it.
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
