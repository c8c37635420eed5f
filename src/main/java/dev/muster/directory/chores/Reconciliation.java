package dev.muster.directory.chores;

import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.PlatformThread;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.storage.Database;
import java.util.List;

/// Compares a realm's rows with its journal: users with their holds, standing, rank and erasure, bars, keys,
/// operators, and the counters. That the journal itself is as it was written is for [Journal#verify] to say.
///
/// Not compared, because the journal does not say it: a key's text hash and secret and an operator's password
/// hash, which their rows' MACs protect; of an erased user tag, rank, number, holds other than `removed` and
/// `barred`, and which fingerprints bar them. And not yet: groups, policies, memberships, assignments and jobs.
public final class Reconciliation {
    /// How many differences are named.
    public static final int MOST = 1_000;

    private final Database database;
    private final RealmKeys realmKeys;
    private final VerificationLimit walks;

    public Reconciliation(Database database, RealmKeys realmKeys, VerificationLimit walks) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.walks = walks;
    }

    /// What a comparison found.
    ///
    /// @param users how many rows were compared, as are `keys` and `operators`
    /// @param differences at most [#MOST]
    /// @param truncated whether there are more
    public record Report(long users, long keys, long operators, List<Difference> differences, boolean truncated) {
        public boolean consistent() {
            return differences.isEmpty();
        }
    }

    /// Told after each slice, so that work which nobody waits for leaves room for other work.
    public interface Pace {
        /// Goes on at once.
        Pace NONE = _ -> {};

        /// Waits, if anything else should have its turn.
        ///
        /// @param tookNanos how long the slice took
        /// @throws java.util.concurrent.CancellationException to give up
        void rest(long tookNanos);
    }

    /// Compares all of a realm, user by user. Needs `journal:read`. Refuses: Forbidden;
    /// Busy while the realm, or two others, are being reconciled or verified.
    public Result<Report> reconcile(Actor actor, long realm) {
        return StorageFailures.as(
                actor,
                Scope.JOURNAL_READ,
                () -> walks.within(
                        realm, () -> Result.ok(PlatformThread.call("reconcile", () -> reconcile(realm, Pace.NONE)))));
    }

    /// As [#reconcile(Actor, long)], without asking for a permit.
    public Report reconcile(long realm, Pace pace) {
        return new RealmReconciliation(database, realmKeys.get(realm), pace).run();
    }
}
