package dev.muster.storage.transfer;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Receives the rows of one tenant, table by table, in the order of [TenantTable].
public interface TenantRows {
    /// Begins the rows of a table.
    ///
    /// @param columns the names of its columns, in the order of the values of each row
    void begin(TenantTable table, List<String> columns) throws IOException;

    /// Receives a row of the table that was begun last.
    ///
    /// @param values a `Long`, a `String`, a `byte[]` or null for each column. A truth value is 0 or 1, and a UUID
    ///     is 16 bytes, as in SQLite.
    void row(@Nullable Object[] values) throws IOException;
}
