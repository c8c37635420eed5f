package dev.muster.directory.keys;

import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JobTables.JobSealRow;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the key that seals a job's details and its journal entries.
///
/// A job has its own key, which is derived from a seed in its row. Jobs that were written before such seeds existed are
/// sealed with their user's key or, if the user was unknown, with the realm's own key.
///
/// @param seeds returns the seed of a user, or null if the user has been erased
public record JobKeys(RealmKey realm, Function<UUID, byte @Nullable []> seeds) {
    /// Returns the key; null if the job or its user has been erased.
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
