package dev.muster.directory;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.CredentialMacs;
import dev.muster.directory.keys.LocalWriteMemory;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.CredentialTables.TokenFamilyRow;
import dev.muster.storage.Database;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Token families: each consists of all tokens that descend from one sign-in. Each refresh token can be used once.
/// Using it again ends the family, because someone else must have it too. The tokens themselves contain the family's
/// id, holder and expiry.
///
/// A family has a row as long as it lives. If the row is missing or has no valid MAC (see [CredentialMacs]), the family
/// has ended, so deleting or altering rows can end a family but never revive one. Restoring an older row does not
/// revive a family either, at least on the server that used its tokens or ended it, as long as that server is running
/// and remembers the family.
///
/// Methods throw [dev.muster.storage.sql.StorageException] if storage is unavailable, so that no token is accepted
/// while it is.
public final class TokenFamilies {
    private static final long ENDED = Long.MAX_VALUE;

    private record FamilyId(long realm, UUID id) {}

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final SignIns signIns;

    /// The highest number of a refresh token that this server has used, by family; [#ENDED] if the server has ended
    /// the family.
    private final LocalWriteMemory<FamilyId, Long> spent = new LocalWriteMemory<>(LocalWriteMemory.DEFAULT_CAPACITY);

    /// Caches whether families have ended.
    private final ShortLivedCache<FamilyId, Boolean> ended;

    /// @param nanos a monotonic clock, in nanoseconds
    TokenFamilies(Database database, ChoreStore storage, RealmKeys realmKeys, LongSupplier nanos, SignIns signIns) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.ended = new ShortLivedCache<>(nanos);
        this.signIns = signIns;
    }

    /// Starts a family none of whose refresh tokens has been used. Call this before handing out its first tokens.
    ///
    /// @param endsAt when its first refresh token expires; the row is kept until then
    public void begin(long realm, UUID family, Instant endsAt) {
        storage.begin(sealed(realm, family, 0, endsAt));
        spent.note(new FamilyId(realm, family), 0L);
    }

    /// Like [#begin(long, UUID, Instant)], but for an operator who has just proved their identity, and also records
    /// the sign-in in the journal. Refuses: whatever [Directory#execute] refuses; Unauthenticated if the operator
    /// has been disabled or deleted in the meantime.
    ///
    /// @param address the client's address
    public Result<Change> begin(
            long realm, UUID family, Instant endsAt, Operator operator, String address, Origin origin) {
        return signIns.journal(realm, operator, SignInMethod.PASSWORD, address, origin)
                .map(change -> {
                    begin(realm, family, endsAt);
                    return change;
                });
    }

    /// Marks the refresh token with this number, and all before it, as used. This is exact even across servers.
    ///
    /// @param number the number of the refresh token in the family, starting from 1
    /// @param endsAt when the next refresh token expires; the row is kept until then
    /// @return false if the token was used before, which ends the family, or if the family has ended
    public boolean spend(long realm, UUID family, long number, Instant endsAt) {
        TokenFamilyRow row = row(realm, family);
        if (row == null) {
            return false;
        }
        FamilyId id = new FamilyId(realm, family);
        boolean done = row.spent() < number && storage.spend(row, sealed(realm, family, number, endsAt));
        spent.note(id, done ? number : ENDED);
        if (!done) {
            storage.endFamily(realm, family);
            ended.invalidate(id);
        }
        return done;
    }

    /// Whether a family has ended. Cached for one second.
    public boolean hasEnded(long realm, UUID family) {
        return Boolean.TRUE.equals(
                ended.get(new FamilyId(realm, family), asked -> row(asked.realm(), asked.id()) == null));
    }

    /// Returns the row of a family; null if the family has ended.
    private @Nullable TokenFamilyRow row(long realm, UUID family) {
        TokenFamilyRow row = database.read(reads -> reads.credentials().tokenFamily(realm, family));
        if (row != null && isEarlier(row)) {
            // The row may have been read just before it was updated.
            row = database.read(reads -> reads.credentials().tokenFamily(realm, family));
        }
        if (row == null) {
            return null;
        }
        CredentialMacs macs = realmKeys.get(realm).macs();
        if (isEarlier(row)) {
            macs.putBack(row);
            return null;
        }
        return macs.isAuthentic(row) ? row : null;
    }

    /// Whether the row is older than what this server has written, which means that someone restored an earlier
    /// row.
    private boolean isEarlier(TokenFamilyRow row) {
        Long known = spent.find(new FamilyId(row.realm(), row.id()));
        return known != null && row.spent() < known;
    }

    private TokenFamilyRow sealed(long realm, UUID family, long spent, Instant endsAt) {
        return realmKeys.get(realm).macs().sealed(new TokenFamilyRow(realm, family, spent, endsAt, null));
    }
}
