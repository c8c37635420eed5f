package dev.muster.storage;

import dev.muster.storage.sql.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Reads what journal entries show of keys and operators: their names, and the seeds for entries about operators.
public final class ActorTables {
    private final CredentialTables credentials;

    ActorTables(Session session) {
        this.credentials = new CredentialTables(session);
    }

    /// The names of those of these keys that exist.
    public Map<UUID, String> keyNames(long realm, Collection<UUID> keys) {
        Map<UUID, String> names = new HashMap<>();
        credentials
                .keys(realm, keys)
                .forEach(row -> names.put(row.key().id(), row.key().name()));
        return names;
    }

    /// The usernames of those of these operators that exist.
    public Map<UUID, String> operatorNames(long realm, Collection<UUID> operators) {
        Map<UUID, String> names = new HashMap<>();
        credentials
                .operators(realm, operators)
                .forEach(row ->
                        names.put(row.operator().id(), row.operator().username().text()));
        return names;
    }

    /// The seeds of those of these operators that exist.
    public Map<UUID, byte[]> operatorSeeds(long realm, Collection<UUID> operators) {
        return credentials.operatorSeeds(realm, operators);
    }
}
