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

/// Token families: all tokens descending from one sign-in. Each refresh token can be used once; using it
/// again ends the family, because someone else must have it too. A family's id, holder and expiry are in its
/// tokens.
///
/// A family has a row as long as it lives. Without a row, or with a row without a valid MAC (see
/// [CredentialMacs]), it has ended: so deleting or altering rows can end a family but never revive one. Nor
/// does restoring an older row revive a family at the server that used its tokens or ended it, as long as
/// that server runs and remembers it.
///
/// Methods throw [dev.muster.storage.sql.StorageException] if storage is unavailable, so that no token is accepted
/// then.
public final class TokenFamilies {
    private static final long ENDED = Long.MAX_VALUE;

    private record FamilyId(long realm, UUID id) {}

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final SignIns signIns;

    /// The highest refresh token number this server used per family; [#ENDED] if it ended the family.
    private final LocalWriteMemory<FamilyId, Long> spent = new LocalWriteMemory<>(LocalWriteMemory.USUAL);

    /// Whether a family has ended.
    private final BriefCache<FamilyId, Boolean> ended;

    /// @param nanos a monotonic clock, in nanoseconds
    TokenFamilies(Database database, ChoreStore storage, RealmKeys realmKeys, LongSupplier nanos, SignIns signIns) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.ended = new BriefCache<>(nanos);
        this.signIns = signIns;
    }

    /// Starts a family with no used refresh tokens. Call before its first tokens are handed out.
    ///
    /// @param endsAt when its first refresh token expires; the row is kept until then
    public void begin(long realm, UUID family, Instant endsAt) {
        storage.begin(sealed(realm, family, 0, endsAt));
        spent.note(new FamilyId(realm, family), 0L);
    }

    /// Like [#begin(long, UUID, Instant)], for an operator who has just proved their identity; records the sign-in
    /// in the journal. Refuses as [Directory#execute]; Unauthenticated if the operator was disabled or deleted in
    /// the meantime.
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

    /// Uses up the refresh token with that number and all before it. Exact across servers.
    ///
    /// @param number counts the refresh tokens of a family, from 1
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

    /// The row of a family; null if the family has ended.
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
        return macs.obeyed(row) ? row : null;
    }

    /// Whether the row is older than what this server wrote: someone restored an earlier row.
    private boolean isEarlier(TokenFamilyRow row) {
        Long known = spent.find(new FamilyId(row.realm(), row.id()));
        return known != null && row.spent() < known;
    }

    private TokenFamilyRow sealed(long realm, UUID family, long spent, Instant endsAt) {
        return realmKeys.get(realm).macs().sealed(new TokenFamilyRow(realm, family, spent, endsAt, null));
    }
}
