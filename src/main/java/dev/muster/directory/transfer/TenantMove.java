package dev.muster.directory.transfer;

import dev.muster.model.tenant.RealmState;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.transfer.TenantFollower;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantSource;
import dev.muster.storage.transfer.TenantTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Moves a tenant to another database while servers keep running. Only the last round of copying keeps it from being
/// written to.
///
/// How far a move has got can be seen from the state of the realms in both databases. The order of the changes ensures
/// that the tenant is never valid in both:
///
/// | original | copy | a move that is started |
/// |---|---|---|
/// | `OPEN` | none | begins |
/// | `FROZEN` | none | opens the original again, and begins |
/// | `OPEN` | `ARRIVING` | deletes the copy, and begins |
/// | `FROZEN` | `ARRIVING`, the same | ends the original, and opens the copy |
/// | `FROZEN` | `ARRIVING`, another | deletes the copy, opens the original again, and begins |
/// | `MOVED` | `ARRIVING` | opens the copy, unless it lacks entries of the original |
/// | `MOVED` | `OPEN` | has nothing to do |
///
/// A copy is committed only while the original is frozen. It is compared with the original once more by a run that
/// finds both, because the original may have been opened and frozen again in between: a move can be aborted while the
/// other database does not answer (see [AbortedMove]).
///
/// @param from the master keys of the original's database
/// @param to the master keys of the copy's database
/// @param random a cryptographically secure source
public record TenantMove(MasterKeys from, MasterKeys to, RandomGenerator random, Watch watch) {
    /// A round that takes longer is followed by another one, as long as rounds become shorter.
    private static final Duration SHORT_ROUND = Duration.ofMillis(200);

    private static final int MAX_ROUNDS = 10;

    /// Observes a move.
    public interface Watch {
        /// Called after each step.
        ///
        /// @param rows the number of rows that the step has copied
        void reached(MoveStep step, long rows);
    }

    /// The databases between which a tenant is moved. The target is opened last, because it may be created by that.
    public record Route(Supplier<TenantGate> gate, Supplier<TenantSource> source, Supplier<TenantTarget> target) {}

    /// Moves a tenant, or finishes a move that was interrupted.
    ///
    /// @throws TransferException if the tenant cannot be moved. It is then where it was
    /// @throws dev.muster.sealing.KeyUnavailableException if the master key of a realm is not loaded
    /// @throws dev.muster.sealing.TamperedException if the key of a realm was altered
    public Moved move(String partnerId, Route route) throws IOException {
        try (TenantGate gate = route.gate.get()) {
            TenantId tenant = claim(gate, partnerId);
            try (TenantTarget target = route.target.get()) {
                return new Run(gate, target, tenant).run(route.source);
            }
        }
    }

    /// Deletes the rows of a tenant that has moved from the database that it has left. Can be repeated after it was
    /// interrupted.
    ///
    /// @throws TransferException if there is no such tenant, or it has not moved
    public static void forget(String partnerId, TenantGate gate) {
        TenantId tenant = claim(gate, partnerId);
        RealmState state = gate.state(tenant);
        if (state != RealmState.MOVED) {
            throw new TransferException(
                    "the tenant " + partnerId + " was not moved from this database, so nothing is deleted");
        }
        gate.forget(tenant);
    }

    /// Finds the tenant, and keeps other processes from moving it until the gate is closed.
    static TenantId claim(TenantGate gate, String partnerId) {
        TenantId tenant = gate.find(partnerId);
        if (tenant == null) {
            throw new TransferException("there is no tenant " + partnerId + " in the database");
        }
        if (!gate.claim(tenant)) {
            throw new TransferException("another process is moving the tenant " + partnerId);
        }
        return tenant;
    }

    /// One run of a move.
    private final class Run {
        private final TenantGate gate;
        private final TenantTarget target;
        private final TenantId tenant;
        private long frozenNanos;

        Run(TenantGate gate, TenantTarget target, TenantId tenant) {
            this.gate = gate;
            this.target = target;
            this.tenant = tenant;
        }

