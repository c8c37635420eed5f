package dev.muster.storage.transfer;

import dev.muster.storage.engine.PostgresEngine;
import dev.muster.storage.engine.TransferConnections;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one tenant from a database, in one consistent snapshot at a time, while servers go on writing. Holds a few
/// rows
/// in memory at a time. Not thread-safe.
///
/// An embedded database has two files, and a snapshot of each. That of the evidence is taken first, immediately
/// before the other. If a job in the second names evidence that was finished in between, both are taken again.
public final class TenantSource implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final @Nullable PostgresEngine engine;
    private final Session register;
    private final Session evidence;
    private final Map<TenantTable, TableColumns> columns = new EnumMap<>(TenantTable.class);

    private TenantSource(@Nullable PostgresEngine engine, Session register, Session evidence) {
        this.engine = engine;
        this.register = register;
        this.evidence = evidence;
    }

    /// Opens an embedded database. Its server may be running.
    ///
    /// @throws StorageException of kind `FATAL` if there is no database, or its schema version differs
    public static TenantSource sqlite(Path folder) {
        Session register = TransferConnections.register(folder);
        try {
            return new TenantSource(null, register, TransferConnections.evidence(folder));
        } catch (StorageException e) {
            register.close();
            throw e;
        }
    }

    /// Connects to PostgreSQL.
    ///
    /// @throws StorageException of kind `FATAL` if the database cannot be used, or its schema version differs
    public static TenantSource postgres(String url) {
        PostgresEngine engine = PostgresEngine.open(url, null);
        try {
            Session session = TransferConnections.postgres(engine);
            return new TenantSource(engine, session, session);
        } catch (StorageException e) {
            engine.close();
            throw e;
        }
    }

    /// Takes a snapshot, instead of the last one, and returns the tenant; null if the snapshot has no such tenant.
    public @Nullable TenantId begin(String partnerId) {
        TenantId tenant = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            takeSnapshot();
            tenant = new RealmStates(register).find(partnerId);
            if (tenant == null || engine != null || hasAllEvidence(tenant)) {
                return tenant;
            }
        }
        // The evidence is missing in the database itself.
        return tenant;
    }

    private void takeSnapshot() {
        if (engine != null) {
            register.commit();
            TransferConnections.beginSnapshot(register);
            return;
        }
        for (Session session : List.of(evidence, register)) {
            session.commit();
        }
        for (Session session : List.of(evidence, register)) {
            session.begin();
            // A transaction of SQLite sees what was there when it first read.
            session.ask("select count(*) from sqlite_schema", row -> row.number());
        }
    }

    private boolean hasAllEvidence(TenantId tenant) {
        try (PreparedStatement named = prepare(register, TenantTable.JOB, "evidence_named");
                PreparedStatement exists = prepare(evidence, TenantTable.EVIDENCE, "evidence_exists")) {
            RowCursor.setTenant(named, TenantTable.JOB, tenant);
            try (ResultSet row = named.executeQuery()) {
                while (row.next()) {
                    exists.setLong(1, row.getLong(1));
                    exists.setBytes(2, row.getBytes(2));
                    try (ResultSet found = exists.executeQuery()) {
                        if (!found.next()) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Passes all rows of the tenant.
    ///
    /// @throws IOException if `to` does
    public void copy(TenantId tenant, TenantRows to) throws IOException {
        for (TenantTable table : TenantTable.copied()) {
            copy(table, tenant, to);
        }
    }

    private void copy(TenantTable table, TenantId tenant, TenantRows to) throws IOException {
        try (RowCursor rows = RowCursor.all(session(table), table, tenant)) {
            to.begin(table, rows.columns());
            for (@Nullable Object[] row = rows.next(); row != null; row = rows.next()) {
                to.row(row);
            }
        }
    }

    /// The columns of a table.
    TableColumns columns(TenantTable table) {
        return columns.computeIfAbsent(table, asked -> TableColumns.of(session(asked), asked));
    }

    /// The connection that reads a table.
    Session session(TenantTable table) {
        return table.part() == TenantTable.Part.OF_EVIDENCE ? evidence : register;
    }

    private static PreparedStatement prepare(Session session, TenantTable table, String statement) throws SQLException {
        return session.connection()
                .prepareStatement(Statements.template(statement).replace("{table}", table.sqlName()));
    }

    @Override
    public void close() {
        register.close();
        if (engine == null) {
            evidence.close();
        } else {
            engine.close();
        }
    }
}
