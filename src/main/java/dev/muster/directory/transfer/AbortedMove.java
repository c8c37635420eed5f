package dev.muster.directory.transfer;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The result of aborting an interrupted move: the tenant can be written to again in the database that it was to leave.
///
/// The copy in the other database gets the state `MOVED` before the original is opened, so that no move can make it
/// valid any more. It is deleted afterwards, which may take a while. If the other database does not answer, the copy
/// stays `ARRIVING`. The next move to that database deletes it, because the original is open or differs from the copy.
///
/// @param wasFrozen whether the tenant's writes were refused
/// @param copies how many copies were deleted
/// @param unreachable the names of databases that may have a copy and did not answer
public record AbortedMove(boolean wasFrozen, int copies, List<String> unreachable) {
    public AbortedMove {
        unreachable = List.copyOf(unreachable);
    }

    /// A database that may have a copy.
    ///
    /// @param name what to call it in messages
    public record Other(String name, Supplier<TenantGate> gate) {}

    /// Aborts the move of a tenant. Does nothing if the tenant is not being moved, and can be repeated.
    ///
    /// @param gate the database that the tenant was to leave
    /// @param others the databases that may have a copy
    /// @throws TransferException if there is no such tenant, another process is moving it, or it has left the
    ///     database already, so that the move can only be finished
    public static AbortedMove abort(String partnerId, TenantGate gate, List<Other> others) {
        TenantId tenant = TenantMove.claim(gate, partnerId);
        RealmState here = gate.state(tenant);
        if (here == RealmState.MOVED) {
            throw new TransferException("the tenant " + partnerId + " has left this database already: run the command"
                    + " that was interrupted again to finish the move");
        }
        if (here != RealmState.OPEN && here != RealmState.FROZEN) {
            throw new TransferException("this database has only a copy of the tenant " + partnerId
                    + ": name the database that the tenant was to leave");
        }
        List<String> unreachable = new ArrayList<>();
        try (Copies copies = new Copies()) {
            for (Other other : others) {
                try {
                    copies.invalidate(tenant, other);
                } catch (StorageException e) {
                    unreachable.add(other.name);
                }
            }
            if (here == RealmState.FROZEN && !gate.change(tenant, RealmState.FROZEN, RealmState.OPEN)) {
                throw new TransferException("the state of the tenant " + partnerId + " was changed by another process");
            }
            int deleted = copies.delete(tenant, unreachable);
            return new AbortedMove(here == RealmState.FROZEN, deleted, unreachable);
        }
    }

    /// The copies that were found.
    private static final class Copies implements AutoCloseable {
        private final Map<String, TenantGate> found = new LinkedHashMap<>();

        /// Keeps the copy in another database from becoming valid, if there is one.
        void invalidate(TenantId tenant, Other other) {
            TenantGate gate = other.gate.get();
            boolean has = false;
            try {
                has = invalidate(tenant, gate);
            } finally {
                if (!has) {
                    gate.close();
                }
            }
            if (has) {
                found.put(other.name, gate);
            }
        }

        private static boolean invalidate(TenantId tenant, TenantGate other) {
            // In a database of another installation, another tenant may have the same realm numbers.
            if (!tenant.equals(other.find(tenant.partnerId()))) {
                return false;
            }
            RealmState there = other.state(tenant);
            if (there == RealmState.OPEN || there == RealmState.FROZEN) {
                throw new TransferException("the tenant " + tenant.partnerId() + " is valid in both databases");
            }
            return there == RealmState.ARRIVING && other.change(tenant, RealmState.ARRIVING, RealmState.MOVED);
        }

        /// Deletes the copies, and returns how many.
        ///
        /// @param failed receives the names of the databases in which the deletion failed
        int delete(TenantId tenant, List<String> failed) {
            int deleted = 0;
            for (Map.Entry<String, TenantGate> copy : found.entrySet()) {
                try {
                    copy.getValue().forget(tenant);
                    deleted++;
                } catch (StorageException e) {
                    failed.add(copy.getKey());
                }
            }
            return deleted;
        }

        @Override
        public void close() {
            found.values().forEach(TenantGate::close);
        }
    }
}
