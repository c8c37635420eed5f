package dev.muster.directory.keys;

import dev.muster.model.UnreadableException;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.FingerprintKind;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.sql.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The realms and their unwrapped keys. They never change (a new master key rewraps the same realm key), so they are
/// cached permanently. Realms whose master key is missing are remembered, and looked up again.
public final class RealmKeys {
    /// A realm with its key and the MACs of its rows.
    public record Entry(Realm realm, RealmKey key, CredentialMacs macs) {
        public Entry(Realm realm, RealmKey key) {
            this(realm, key, new CredentialMacs(key));
        }

        /// Returns a maker that computes this realm's fingerprints.
        public Fingerprint.Maker fingerprints() {
            return new Fingerprint.Maker() {
                @Override
                public Fingerprint of(Identifier.Key identifier) {
                    FingerprintKind kind = switch (identifier.kind()) {
                        case EMAIL -> FingerprintKind.EMAIL;
                        case EXTERNAL_ID -> FingerprintKind.EXTERNAL_ID;
                        case USERNAME -> FingerprintKind.USERNAME;
                    };
                    return new Fingerprint(key.fingerprint(kind, identifier.folded()));
                }

                @Override
                public Fingerprint ofCard(String number) {
                    return new Fingerprint(key.fingerprint(FingerprintKind.CARD, number));
                }
            };
        }
    }

    /// How many realms without a master key are remembered.
    private static final int MAX_REMEMBERED = 1_000;

    /// How many of them are looked up at a time.
    private static final int LOOKUP_BATCH = 10;

    private record SignatureId(long realm, Fingerprint signature) {}

    private final Database database;
    private final LocalWriteMemory<SignatureId, SignatureRow> signatures =
            new LocalWriteMemory<>(LocalWriteMemory.DEFAULT_CAPACITY);
    private final ConcurrentHashMap<Long, Entry> entries = new ConcurrentHashMap<>();
    private final MasterKeyRing masterKeys;

    /// The realms whose key was wrapped by a master key that is not in the file.
    private final Set<Long> locked = ConcurrentHashMap.newKeySet();

    private RealmKeys(Database database, MasterKeyRing masterKeys) {
        this.database = database;
        this.masterKeys = masterKeys;
    }

    /// Creates an instance that reads the master keys again when one is unknown.
    ///
    /// @param masterKeys the keys that the file contained at the start
    public static RealmKeys of(Database database, MasterKeys masterKeys, Path file) {
        return new RealmKeys(database, MasterKeyRing.of(masterKeys, file));
    }

    /// Creates an instance whose master keys do not change.
    public RealmKeys(Database database, MasterKeys masterKeys) {
        this(database, new MasterKeyRing(masterKeys, () -> masterKeys, System::nanoTime));
    }

    /// Remembers the signatures of requests to this server. Called once they are durable.
    public void seen(List<SignatureRow> rows) {
        rows.forEach(row -> signatures.note(id(row), row));
    }

    /// When this server first saw a signature, and in which request, regardless of what the database contains; null
    /// if unknown.
    @Nullable
    public SignatureRow seen(SignatureRow row) {
        return signatures.find(id(row));
    }

    private static SignatureId id(SignatureRow row) {
        return new SignatureId(row.realm(), new Fingerprint(row.signature()));
    }

    /// The loaded master keys, and how to load others.
    public MasterKeyRing masterKeys() {
        return masterKeys;
    }

    /// Whether the file has all master keys that were needed so far. Looks again at realms whose master key was
    /// missing; false if storage is unavailable then.
    public boolean hasMasterKeys() {
        for (long realm : locked.stream().limit(LOOKUP_BATCH).toList()) {
            try {
                if (find(realm) == null) {
                    locked.remove(realm);
                }
            } catch (KeyUnavailableException | StorageException e) {
                return false;
            } catch (TamperedException | UnreadableException e) {
                // Altered rows are reported when the realm is used.
                locked.remove(realm);
            }
        }
        return locked.isEmpty();
    }

    /// The realm with this id; null if there is none.
    ///
    /// @throws KeyUnavailableException if the master key that wraps its key is not in the file
    /// @throws TamperedException if its key cannot be unwrapped
    @Nullable
    public Entry find(long realm) {
        Entry known = entries.get(realm);
        if (known != null) {
            return known;
        }
        RealmRow row = database.read(reads -> reads.realms().realm(realm));
        return row == null ? null : add(row);
    }

    /// The realm with this id, which must come from the database.
    ///
    /// @throws IllegalStateException if there is none
    public Entry get(long realm) {
        Entry entry = find(realm);
        if (entry == null) {
            throw new IllegalStateException("no realm " + realm);
        }
        return entry;
    }

    Entry add(RealmRow row) {
        long realm = row.realm().id();
        if (!row.readable()) {
            throw new UnreadableException("realm", Long.toString(realm));
        }
        Entry entry = new Entry(row.realm(), unwrap(realm, row.wrappedKey()));
        locked.remove(realm);
        Entry earlier = entries.putIfAbsent(realm, entry);
        return earlier == null ? entry : earlier;
    }

    private RealmKey unwrap(long realm, byte[] wrapped) {
        try {
            return masterKeys.unwrap(realm, wrapped);
        } catch (KeyUnavailableException e) {
            if (locked.size() < MAX_REMEMBERED) {
                locked.add(realm);
            }
            throw e;
        }
    }
}
