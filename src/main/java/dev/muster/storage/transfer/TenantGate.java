package dev.muster.storage.transfer;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.engine.PostgresEngine;
import dev.muster.storage.engine.TransferConnections;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens and closes a tenant's realms in one database, usually the one that the tenant leaves. Its servers may be
/// running. Not thread-safe.
public final class TenantGate implements AutoCloseable {
    /// How often to wait for a server's locks, each time for as long as `lock_timeout`.
    private static final int ATTEMPTS = 10;

    private final @Nullable PostgresEngine engine;
    private final Session register;
    private final Session evidence;
    private final MoveClaim claim;

    private TenantGate(@Nullable PostgresEngine engine, Session register, Session evidence, MoveClaim claim) {
        this.engine = engine;
        this.register = register;
        this.evidence = evidence;
        this.claim = claim;
    }

    /// Opens an embedded database.
    ///
    /// @throws StorageException of kind `FATAL` if there is no database
    public static TenantGate sqlite(Path folder) {
        Session register = TransferConnections.writer(folder, "muster.db");
        try {
            return new TenantGate(
                    null,
                    register,
                    TransferConnections.writer(folder, "evidence.db"),
                    new MoveClaim.OfFolder(folder.resolve("muster.move.lock")));
        } catch (StorageException e) {
            register.close();
            throw e;
        }
    }

    /// Connects to PostgreSQL. Creates no schema.
    ///
    /// @throws StorageException of kind `FATAL` if the database cannot be used, or its schema version differs
    public static TenantGate postgres(String url) {
        PostgresEngine engine = PostgresEngine.openExisting(url);
        try {
            Session session = TransferConnections.postgres(engine);
            return new TenantGate(engine, session, session, new MoveClaim.OfSession(session));
        } catch (StorageException e) {
            engine.close();
            throw e;
        }
    }

    /// The tenant; null if the database does not have it.
    public @Nullable TenantId find(String partnerId) {
        return new RealmStates(register).find(partnerId);
    }

    /// The name of the cell that this database holds; null if it holds none.
    public @Nullable String cell() {
        return CellPlaces.here(register);
    }

    /// The state of the tenant's realms; null if the database does not have them.
    public @Nullable RealmState state(TenantId tenant) {
        return new RealmStates(register).of(tenant);
    }

    /// Keeps other processes from moving the tenant, until this is closed or the process ends. Returns false if
    /// another one is moving it.
    public boolean claim(TenantId tenant) {
        return claim.take(tenant);
    }

    /// Changes the state of the tenant's realms, after all transactions that have locked them. Returns false, and
    /// changes nothing, if they are not in the state `from`.
    ///
    /// @throws StorageException of kind `CONFLICT` if a transaction keeps its locks for too long
    public boolean change(TenantId tenant, RealmState from, RealmState to) {
        for (int attempt = 1; ; attempt++) {
            try {
                return changeOnce(tenant, from, to);
            } catch (StorageException e) {
                if (e.kind() != Kind.CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private boolean changeOnce(TenantId tenant, RealmState from, RealmState to) {
        RealmStates states = new RealmStates(register);
        register.begin();
        boolean changed = false;
        try {
            states.lock(tenant);
            changed = states.change(tenant, from, to);
        } finally {
            if (!changed) {
                register.rollback();
            }
        }
        if (changed) {
            register.commit();
        }
        return changed;
    }

    /// Deletes all rows of a tenant that has moved to another database. Takes many short transactions, and can be run
    /// again after it was interrupted.
    ///
    /// @throws IllegalStateException if the tenant has not moved
    public void forget(TenantId tenant) {
        if (state(tenant) != RealmState.MOVED) {
            throw new IllegalStateException("the tenant is valid in this database");
        }
        new TenantDeletion(register, evidence).delete(tenant);
    }

    @Override
    public void close() {
        claim.close();
        register.close();
        if (engine == null) {
            evidence.close();
        } else {
            engine.close();
        }
    }
}
