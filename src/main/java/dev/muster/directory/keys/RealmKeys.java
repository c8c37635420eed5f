package dev.muster.directory.keys;

import dev.muster.model.UnreadableException;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.FingerprintKind;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.RealmTables.RealmRow;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The realms and their unwrapped keys. They never change (a new master key rewraps the same realm key), so they are
/// cached permanently.
public final class RealmKeys {
    /// A realm with its key and the MACs of its rows.
    public record Entry(Realm realm, RealmKey key, CredentialMacs macs) {
        public Entry(Realm realm, RealmKey key) {
            this(realm, key, new CredentialMacs(key));
        }

        /// Returns a maker that computes this realm's fingerprints.
        public Fingerprint.Maker prints() {
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

    private record SignatureId(long realm, Fingerprint signature) {}

    private final Database database;
    private final LocalWriteMemory<SignatureId, SignatureRow> signatures =
            new LocalWriteMemory<>(LocalWriteMemory.USUAL);
    private final ConcurrentHashMap<Long, Entry> entries = new ConcurrentHashMap<>();
    private volatile MasterKeys masterKeys;

    public RealmKeys(Database database, MasterKeys masterKeys) {
        this.database = database;
        this.masterKeys = masterKeys;
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

    public MasterKeys masterKeys() {
        return masterKeys;
    }

    public void masterKeys(MasterKeys next) {
        masterKeys = next;
    }

    /// The realm with this id; null if there is none.
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
        Entry entry = new Entry(row.realm(), masterKeys.unwrap(realm, row.wrappedKey()));
        Entry earlier = entries.putIfAbsent(realm, entry);
        return earlier == null ? entry : earlier;
    }
}
