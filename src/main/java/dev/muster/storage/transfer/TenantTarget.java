package dev.muster.storage.transfer;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.PostgresEngine;
import dev.muster.storage.engine.SqliteEngine;
import dev.muster.storage.engine.TransferConnections;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes one tenant to a database in one transaction. Until [#commit], other connections see none of it. If the
/// process dies before, the database has none of it. Not thread-safe.
///
/// The evidence of an embedded database is in a separate file, and is committed first, in parts. Without the jobs
/// that name it, it has no effect; the next import of the tenant or the server's cleanup deletes it.
public final class TenantTarget implements TenantRows, AutoCloseable {
    private final Engine engine;
    private final Session register;
    private final Session evidence;
    private final Map<TenantTable, TableColumns> columns = new EnumMap<>(TenantTable.class);
    private @Nullable RowInsert insert;

    private TenantTarget(Engine engine, Session register, Session evidence) {
        this.engine = engine;
        this.register = register;
        this.evidence = evidence;
    }

    /// Opens or creates an embedded database, and locks it: its server must not be running.
    public static TenantTarget sqlite(Path folder) {
        SqliteEngine engine = SqliteEngine.open(folder, 0);
        try {
            Session register = engine.writer();
            register.begin();
            Session evidence = engine.evidenceWriter();
            evidence.begin();
            return new TenantTarget(engine, register, evidence);
        } catch (StorageException e) {
            engine.close();
            throw e;
        }
    }

    /// Connects to PostgreSQL. Servers may be running. Creates the schema in an empty database.
    public static TenantTarget postgres(String url) {
        PostgresEngine engine = PostgresEngine.open(url, null);
        try {
            Session session = TransferConnections.postgres(engine);
            TransferConnections.begin(session);
            return new TenantTarget(engine, session, session);
        } catch (StorageException e) {
            engine.close();
            throw e;
        }
    }

    /// Whether the database has this tenant already, or another one with its partner id or one of its realms.
    public boolean has(TenantId tenant) {
        try (PreparedStatement statement =
                register.connection().prepareStatement(Statements.template("tenant_exists"))) {
            statement.setString(1, tenant.partnerId());
            statement.setString(2, tenant.partnerId());
            statement.setLong(3, tenant.testRealm());
            statement.setLong(4, tenant.productionRealm());
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Deletes the evidence that an interrupted import has left behind. The tenant must not exist.
    public void clear(TenantId tenant) {
        for (TenantTable table : TenantTable.copied()) {
            if (table.part() == TenantTable.Part.OF_EVIDENCE) {
                String text = Statements.template("delete_of_realms").replace("{table}", table.sqlName());
                try (PreparedStatement statement = evidence.connection().prepareStatement(text)) {
                    statement.setLong(1, tenant.testRealm());
                    statement.setLong(2, tenant.productionRealm());
                    statement.executeUpdate();
                } catch (SQLException e) {
                    throw StorageException.of(e);
                }
            }
        }
    }

    /// @throws StorageException of kind `FATAL` if the table has other columns
    @Override
    public void begin(TenantTable table, List<String> columns) {
        endTable();
        Session session = session(table);
        RowInsert next = new RowInsert(session, table, columns(table), session != register);
        if (!new TreeSet<>(next.columns()).equals(new TreeSet<>(columns))) {
            throw new StorageException(
                    StorageException.Kind.FATAL,
                    "the table " + table.sqlName() + " has the columns " + next.columns() + ", not " + columns);
        }
        next.begin(columns);
        insert = next;
    }

    @Override
    public void row(@Nullable Object[] values) {
        if (insert == null) {
            throw new IllegalStateException("no table was begun");
        }
        insert.add(values);
    }

    /// Writes the rows of the last table that are still held.
    void endTable() {
        if (insert != null) {
            insert.end();
            insert = null;
        }
    }

    /// The columns of a table.
    TableColumns columns(TenantTable table) {
        return columns.computeIfAbsent(table, asked -> TableColumns.of(session(asked), asked));
    }

    /// The connection that writes to a table. It sees what was written, although it is not committed.
    Session session(TenantTable table) {
        return table.part() == TenantTable.Part.OF_EVIDENCE ? evidence : register;
    }

    /// Changes rows of a table.
    void apply(TenantTable table, TableChanges changes) {
        endTable();
        // What is unique must not be taken by a row that is still to be deleted.
        new RowDeletion(session(table), table, columns(table)).delete(changes.columns(), changes.removed());
        if (!changes.added().isEmpty()) {
            begin(table, changes.columns());
            changes.added().forEach(this::row);
            endTable();
        }
    }

    /// The name of the cell that this database holds; null if it holds none.
    public @Nullable String cell() {
        return CellPlaces.here(register);
    }

    /// The name of the cell that is stored as the tenant's place, if this is the first cell's database; null if none is
    /// stored.
    public @Nullable String placeOf(String partnerId) {
        return CellPlaces.of(register, partnerId);
    }

    /// The state of the tenant's realms; null if the database does not have them.
    public @Nullable RealmState state(TenantId tenant) {
        return new RealmStates(register).of(tenant);
    }

    /// Deletes a copy that has not become valid, or what is left of it. Commits.
    ///
    /// @throws IllegalStateException if the tenant is valid in this database
    public void delete(TenantId tenant) {
        if (state(tenant) != RealmState.ARRIVING) {
            throw new IllegalStateException("the tenant is valid in this database");
        }
        commitAll();
        new TenantDeletion(register, evidence).delete(tenant);
        beginAll();
    }

    /// Makes a copy valid that was committed as one that is not. Commits. Returns false if there is no such copy.
    public boolean open(TenantId tenant) {
        boolean opened = new RealmStates(register).change(tenant, RealmState.ARRIVING, RealmState.OPEN);
        commitAll();
        beginAll();
        return opened;
    }

    private void beginAll() {
        TransferConnections.begin(register);
        if (evidence != register) {
            TransferConnections.begin(evidence);
        }
    }

    private void commitAll() {
        if (evidence != register) {
            evidence.commit();
        }
        register.commit();
    }

    /// Makes the tenant visible to other connections. All of it is durable when this method returns.
    public void commit() {
        endTable();
        commitAll();
        if (evidence != register) {
            register.execute("pragma wal_checkpoint(truncate)");
        }
        beginAll();
    }

    /// Closes the connections. What was not committed is lost.
    @Override
    public void close() {
        try {
            register.close();
            if (evidence != register) {
                evidence.close();
            }
        } finally {
            engine.close();
        }
    }
}
