package dev.muster.storage.transfer;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import org.jspecify.annotations.Nullable;

/// Reads from one database what it knows about cells. An embedded database knows nothing.
final class CellPlaces {
    private CellPlaces() {}

    /// The name of the cell that this database holds; null if it holds none.
    static @Nullable String here(Session session) {
        return session.kind() == DatabaseKind.SQLITE ? null : session.one("cell_here", Row::text);
    }

    /// The name of the cell that this database has stored as the tenant's place; null if it has stored none.
    static @Nullable String of(Session session, String partnerId) {
        return session.kind() == DatabaseKind.SQLITE
                ? null
                : session.one("place_of_partner", row -> row.skip(3).text(), partnerId);
    }
}
