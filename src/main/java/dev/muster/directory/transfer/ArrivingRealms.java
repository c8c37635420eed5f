package dev.muster.directory.transfer;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.transfer.TenantRows;
import dev.muster.storage.transfer.TenantTable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Passes rows on, with the realms in the state of a copy that is not valid yet.
final class ArrivingRealms implements TenantRows {
    private final TenantRows to;
    private int state = -1;

    ArrivingRealms(TenantRows to) {
        this.to = to;
    }

    @Override
    public void begin(TenantTable table, List<String> columns) throws IOException {
        state = table == TenantTable.REALM ? columns.indexOf("state") : -1;
        to.begin(table, columns);
    }

    @Override
    public void row(@Nullable Object[] values) throws IOException {
        if (state >= 0) {
            values[state] = (long) RealmState.ARRIVING.code();
        }
        to.row(values);
    }
}
