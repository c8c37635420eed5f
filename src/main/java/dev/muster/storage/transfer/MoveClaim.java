package dev.muster.storage.transfer;

import dev.muster.storage.engine.TransferConnections;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Keeps two processes from moving the same tenant at the same time. Ends with the process at the latest.
sealed interface MoveClaim {
    /// Takes the claim. Returns false if another process has it.
    boolean take(TenantId tenant);

    void close();

    /// The claim to any tenant of an embedded database: a lock on a file in its folder.
    final class OfFolder implements MoveClaim {
        private final Path file;
        private @Nullable FileChannel channel;

        OfFolder(Path file) {
            this.file = file;
        }

        @Override
        public boolean take(TenantId tenant) {
            channel = TransferConnections.lock(file);
            return channel != null;
        }

        @Override
        public void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                // The operating system releases the lock when the process ends.
            }
        }
    }

    /// The claim to a tenant on PostgreSQL: an advisory lock of the session that changes the states, so that a process
    /// which has lost the lock can change no states either.
    final class OfSession implements MoveClaim {
        private final Session session;

        OfSession(Session session) {
            this.session = session;
        }

        @Override
        public boolean take(TenantId tenant) {
            try (PreparedStatement statement =
                    session.connection().prepareStatement(Statements.template("move_claim"))) {
                statement.setInt(1, TransferConnections.MOVE_CLAIMS);
                statement.setInt(2, Long.hashCode(tenant.productionRealm()));
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() && row.getBoolean(1);
                }
            } catch (SQLException e) {
                throw StorageException.of(e);
            }
        }

        @Override
        public void close() {
            // The lock ends with the session.
        }
    }
}
