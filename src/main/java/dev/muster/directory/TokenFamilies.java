package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.storage.Upkeep;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongSupplier;

/// Families of refresh tokens: all that came of one sign-in. Each token is used once; one that is used again
/// ends its family, because then somebody else has it too. What a family is, who holds it and when it is over,
/// its tokens say themselves.
///
/// Methods throw [dev.muster.storage.StorageException] when storage does not answer: then no token is good.
public final class TokenFamilies {
    private record FamilyId(long realm, UUID id) {}

    private final Database database;
    private final Upkeep storage;
    private final Now now;

    /// Whether a family ended before its time.
    private final BriefCache<FamilyId, Boolean> ended;

    /// @param nanos a clock that only runs forward, in nanoseconds
    TokenFamilies(Database database, Upkeep storage, Now now, LongSupplier nanos) {
        this.database = database;
        this.storage = storage;
        this.now = now;
        this.ended = new BriefCache<>(nanos);
    }

    /// Uses up the refresh token of that number, and those before it. Exact, on however many servers.
    ///
    /// @param number counts the refresh tokens of a family, from 1
    /// @param endsAt when all of the family is over; its row is kept until then
    /// @return false where it was used before, which ends the family, or the family has ended
    public boolean spend(long realm, UUID family, long number, Instant endsAt) {
        boolean spent = storage.spend(realm, family, number, endsAt, now.instant());
        if (!spent) {
            ended.invalidate(new FamilyId(realm, family));
        }
        return spent;
    }

    /// Whether a family ended before its time; trusted for one second.
    public boolean hasEnded(long realm, UUID family) {
        return Boolean.TRUE.equals(ended.get(
                new FamilyId(realm, family),
                asked -> database.read(reads -> reads.hasEnded(asked.realm(), asked.id()))));
    }
}
