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

/// Families of tokens: all that came of one sign-in. Each refresh token is used once; one that is used again
/// ends its family, because then somebody else has it too. What a family is, who holds it and when it is over,
/// its tokens say themselves.
///
/// A family has a row as long as it goes on. One without a row, or with a row that was not written by a server
/// with the realm's key (see [CredentialMacs]), has ended: so deleting or altering rows ends families and
/// revives none. Nor does putting back a row as it was before, at the server that used a token of the family or
/// ended it, as long as that runs and remembers it.
///
/// Methods throw [dev.muster.storage.sql.StorageException] when storage does not answer: then no token is good.
public final class TokenFamilies {
    private static final long ENDED = Long.MAX_VALUE;

    private record FamilyId(long realm, UUID id) {}

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final SignIns signIns;

    /// Up to which number this server used up the refresh tokens of a family; [#ENDED] where it ended it.
    private final LocalWriteMemory<FamilyId, Long> spent = new LocalWriteMemory<>(LocalWriteMemory.USUAL);

    /// Whether a family has ended.
    private final BriefCache<FamilyId, Boolean> ended;

    /// @param nanos a clock that only runs forward, in nanoseconds
    TokenFamilies(Database database, ChoreStore storage, RealmKeys realmKeys, LongSupplier nanos, SignIns signIns) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.ended = new BriefCache<>(nanos);
        this.signIns = signIns;
    }

    /// Begins a family, none of whose refresh tokens is used up. To be called before its first tokens are
    /// handed out.
    ///
    /// @param endsAt when its first refresh token expires; its row is kept until then
    public void begin(long realm, UUID family, Instant endsAt) {
        storage.begin(sealed(realm, family, 0, endsAt));
        spent.note(new FamilyId(realm, family), 0L);
    }

    /// As [#begin(long, UUID, Instant)], for an operator who has just proven who they are, which is
    /// journalled. Refuses as [Directory#execute]; Unauthenticated for an operator who has ended in the
    /// meantime.
    ///
    /// @param address from which they sign in
    public Result<Change> begin(
            long realm, UUID family, Instant endsAt, Operator operator, String address, Origin origin) {
        return signIns.journal(realm, operator, SignInMethod.PASSWORD, address, origin)
                .map(change -> {
                    begin(realm, family, endsAt);
                    return change;
                });
    }

    /// Uses up the refresh token of that number, and those before it. Exact, on however many servers.
    ///
    /// @param number counts the refresh tokens of a family, from 1
    /// @param endsAt when the refresh token that is issued for it expires; the row is kept until then
    /// @return false where it was used before, which ends the family, or the family has ended
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

    /// Whether a family has ended; trusted for one second.
    public boolean hasEnded(long realm, UUID family) {
        return Boolean.TRUE.equals(
                ended.get(new FamilyId(realm, family), asked -> row(asked.realm(), asked.id()) == null));
    }

    /// The row of a family that has not ended, or null.
    private @Nullable TokenFamilyRow row(long realm, UUID family) {
        TokenFamilyRow row = database.read(reads -> reads.credentials().tokenFamily(realm, family));
        if (row != null && isEarlier(row)) {
            // It was perhaps read before it was written anew.
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

    /// Whether this server knows better: somebody put back a row that was there before.
    private boolean isEarlier(TokenFamilyRow row) {
        Long known = spent.find(new FamilyId(row.realm(), row.id()));
        return known != null && row.spent() < known;
    }

    private TokenFamilyRow sealed(long realm, UUID family, long spent, Instant endsAt) {
        return realmKeys.get(realm).macs().sealed(new TokenFamilyRow(realm, family, spent, endsAt, null));
    }
}
