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

/// Compares a realm's rows with its journal: users with their holds, standing, rank and erasure, bars, keys, operators,
/// passkeys, identity providers, quotas, approval rules, the passkey policy, and counters. [Journal#verify] checks the
/// journal itself.
///
/// The following are not compared, because they are not in the journal: a key's text hash, the secrets of keys and
/// identity providers, an operator's password hash, and a passkey's counter and last use, all of which MACs protect;
/// and an erased user's tag, rank, number, holds other than `removed` and `barred`, and barred fingerprints. Groups,
/// policies, memberships, assignments, jobs and requests for approval are not compared yet.
public final class Reconciliation {
    /// The maximum number of differences that are reported.
    public static final int MAX_DIFFERENCES = 1_000;

    private final Database database;
    private final RealmKeys realmKeys;
    private final VerificationLimit walks;

    public Reconciliation(Database database, RealmKeys realmKeys, VerificationLimit walks) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.walks = walks;
    }

    /// The result of a comparison.
    ///
    /// @param users the number of users compared; `keys` and `operators` are the numbers of keys and operators
    /// @param differences the first differences, at most [#MAX_DIFFERENCES]
    /// @param truncated whether there are more differences
    public record Report(long users, long keys, long operators, List<Difference> differences, boolean truncated) {
        public boolean consistent() {
            return differences.isEmpty();
        }
    }

    /// Paces background work. It is called after each slice, so that the work can yield to other work.
    public interface Pace {
        /// Continues immediately.
        Pace NONE = _ -> {};

        /// Pauses if other work should run first.
        ///
        /// @param tookNanos how long the slice took
        /// @throws java.util.concurrent.CancellationException to abort
        void rest(long tookNanos);
    }

    /// Compares a whole realm. Requires `journal:read`. Refuses: Forbidden; Busy while this realm or two others are
    /// being reconciled or verified.
    public Result<Report> reconcile(Actor actor, long realm) {
        return StorageFailures.withScope(
                actor,
                Scope.JOURNAL_READ,
                () -> walks.withPermit(
                        realm, () -> Result.ok(PlatformThread.call("reconcile", () -> reconcile(realm, Pace.NONE)))));
    }

    /// Compares like [#reconcile(Actor, long)], but does not take a permit.
    public Report reconcile(long realm, Pace pace) {
        return new RealmReconciliation(database, realmKeys.get(realm), pace).run();
    }
}
