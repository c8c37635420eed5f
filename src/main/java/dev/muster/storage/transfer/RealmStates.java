package dev.muster.storage.transfer;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Reads and changes the state that both realms of a tenant have in one database. The caller begins and ends the
/// transactions.
record RealmStates(Session session) {
    private PreparedStatement prepare(String template) throws SQLException {
        return session.connection().prepareStatement(Statements.template(template));
    }

    /// The tenant; null if the database does not have it.
    @Nullable
    TenantId find(String partnerId) {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        Statements.template("rows_of_partner").replace("{table}", TenantTable.TENANT.sqlName()))) {
            statement.setString(1, partnerId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new TenantId(partnerId, row.getLong("test_realm"), row.getLong("production_realm"))
                        : null;
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// The state of the tenant's realms; null if the database does not have them.
    ///
    /// @throws StorageException of kind `FATAL` if the two realms have different states
    @Nullable
    RealmState of(TenantId tenant) {
        try (PreparedStatement statement = prepare("realm_states")) {
            statement.setLong(1, tenant.testRealm());
            statement.setLong(2, tenant.productionRealm());
            RealmState state = null;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    RealmState next = RealmState.CODES.of(row.getInt(1));
                    if (next == null || (state != null && next != state)) {
                        throw new StorageException(
                                StorageException.Kind.FATAL,
                                "the states of the realms of " + tenant.partnerId() + " contradict each other");
                    }
                    state = next;
                }
            }
            return state;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Waits until no transaction that has locked one of the realms is left, in whatever mode it has locked it, and
    /// keeps others from locking them until the transaction ends.
    void lock(TenantId tenant) {
        // On SQLite the transaction itself is the lock, because there is no other writer.
        String mode = session.kind() == DatabaseKind.POSTGRES ? "\nfor update" : "";
        try (PreparedStatement statement =
                session.connection().prepareStatement(Statements.template("realm_lock") + mode)) {
            statement.setLong(1, tenant.testRealm());
            statement.setLong(2, tenant.productionRealm());
            statement.executeQuery().close();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Changes the state of both realms. Returns false if they are not both in the state `from`; the caller must then
    /// roll back.
    boolean change(TenantId tenant, RealmState from, RealmState to) {
        try (PreparedStatement statement = prepare("realm_change")) {
            statement.setInt(1, to.code());
            statement.setLong(2, tenant.testRealm());
            statement.setLong(3, tenant.productionRealm());
            statement.setInt(4, from.code());
            return statement.executeUpdate() == 2;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }
}
