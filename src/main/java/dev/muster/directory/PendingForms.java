package dev.muster.directory;

import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.value.Digest;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.CredentialTables.PendingFormRow;
import dev.muster.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Console forms that were submitted but are executed only after their operator has signed in again or confirmed their
/// identity. They are sealed with the realm's key, because they may contain a password, and are returned only to the
/// operator who submitted them. A form is kept for [#RETENTION]. An operator has at most [#MAX_PER_OPERATOR] of them;
/// the oldest are dropped.
///
/// Methods throw [dev.muster.storage.sql.StorageException] if storage is unavailable or full.
public final class PendingForms {
    public static final Duration RETENTION = Duration.ofHours(1);

    static final int MAX_PER_OPERATOR = 20;

    private static final int ID_BYTES = 32;

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final RandomGenerator random;

    PendingForms(Database database, ChoreStore storage, RealmKeys realmKeys, ReadClock now, RandomGenerator random) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.now = now;
        this.random = random;
    }

    /// Stores a form.
    ///
    /// @return the id by which its operator finds it: 43 letters, digits, `-` and `_`
    public String keep(long realm, UUID operator, byte[] form) {
        byte[] drawn = new byte[ID_BYTES];
        random.nextBytes(drawn);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
        Digest hash = Digest.sha256(id);
        byte[] sealed = new Sealer().seal(realmKeys.get(realm).key().own(), place(realm, operator, hash), random, form);
        storage.forms().add(new PendingFormRow(realm, hash.bytes(), operator, sealed, now.instant()), MAX_PER_OPERATOR);
        return id;
    }

    /// Returns a form that this operator submitted; null if there is none with this id or it has expired.
    public byte @Nullable [] find(long realm, UUID operator, String id) {
        Digest hash = Digest.sha256(id);
        PendingFormRow row = database.read(reads -> reads.credentials().pendingForm(realm, hash.bytes()));
        Instant at = now.instant();
        if (row == null
                || !row.operator().equals(operator)
                || !at.isBefore(row.keptAt().plus(RETENTION))) {
            return null;
        }
        try {
            return new Sealer().open(realmKeys.get(realm).key().own(), place(realm, operator, hash), row.sealed());
        } catch (TamperedException e) {
            Unreadable.report(realm, "a kept form of operator", operator, e);
            return null;
        }
    }

    /// Like [#find], but also deletes the form. Of several concurrent callers, only one gets it.
    public byte @Nullable [] take(long realm, UUID operator, String id) {
        byte[] form = find(realm, operator, id);
        return form != null && storage.forms().delete(realm, Digest.sha256(id).bytes()) ? form : null;
    }

    private static SealingContext place(long realm, UUID operator, Digest idHash) {
        return new SealingContext.Column(realm, operator, "kept_form/" + idHash);
    }
}
