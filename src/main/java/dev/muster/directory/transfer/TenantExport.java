package dev.muster.directory.transfer;

import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.SealedOutput;
import dev.muster.sealing.TamperedException;
import dev.muster.sealing.TransferKey;
import dev.muster.storage.Database;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantSource;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// Writes a tenant to a file.
///
/// @param program the version of this program
/// @param random a cryptographically secure source
public record TenantExport(MasterKeys masterKeys, TransferKey key, String program, RandomGenerator random) {
    /// Writes a tenant of a database to a stream, as of now. The stream has a complete file only after this method
    /// has returned.
    ///
    /// @throws TransferException if there is no such tenant
    /// @throws KeyUnavailableException if the master key of a realm is not loaded
    /// @throws TamperedException if the key of a realm was altered
    public Transferred export(TenantSource source, String partnerId, Instant now, OutputStream to) throws IOException {
        TenantId tenant = source.begin(partnerId);
        if (tenant == null) {
            throw new TransferException("there is no tenant " + partnerId + " in the database");
        }
        SealedOutput sealed = key.seal(to, random);
        TenantFile.Writer file = new TenantFile.Writer(
                new DataOutputStream(sealed), new TenantFile.Head(Database.SCHEMA, program, now, tenant));
        KeyRewrapping rows =
                new KeyRewrapping(file, (realm, wrapped) -> key.wrap(masterKeys.unwrap(realm, wrapped), random));
        source.copy(tenant, rows);
        file.end();
        sealed.finish();
        return new Transferred(partnerId, rows.rows());
    }
}
