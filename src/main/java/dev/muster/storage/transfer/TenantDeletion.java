package dev.muster.storage.transfer;

import dev.muster.storage.engine.TransferConnections;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// Deletes all rows of a tenant that is not valid in the database, in many short transactions. The rows that say that
/// it is not valid are deleted last, so a deletion that was interrupted can be run again.
///
/// @param register the connection for all tables but those of evidence. No transaction may be open
/// @param evidence the connection for the tables of evidence; on PostgreSQL the same one
record TenantDeletion(Session register, Session evidence) {
    /// How many times the rows that are fetched at a time are deleted in one transaction.
    private static final int FETCHES = 5;

    void delete(TenantId tenant) {
        for (TenantTable table : TenantTable.copied()) {
            switch (table.part()) {
                case OF_REALMS -> deleteRows(register, table, tenant);
                case OF_EVIDENCE -> deleteRows(evidence, table, tenant);
                case OF_PARTNER, NOTHING -> {}
            }
        }
        TransferConnections.begin(register);
        for (TenantTable table : List.of(TenantTable.REALM, TenantTable.TENANT)) {
            String text = Statements.template("delete_of_partner").replace("{table}", table.sqlName());
            try (PreparedStatement statement = register.connection().prepareStatement(text)) {
                statement.setString(1, tenant.partnerId());
                statement.executeUpdate();
            } catch (SQLException e) {
                throw StorageException.of(e);
            }
        }
        register.commit();
    }

    private static void deleteRows(Session session, TenantTable table, TenantId tenant) {
        RowDeletion rows = new RowDeletion(session, table, TableColumns.of(session, table));
        int deleted;
        do {
            TransferConnections.begin(session);
            deleted = rows.deleteSome(tenant, FETCHES * table.fetchRows());
            session.commit();
        } while (deleted > 0);
    }
}