        Moved run(Supplier<TenantSource> source) throws IOException {
            RealmState here = gate.state(tenant);
            RealmState there = target.state(tenant);
            boolean copied = there == RealmState.ARRIVING;
            if (here == RealmState.MOVED && there == RealmState.OPEN) {
                return new Moved(tenant.partnerId(), 0, null);
            }
            if (here == RealmState.MOVED && copied) {
                refuseOutdated(source);
                return finish(0, false);
            }
            if (here == RealmState.FROZEN && copied && isComplete(source)) {
                leave();
                return finish(0, false);
            }
            if (here != RealmState.OPEN && here != RealmState.FROZEN) {
                throw new TransferException("the tenant " + tenant.partnerId() + " has left this database, but not for"
                        + " that one: continue the move that was begun");
            }
            if (copied) {
                target.delete(tenant);
            }
            if (target.has(tenant)) {
                throw new TransferException("the other database already has the tenant " + tenant.partnerId()
                        + ", or one with its realms; if it has moved from there, forget it there first");
            }
            if (here == RealmState.FROZEN) {
                gate.change(tenant, RealmState.FROZEN, RealmState.OPEN);
            }
            long rows = copy(source);
            leave();
            return finish(rows, true);
        }

        private boolean isComplete(Supplier<TenantSource> sources) {
            try (TenantSource source = sources.get()) {
                return new TenantFollower(source, target, tenant).isComplete();
            }
        }

        private void refuseOutdated(Supplier<TenantSource> sources) {
            try (TenantSource source = sources.get()) {
                if (new TenantFollower(source, target, tenant).isBehind()) {
                    throw new TransferException(
                            "the tenant " + tenant.partnerId() + " was changed after that database's"
                                    + " copy was made, and has moved to another one since");
                }
            }
        }

        private long copy(Supplier<TenantSource> sources) throws IOException {
            target.clear(tenant);
            try (TenantSource source = sources.get()) {
                source.begin(tenant.partnerId());
                KeyRewrapping rows = new KeyRewrapping(
                        new ArrivingRealms(target), (realm, wrapped) -> to.wrap(from.unwrap(realm, wrapped), random));
                source.copy(tenant, rows);
                watch.reached(MoveStep.COPIED, rows.rows());
                TenantFollower follower = new TenantFollower(source, target, tenant);
                watch.reached(MoveStep.COMPARED, follower.follow(true));
                watch.reached(MoveStep.FOLLOWED, catchUp(follower));
                freeze();
                try {
                    watch.reached(MoveStep.FROZEN, 0);
                    complete(follower);
                } catch (RuntimeException e) {
                    gate.change(tenant, RealmState.FROZEN, RealmState.OPEN);
                    throw e;
                }
                return rows.rows();
            }
        }

        /// Follows until a round is short.
        private long catchUp(TenantFollower follower) {
            long rows = 0;
            long last = Long.MAX_VALUE;
            for (int round = 1; round <= MAX_ROUNDS; round++) {
                long began = System.nanoTime();
                rows += follower.follow(false);
                long took = System.nanoTime() - began;
                if (took < SHORT_ROUND.toNanos() || took > last / 2) {
                    break;
                }
                last = took;
            }
            return rows;
        }

        private void freeze() {
            boolean frozen = gate.change(tenant, RealmState.OPEN, RealmState.FROZEN);
            frozenNanos = System.nanoTime();
            if (!frozen) {
                throw new TransferException(
                        "the state of the tenant " + tenant.partnerId() + " was changed by another process");
            }
        }

        /// Copies the last changes, and commits the copy.
        private void complete(TenantFollower follower) {
            long rows = follower.follow(false);
            if (follower.difference().isPresent()) {
                // What was copied by the journal is not all that has changed.
                rows += follower.follow(true);
            }
            Optional<String> difference = follower.difference();
            if (difference.isPresent()) {
                throw new TransferException(
                        "the copy differs from the original in the table " + difference.get() + "; nothing was moved");
            }
            watch.reached(MoveStep.COMPLETE, rows);
            target.commit();
            watch.reached(MoveStep.ARRIVED, 0);
        }

        private void leave() {
            if (!gate.change(tenant, RealmState.FROZEN, RealmState.MOVED)) {
                throw new TransferException(
                        "the state of the tenant " + tenant.partnerId() + " was changed by another process");
            }
            watch.reached(MoveStep.LEFT, 0);
        }

        private Moved finish(long rows, boolean measured) {
            if (!target.open(tenant)) {
                throw new TransferException("the copy of the tenant " + tenant.partnerId() + " is gone");
            }
            @Nullable Duration refused = measured ? Duration.ofNanos(System.nanoTime() - frozenNanos) : null;
            watch.reached(MoveStep.OPENED, 0);
            return new Moved(tenant.partnerId(), rows, refused);
        }
    }
}
