package dev.muster.storage;

import dev.muster.model.tenant.CellState;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.storage.CellTables.CellRow;
import dev.muster.storage.CellTables.PlaceRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.engine.Engine;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Writes the cells, and which tenants are in them. Only PostgreSQL has these tables. Connects on first use.
public final class CellStore implements AutoCloseable {
    private final ChoreWriter writer;

    CellStore(Engine engine) {
        writer = new ChoreWriter(engine);
    }

    /// Names the database that this store writes to, unless it has a name already.
    public void name(String name, Instant now) {
        writer.write(session -> session.update("cell_insert_here", name, CellState.OPEN, now));
    }

    /// Adds another cell to the first one's list.
    ///
    /// @param first the name of the database that this store writes to
    /// @throws dev.muster.storage.sql.StorageException of kind `DUPLICATE` if there is a cell of that name
    public void add(String first, CellRow cell, Instant now) {
        writer.write(session -> {
            session.update("cell_insert_here", first, CellState.OPEN, now);
            session.batch("cell_insert", List.of(cell), 1, (row, to) -> row.insert(now, to));
            return 2;
        });
    }

    /// Changes the state of a cell. Returns whether there is one of that name.
    public boolean change(String cell, CellState state) {
        return writer.write(session -> session.update("cell_state", state, cell)) > 0;
    }

    /// Changes the URL of a cell other than the first.
    public void setUrl(String cell, byte[] sealedUrl) {
        writer.write(session -> session.update("cell_url", sealedUrl, cell));
    }

    /// Stores where a tenant is to be created, unless it has a place already, or is in the first cell. Returns its
    /// place, which is `wanted` or the earlier one. Tenants are not created in the first cell meanwhile.
    ///
    /// @param first the name of the first cell, which this store writes to
    public PlaceRow place(PlaceRow wanted, String first) {
        AtomicReference<PlaceRow> place = new AtomicReference<>(wanted);
        writer.writeIn(Set.of(Realm.SYSTEM), session -> {
            PlaceRow known = new CellTables(session).place(wanted.partnerId());
            Tenant tenant = known == null ? new RealmTables(session).tenant(wanted.partnerId()) : null;
            if (known != null) {
                place.set(known);
            } else if (tenant != null) {
                place.set(new PlaceRow(tenant.partnerId(), tenant.testRealm(), tenant.productionRealm(), first));
            } else {
                session.batch("place_insert", List.of(wanted), 1, PlaceRow::insert);
                return 1;
            }
            return 0;
        });
        return place.get();
    }

    /// Stores in which cell a tenant is from now on.
    public void lead(PlaceRow place) {
        writer.write(session -> {
            session.batch("place_lead", List.of(place), 1, PlaceRow::insert);
            return 1;
        });
    }

    /// Deletes the place of a tenant, which is then looked for in the first cell.
    public void unplace(String partnerId) {
        writer.write(session -> session.update("place_delete", partnerId));
    }

    @Override
    public void close() {
        writer.close();
    }
}
