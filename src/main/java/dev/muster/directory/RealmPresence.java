package dev.muster.directory;

import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.RealmState;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import java.util.function.LongSupplier;

/// Knows which realms are in the database, and which of them were moved to another one. Cached for one second, unlike
/// the keys of realms, which are kept for as long as the server runs.
final class RealmPresence {
    private final Database database;
    private final ShortLivedCache<Long, RealmState> states;

    RealmPresence(Database database, LongSupplier nanos) {
        this.database = database;
        states = new ShortLivedCache<>(nanos);
    }

    /// Whether the database has the realm.
    ///
    /// @throws StorageException of kind `CONFLICT` if its rows are here, but the realm is valid in another database
    boolean has(long realm) {
        if (realm == Realm.SYSTEM) {
            return true;
        }
        RealmState state =
                states.get(realm, asked -> database.read(reads -> reads.realms().state(asked)));
        if (state != null && !state.isReadable()) {
            throw new StorageException(StorageException.Kind.CONFLICT, "the realm is in another database");
        }
        return state != null;
    }
}
