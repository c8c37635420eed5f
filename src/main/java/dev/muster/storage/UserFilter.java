package dev.muster.storage;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Selects which of a realm's users to list. Users are matched as they are stored, so an expired hold counts until its
/// end has been journalled. Filters that are not null are combined with AND. The most selective one determines the
/// index; the others are checked for each row.
///
/// @param group the group whose members to list, without removed users
/// @param policy the policy whose direct users to list, without removed users
/// @param registeredFrom the earliest time of registration
/// @param registeredBefore the time before which users must have been registered
/// @param after the number after which to start; 0 to begin
public record UserFilter(
        long realm,
        @Nullable Status status,
        @Nullable HoldKind hold,
        @Nullable Tag tag,
        @Nullable Rank rank,
        @Nullable UUID group,
        @Nullable UUID policy,
        @Nullable Instant registeredFrom,
        @Nullable Instant registeredBefore,
        long after) {
    /// Returns a page of users, ordered by number.
    List<UserRow> page(Session session, int limit, long offset) {
        if (isImpossible(session)) {
            return List.of();
        }
        // Without these filters the numbers have no gaps, so the offset is simply added to the number after which the
        // page starts.
        boolean dense =
                status == null && hold == null && tag == null && rank == null && group == null && policy == null;
        // Only the PostgreSQL statement has a limit for each of the statuses that it merges.
        List<Object> limits = session.kind() == DatabaseKind.POSTGRES ? List.of(limit + offset) : List.of();
        List<Object> parameters = parameters(session, dense ? offset : 0, limits);
        Collections.addAll(parameters, limit, dense ? 0L : offset);
        return session.list("users_" + index(), UserRow::read, parameters.toArray());
    }

    /// The number of matching users; counting stops at `upTo`.
    long count(Session session, int upTo) {
        if (isImpossible(session)) {
            return 0;
        }
        List<Object> parameters = parameters(session, 0, List.of());
        parameters.add(upTo);
        return session.count("count_" + index(), parameters.toArray());
    }

    /// The index to use, which is the suffix of the statement's name.
    private String index() {
        if (group != null) {
            return policy == null ? "of_group" : "of_group_and_policy";
        }
        if (policy != null) {
            return "of_policy";
        }
        if (isHeld()) {
            return "with_status";
        }
        if (hold != null) {
            return "held";
        }
        if (isRanked()) {
            return "with_rank";
        }
        return tag == Tag.GUEST ? "guests" : "page";
    }

    private boolean isHeld() {
        return status != null && status != Status.ACTIVE;
    }

    private boolean isRanked() {
        return rank != null && rank != Rank.REGULAR;
    }

    /// Whether no user can match: the group or policy was deleted, or every user with that hold has a more
    /// severe status.
    private boolean isImpossible(Session session) {
        return (group != null && session.one("group_by_id", _ -> true, realm, group) == null)
                || (policy != null && session.one("policy_by_id", _ -> true, realm, policy) == null)
                || (status != null && hold != null && status.compareTo(Status.of(hold)) > 0);
    }

    /// @param skipped how many of the lowest numbers to skip
    /// @param limits the limits to repeat for each branch of a statement with one branch per kind of hold
    private List<Object> parameters(Session session, long skipped, List<Object> limits) {
        long above = after;
        if (registeredFrom != null) {
            above = Math.max(above, firstRegistered(session, registeredFrom) - 1);
        }
        above += skipped;
        long below = registeredBefore == null ? Long.MAX_VALUE : firstRegistered(session, registeredBefore);
        String index = index();
        int bit = hold == null ? 0 : hold.bit();
        List<Object> all = new ArrayList<>();
        if (index.equals("held")) {
            for (HoldKind _ : HoldKind.values()) {
                Collections.addAll(all, realm, above, below, bit, bit);
                range(all, tag, Tag.CODES);
                range(all, rank, Rank.CODES);
                all.addAll(limits);
            }
            return all;
        }
        all.add(realm);
        if (group != null || policy != null) {
            all.add(group != null ? group : policy);
        }
        Collections.addAll(all, above, below);
        if (group != null && policy != null) {
            all.add(policy);
        }
        if (index.equals("with_rank")) {
            all.add(rank);
        }
        if (index.equals("with_status")) {
            all.add(status);
        } else {
            range(all, status, Status.CODES);
        }
        range(all, tag, Tag.CODES);
        if (!index.equals("with_rank")) {
            range(all, rank, Rank.CODES);
        }
        Collections.addAll(all, bit, bit);
        return all;
    }

    /// Adds the range of codes to match: one code, or all if `value` is null.
    private static <E extends Coded> void range(List<Object> parameters, @Nullable E value, Codes<E> codes) {
        parameters.add(value == null ? 0 : value.code());
        parameters.add(value == null ? codes.size() - 1 : value.code());
    }

    /// Returns the lowest number of a user registered at `at` or later. Users are numbered in order of
    /// registration, so a binary search finds it with about twenty point reads.
    private long firstRegistered(Session session, Instant at) {
        long low = 1;
        long high = new JournalTables(session).present(realm).number() + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            Instant registered = session.one("user_registered_at", Row::instant, realm, middle);
            if (registered != null && registered.isBefore(at)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
