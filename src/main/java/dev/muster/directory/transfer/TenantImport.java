package dev.muster.directory.transfer;

import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.sealing.TransferKey;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantTarget;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Writes a tenant from a file to a database.
///
/// @param masterKeys loads the master keys, or creates one for a new database. It is called only after the whole file
///     has been found authentic
/// @param random a cryptographically secure source
public record TenantImport(Supplier<MasterKeys> masterKeys, TransferKey key, RandomGenerator random) {
    /// Opens the file from its beginning.
    public interface Opening {
        InputStream open() throws IOException;
    }

    /// Opens the database.
    public interface Target {
        TenantTarget open();
    }

    /// Imports a tenant, all of it or nothing. The file is read twice: the database is opened only after the whole
    /// file has been found authentic.
    ///
    /// @throws TransferException if the tenant or one of its realms exists already, or the file has another schema
    ///     version than this program
    /// @throws KeyUnavailableException if the file was sealed with another transfer key
    /// @throws TamperedException if the file is damaged, incomplete or altered
    public Transferred importFrom(Opening file, Target target) throws IOException {
        checkAuthentic(file);
        MasterKeys wrapping = masterKeys.get();
        try (DataInputStream in = content(file);
                TenantTarget to = target.open()) {
            TenantFile.Reader reader = new TenantFile.Reader(in);
            TenantId tenant = reader.head().tenant();
            if (to.has(tenant)) {
                throw exists(tenant);
            }
            to.clear(tenant);
            KeyRewrapping rows =
                    new KeyRewrapping(to, (realm, wrapped) -> wrapping.wrap(key.unwrap(realm, wrapped), random));
            reader.copy(rows);
            to.commit();
            return new Transferred(tenant.partnerId(), rows.rows());
        } catch (StorageException e) {
            // Another import may be running, or rows of the realms are left in a table.
            throw e.kind() == Kind.DUPLICATE
                    ? new TransferException("the database has rows of this tenant already")
                    : e;
        }
    }

    private static TransferException exists(TenantId tenant) {
        return new TransferException("the database already has the tenant " + tenant.partnerId()
                + ", or one with its realms " + tenant.testRealm() + " and " + tenant.productionRealm());
    }

    private void checkAuthentic(Opening file) throws IOException {
        try (DataInputStream in = content(file)) {
            TenantFile.Head head = new TenantFile.Reader(in).head();
            if (head.schema() != Database.SCHEMA) {
                throw new TransferException("the file has schema version " + head.schema() + " (written by muster "
                        + head.program() + "), and this program has version " + Database.SCHEMA
                        + ": import it with that version, and migrate afterwards");
            }
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private DataInputStream content(Opening file) throws IOException {
        InputStream opened = file.open();
        try {
            return new DataInputStream(new BufferedInputStream(key.open(opened)));
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }
}
