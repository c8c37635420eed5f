package dev.muster.directory.keys;

import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JobTables.JobSealRow;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the key under which a job's details, and what the journal holds of it, are sealed.
///
/// A job has a key of its own, from a seed in its row. Jobs that were written before there were such seeds are sealed
/// under the key of their user or, where nobody knew the user then, under the realm's own.
///
/// @param seeds the seed of a user; null once the user is erased
public record JobKeys(RealmKey realm, Function<UUID, byte @Nullable []> seeds) {
    /// Null once the job or its user is erased.
    @Nullable
    public SealingKey of(JobSealRow job) {
        if (job.seed() != null) {
            return realm.job(job.seed());
        }
        if (job.erasedAt() != null) {
            return null;
        }
        UUID user = job.user();
        if (user == null) {
            return realm.own();
        }
        byte[] seed = seeds.apply(user);
        if (seed == null) {
            return null;
        }
        return job.realmKey() ? realm.own() : realm.person(seed);
    }
}
