package dev.muster.storage;

import dev.muster.model.tenant.CellState;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the cells, and which tenants are in them, from the first cell. Only PostgreSQL has these tables.
public final class CellTables {
    private final Session session;

    CellTables(Session session) {
        this.session = session;
    }

    /// A cell.
    ///
    /// @param sealedUrl its sealed JDBC URL; null for the cell whose database contains this row
    public record CellRow(String name, byte @Nullable [] sealedUrl, CellState state) {
        void insert(Instant now, Parameters to) throws SQLException {
            to.text(name).bytes(sealedUrl).code(state).instant(now);
        }

        static CellRow read(Row row) throws SQLException {
            return new CellRow(row.text(), row.bytesOrNull(), row.coded(CellState.CODES));
        }
    }

    /// A cell and the number of its tenants.
    public record CountedCell(CellRow cell, long tenants) {
        static CountedCell read(Row row) throws SQLException {
            return new CountedCell(CellRow.read(row), row.number());
        }
    }

    /// Where a tenant is, with the numbers of its realms.
    public record PlaceRow(String partnerId, long testRealm, long productionRealm, String cell) {
        void insert(Parameters to) throws SQLException {
            to.text(partnerId).number(testRealm).number(productionRealm).text(cell);
        }

        static PlaceRow read(Row row) throws SQLException {
            return new PlaceRow(row.text(), row.number(), row.number(), row.text());
        }
    }

    /// All cells, ordered by name; empty if there is only the first.
    public List<CellRow> cells() {
        List<CellRow> cells = session.list("cells", CellRow::read);
        return cells.stream().sorted(Comparator.comparing(CellRow::name)).toList();
    }

    /// All cells with the number of their tenants, ordered by name.
    public List<CountedCell> counted() {
        List<CountedCell> cells = session.list("cells_counted", CountedCell::read);
        return cells.stream()
                .sorted(Comparator.comparing(counted -> counted.cell().name()))
                .toList();
    }

    /// The name of the cell that this database is; null if it does not know that it is one.
    public @Nullable String here() {
        return session.one("cell_here", Row::text);
    }

    /// The place of a tenant; null if it is in the first cell, or does not exist.
    public @Nullable PlaceRow place(String partnerId) {
        return session.one("place_of_partner", PlaceRow::read, partnerId);
    }

    /// Up to `limit` of the tenants in `cell`, which must not be the first.
    public List<PlaceRow> placesIn(String cell, int limit) {
        return session.list("places_of_cell", PlaceRow::read, cell, limit);
    }

    /// Whether this database is a standby.
    public boolean isStandby() {
        return Boolean.TRUE.equals(session.one("standby", Row::bool));
    }

    /// The cell of a realm; null if it is in the first cell, or does not exist.
    public @Nullable String cellOf(long realm) {
        return session.one("cell_of_realm", Row::text, realm, realm);
    }
}
