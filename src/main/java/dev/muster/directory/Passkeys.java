package dev.muster.directory;

import dev.muster.directory.keys.CredentialMacs;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.credential.Passkey;
import dev.muster.model.value.Digest;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.PasskeyTables.PasskeyRow;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads operators' passkeys and records each use. Commands add and remove them. Uses are not journalled, just like
/// uses of sessions.
///
/// A row without a valid MAC is treated as missing. Methods throw [dev.muster.storage.sql.StorageException] if storage
/// is unavailable.
public final class Passkeys {
    /// How long a used challenge is remembered, which is longer than any ceremony takes.
    public static final Duration CHALLENGE_RETENTION = Duration.ofHours(1);

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final ReadClock now;

    Passkeys(Database database, ChoreStore storage, RealmKeys realmKeys, ReadClock now) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.now = now;
    }

    /// Returns an operator's passkeys, oldest first. The caller must have checked permissions.
    public List<Passkey> of(long realm, UUID operator) {
        CredentialMacs macs = realmKeys.get(realm).macs();
        return database.read(reads -> reads.passkeys().of(realm, operator)).stream()
                .filter(macs::isAuthentic)
                .map(PasskeyRow::passkey)
                .sorted(Comparator.comparing(Passkey::createdAt).thenComparing(Passkey::id))
                .toList();
    }

    /// Returns the passkey with this credential id, in Base64url; null if the realm has none.
    public @Nullable Passkey find(long realm, String credentialId) {
        PasskeyRow row = row(realm, credentialId);
        return row == null ? null : row.passkey();
    }

    private @Nullable PasskeyRow row(long realm, String credentialId) {
        CredentialMacs macs = realmKeys.get(realm).macs();
        return database.read(reads -> reads.passkeys().withCredential(realm, credentialId)).stream()
                .filter(macs::isAuthentic)
                .findFirst()
                .orElse(null);
    }

    /// Records a use of a passkey.
    ///
    /// @param passkey the passkey as it was read
    /// @param signatureCount the signature counter of this use
    /// @return false if the passkey was concurrently removed or used
    public boolean use(long realm, Passkey passkey, long signatureCount) {
        CredentialMacs macs = realmKeys.get(realm).macs();
        PasskeyRow after = new PasskeyRow(realm, passkey.used(signatureCount, now.instant()), null);
        return storage.passkeyUsed(new PasskeyRow(realm, passkey, null), macs.sealed(after));
    }

    /// Marks a signed challenge as used.
    ///
    /// @return whether this was its first use
    public boolean useChallenge(long realm, byte[] challenge) {
        return storage.useChallenge(realm, Digest.sha256(challenge).bytes(), now.instant());
    }
}
