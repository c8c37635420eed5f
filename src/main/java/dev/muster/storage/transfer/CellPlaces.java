package dev.muster.storage.transfer;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import org.jspecify.annotations.Nullable;

/// Reads from one database what it knows about cells. An embedded database knows nothing.
final class CellPlaces {
    private CellPlaces() {}

    /// The name of the cell in the database; null if the database is not a cell.
    static @Nullable String here(Session session) {
        return session.kind() == DatabaseKind.SQLITE ? null : session.one("cell_here", Row::text);
    }

    /// The name of the cell to which the first cell leads requests of a tenant; null if it does not say.
    static @Nullable String of(Session session, String partnerId) {
        return session.kind() == DatabaseKind.SQLITE
                ? null
                : session.one("place_of_partner", row -> row.skip(3).text(), partnerId);
    }
}
