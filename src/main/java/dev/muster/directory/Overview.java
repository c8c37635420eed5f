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

/// A realm in numbers. Reading them takes as long in a realm of a million as in one of ten.
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

    /// A realm in numbers.
    ///
    /// @param counters of users as they are stored; a hold that was over for less than a second may still count
    /// @param days in order, the last one today's, which is not over
    public record Numbers(Counters counters, List<Day> days) {}

    /// What a realm may have, and how much of it there is.
    ///
    /// @param counters of users, groups, policies and keys
    /// @param evidenceBytes those stored, and those announced for uploads under way
    public record Use(Quotas quotas, Counters counters, long evidenceBytes) {}

    /// What happened on a day in UTC.
    ///
    /// @param placed how many holds were placed
    /// @param ended how many holds were released, or ended by themselves
    public record Day(LocalDate date, long registered, long placed, long ended) {}

    /// A realm's numbers now; needs `users:read`.
    ///
    /// @param days how many, today's with them
    public Result<AsOf<Numbers>> numbers(Actor actor, long realm, int days) {
        return StorageFailures.as(
                actor,
                Scope.USERS_READ,
                () -> database.snapshot(reads -> {
                    Instant at = now.instant();
                    LocalDate first = LocalDate.ofInstant(at, ZoneOffset.UTC).minusDays(days - 1L);
                    BatchRow present = reads.journal().present(realm);
                    List<DayEndRow> ends = Unreadable.readable(reads.journal().dayEnds(realm, first.toEpochDay()));
                    if (present.no() > 0) {
                        // The last batch's day has no row before the next day has a batch.
                        long day = LocalDate.ofInstant(present.at(), ZoneOffset.UTC)
                                .toEpochDay();
                        ends.add(new DayEndRow(realm, day, present.number(), present.counters()));
                    }
                    return Result.ok(new AsOf<>(new Numbers(present.counters(), days(ends, first, days)), at));
                }));
    }

    /// A realm's quotas and what it uses of them; for root, and for who has `users:read`.
    public Result<Use> use(Actor actor, long realm) {
        if (!actor.isRoot() && !actor.may(Scope.USERS_READ)) {
            return Result.refused(new Refusal.Forbidden(Scope.USERS_READ.word()));
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

    /// Users of whom a hold ends by itself within `span` from now, the soonest first, judged now; needs
    /// `users:read`.
    public Result<AsOf<Page<User>>> ending(Actor actor, long realm, Duration span, int limit) {
        return StorageFailures.as(
                actor,
                Scope.USERS_READ,
                () -> database.snapshot(reads -> {
                    Instant at = now.instant();
                    Instant before = at.plus(span);
                    HistoryReader reader = new HistoryReader(realmKeys.get(realm));
                    List<User> users = reader.readable(reads.users().ending(realm, at, before, limit), at);
                    long count = reads.users().countEnding(realm, at, before, Page.COUNTED + 1);
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
