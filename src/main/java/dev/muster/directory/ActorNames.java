package dev.muster.directory;

import dev.muster.directory.keys.CredentialMacs;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Scope;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Looks up the names of keys and operators for replies that say who did something.
///
/// Names never change, not even when a key is revoked or an operator deleted, so cached names do not expire. If names
/// for a reply are not cached, one read fetches all missing names of keys and another all missing names of operators.
public final class ActorNames {
    private static final int MAX_ENTRIES = 100_000;

    private final Database database;
    private final RealmKeys realmKeys;
    private final ConcurrentHashMap<CredentialId, String> known = new ConcurrentHashMap<>();

    ActorNames(Database database, RealmKeys realmKeys) {
        this.database = database;
        this.realmKeys = realmKeys;
    }

    /// The names for the actors of one reply.
    public interface Named {
        /// Returns names only for root and the system.
        Named NO_CREDENTIALS = ActorNames::plainName;

        /// Returns the name; null if it is unknown or the reader may not see it.
        @Nullable
        String of(ActorRef actor);
    }

    /// Returns the names of `actors`. Names of keys and operators are included only for readers with
    /// `journal:read`, because the journal shows these names as well. If storage is unavailable, names are missing.
    public Named of(Actor reader, long realm, Collection<ActorRef> actors) {
        if (!reader.may(Scope.JOURNAL_READ)) {
            return Named.NO_CREDENTIALS;
        }
        Set<UUID> keys = new HashSet<>();
        Set<UUID> operators = new HashSet<>();
        for (ActorRef actor : actors) {
            switch (actor.kind()) {
                case API_KEY -> addUnknown(keys, realm, actor);
                case OPERATOR -> addUnknown(operators, realm, actor);
                case SYSTEM, ROOT -> {}
            }
        }
        if (!keys.isEmpty() || !operators.isEmpty()) {
            read(realm, keys, operators);
        }
        return actor -> {
            String plain = plainName(actor);
            return plain == null ? known.get(new CredentialId(realm, actor.id())) : plain;
        };
    }

    private void addUnknown(Set<UUID> unknown, long realm, ActorRef actor) {
        if (!known.containsKey(new CredentialId(realm, actor.id()))) {
            unknown.add(actor.id());
        }
    }

    private static @Nullable String plainName(ActorRef actor) {
        return switch (actor.kind()) {
            case SYSTEM, ROOT -> actor.kind().wireName();
            case API_KEY, OPERATOR -> null;
        };
    }

    private void read(long realm, Set<UUID> keys, Set<UUID> operators) {
        try {
            CredentialMacs macs = realmKeys.get(realm).macs();
            database.read(reads -> {
                for (KeyRow row : reads.credentials().keys(realm, keys)) {
                    if (macs.isAuthentic(row)) {
                        remember(realm, row.key().id(), row.key().name());
                    }
                }
                for (OperatorRow row : reads.credentials().operators(realm, operators)) {
                    if (macs.isAuthentic(row)) {
                        remember(
                                realm,
                                row.operator().id(),
                                row.operator().username().text());
                    }
                }
                return true;
            });
        } catch (StorageException e) {
            // The reply is sent with ids instead of names.
        }
    }

    private void remember(long realm, UUID id, String name) {
        if (known.size() >= MAX_ENTRIES) {
            known.clear();
        }
        known.put(new CredentialId(realm, id), name);
    }
}
