package dev.muster.directory;

import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Counters;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.user.User;
import dev.muster.storage.Database;
import dev.muster.storage.EvidenceStore;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.DayEndRow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads statistics of a realm. This takes constant time, whatever the size of the realm.
public final class Overview {
    private final Database database;
    private final RealmKeys realmKeys;
    private final EvidenceStore evidence;
    private final ReadClock now;

    Overview(Database database, EvidenceStore evidence, RealmKeys realmKeys, ReadClock now) {
        this.evidence = evidence;
        this.database = database;
        this.realmKeys = realmKeys;
        this.now = now;
    }

    /// Statistics of a realm.
    ///
    /// @param counters the counters as stored; a hold that ended less than a second ago may still be counted
    /// @param days the days, in order; the last one is today, which is not over yet
    public record Numbers(Counters counters, List<Day> days) {}

    /// A realm's quotas and how much of them is used.
    ///
    /// @param counters the numbers of users, groups, policies and keys
    /// @param evidenceBytes the bytes stored, plus the bytes announced by uploads in progress
    public record Use(Quotas quotas, Counters counters, long evidenceBytes) {}

    /// What happened on one day (UTC).
    ///
    /// @param placed the number of holds that were placed
    /// @param ended the number of holds that were released or have expired
    public record Day(LocalDate date, long registered, long placed, long ended) {}

    /// Returns a realm's current statistics. Requires `users:read`.
    ///
    /// @param days the number of days, including today
    public Result<AsOf<Numbers>> numbers(Actor actor, long realm, int days) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.snapshot(reads -> {
                    Instant at = now.instant();
                    LocalDate first = LocalDate.ofInstant(at, ZoneOffset.UTC).minusDays(days - 1L);
                    BatchRow present = reads.journal().present(realm);
                    List<DayEndRow> ends = Unreadable.readable(reads.journal().dayEnds(realm, first.toEpochDay()));
                    if (present.no() > 0) {
                        // A day's row is written together with the first batch of a later day, so the row for the last
                        // day is built here.
                        long day = LocalDate.ofInstant(present.at(), ZoneOffset.UTC)
                                .toEpochDay();
                        ends.add(new DayEndRow(realm, day, present.number(), present.counters()));
                    }
                    return Result.ok(new AsOf<>(new Numbers(present.counters(), days(ends, first, days)), at));
                }));
    }

    /// Returns a realm's quotas and how much of them is used. Requires `users:read`, except for root.
    public Result<Use> use(Actor actor, long realm) {
        if (!actor.isRoot() && !actor.may(Scope.USERS_READ)) {
            return Result.refused(new Refusal.Forbidden(Scope.USERS_READ.wireName()));
        }
        return StorageFailures.of(() -> {
            long bytes = evidence.used(realm);
            return database.snapshot(reads -> {
                Quotas quotas =
                        realmKeys.get(realm).macs().quotas(reads.realms().quotas(realm));
                return Result.ok(new Use(quotas, reads.journal().present(realm).counters(), bytes));
            });
        });
    }

    /// Returns the users with a hold that will expire within `span`, those whose hold expires first at the top.
    /// Requires `users:read`.
    public Result<AsOf<Page<User>>> ending(Actor actor, long realm, Duration span, int limit) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.primaryOrStandby(realm).snapshot(reads -> {
                    Instant at = now.instant();
                    Instant before = at.plus(span);
                    HistoryReader reader = new HistoryReader(realmKeys.get(realm));
                    List<User> users = reader.readable(reads.users().ending(realm, at, before, limit), at);
                    long count = reads.users().countEnding(realm, at, before, Page.MAX_COUNTED + 1);
                    return Result.ok(new AsOf<>(Page.counted(users, count, null), at));
                }));
    }

    private static List<Day> days(List<DayEndRow> ends, LocalDate first, int count) {
        List<Day> days = new ArrayList<>(count);
        int next = 0;
        DayEndRow before = null;
        while (next < ends.size() && ends.get(next).day() < first.toEpochDay()) {
            before = ends.get(next++);
        }
        for (int i = 0; i < count; i++) {
            LocalDate date = first.plusDays(i);
            DayEndRow end = before;
            while (next < ends.size() && ends.get(next).day() == date.toEpochDay()) {
                end = ends.get(next++);
            }
            days.add(between(date, before, end));
            before = end;
        }
        return days;
    }

    private static Day between(LocalDate date, @Nullable DayEndRow before, @Nullable DayEndRow end) {
        Counters earlier = before == null ? Counters.ZERO : before.counters();
        Counters later = end == null ? Counters.ZERO : end.counters();
        long registered = (end == null ? 0 : end.number()) - (before == null ? 0 : before.number());
        return new Day(
                date,
                registered,
                later.holdsPlaced() - earlier.holdsPlaced(),
                later.holdsEnded() - earlier.holdsEnded());
    }
}
