package dev.muster.directory.transfer;

import dev.muster.storage.transfer.TenantRows;
import dev.muster.storage.transfer.TenantTable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Passes rows on, with the realms' keys wrapped by another key.
final class KeyRewrapping implements TenantRows {
    private final TenantRows to;
    private final Rewrap rewrap;
    private int id = -1;
    private int wrappedKey = -1;
    private long rows;

    /// Wraps a realm's key by another key.
    interface Rewrap {
        byte[] rewrap(long realm, byte[] wrapped);
    }

    KeyRewrapping(TenantRows to, Rewrap rewrap) {
        this.to = to;
        this.rewrap = rewrap;
    }

    @Override
    public void begin(TenantTable table, List<String> columns) throws IOException {
        id = table == TenantTable.REALM ? columns.indexOf("id") : -1;
        wrappedKey = table == TenantTable.REALM ? columns.indexOf("wrapped_key") : -1;
        to.begin(table, columns);
    }

    @Override
    public void row(@Nullable Object[] values) throws IOException {
        rows++;
        if (wrappedKey >= 0) {
            long realm = (Long) Objects.requireNonNull(values[id]);
            values[wrappedKey] = rewrap.rewrap(realm, (byte[]) Objects.requireNonNull(values[wrappedKey]));
        }
        to.row(values);
    }

    /// The number of rows so far.
    long rows() {
        return rows;
    }
}
