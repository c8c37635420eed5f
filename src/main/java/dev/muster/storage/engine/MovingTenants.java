package dev.muster.storage.engine;

import static dev.muster.storage.engine.DatabaseFinding.bad;
import static dev.muster.storage.engine.DatabaseFinding.doubtful;
import static dev.muster.storage.engine.DatabaseFinding.good;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds the tenants in a database that are being moved or have been: those whose writes are refused by a running or
/// interrupted move, copies that are not valid yet, and old copies.
record MovingTenants(Session session) {
    /// The maximum number of tenants that are named, of each kind.
    private static final int MAX_NAMED = 20;

    /// A realm that is not open.
    ///
    /// @param lastEntryAt the time of its last entry; null if it has none
    private record Moving(
            String partnerId,
            long realm,
            RealmState state,
            @Nullable Instant lastEntryAt) {
        static Moving read(Row row) throws SQLException {
            return new Moving(row.text(), row.number(), row.coded(RealmState.CODES), row.instantOrNull());
        }

        /// Of the two realms of a tenant, the one that was written to last.
        static Moving later(Moving one, Moving other) {
            if (one.lastEntryAt == null || other.lastEntryAt == null) {
                return one.lastEntryAt == null ? other : one;
            }
            return one.lastEntryAt.isAfter(other.lastEntryAt) ? one : other;
        }
    }

    List<DatabaseFinding> examine() {
        SequencedMap<String, List<Moving>> tenants = new TreeMap<>();
        session.list("realms_moving", Moving::read)
                .forEach(realm -> tenants.computeIfAbsent(realm.partnerId, _ -> new ArrayList<>())
                        .add(realm));
        List<String> old = new ArrayList<>();
        List<DatabaseFinding> findings = new ArrayList<>();
        for (Map.Entry<String, List<Moving>> tenant : tenants.entrySet()) {
            Moving last = tenant.getValue().stream().reduce(Moving::later).orElseThrow();
            if (last.state == RealmState.MOVED) {
                old.add(tenant.getKey());
            } else if (findings.size() < MAX_NAMED) {
                findings.add(unfinished(last, tenant.getValue().stream().anyMatch(realm -> isClaimed(realm.realm))));
            }
        }
        if (!old.isEmpty()) {
            findings.add(good("old copies of " + old.size() + " tenants that have moved: "
                    + String.join(", ", old.subList(0, Math.min(old.size(), MAX_NAMED)))
                    + ". muster tenant move PARTNER --forget deletes one"));
        }
        return findings;
    }

    private DatabaseFinding unfinished(Moving tenant, boolean claimed) {
        String partner = tenant.partnerId;
        if (tenant.state != RealmState.FROZEN) {
            return doubtful("a copy of " + partner + " is not valid yet: unless it is being moved here now, run the"
                    + " muster tenant move that was interrupted again, or with --abort");
        }
        if (claimed) {
            return doubtful("writes of " + partner + " are refused, because it is being moved at this moment");
        }
        // The time at which the move froze the tenant is not stored.
        String since = tenant.lastEntryAt == null ? "" : " It was last changed at " + tenant.lastEntryAt + ".";
        return bad("writes of " + partner + " are refused, because a move was interrupted"
                + (session.kind() == DatabaseKind.SQLITE ? " or is running" : "") + "." + since
                + " Run the same muster tenant move again to finish it, or muster tenant move " + partner + " --abort");
    }

    /// Whether a process that moves the tenant is connected. False for an embedded database, where this is not known.
    private boolean isClaimed(long realm) {
        return session.kind() == DatabaseKind.POSTGRES
                && Boolean.TRUE.equals(session.one(
                        "move_claimed",
                        Row::bool,
                        (long) TransferConnections.MOVE_CLAIMS,
                        Integer.toUnsignedLong(Long.hashCode(realm))));
    }
}
