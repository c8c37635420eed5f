package dev.muster.directory;

import dev.muster.model.Counters;
import dev.muster.model.Result;
import dev.muster.model.User;
import dev.muster.storage.Reads;
import dev.muster.storage.Rows.BatchRow;
import dev.muster.storage.Rows.UserRow;
import dev.muster.storage.UserFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part of a list of users. Storage knows the status and the hold kinds as of the last write; a user whose hold has
/// ended since and is not journalled yet is *overdue*. Those are few, so they are taken out of what storage answers,
/// judged now, and put back where they belong.
final class Listing {
    /// How far a filtered list is counted, and how far an offset reaches in it.
    static final int COUNTED = 10_000;

    private final Reader reader;
    private final Reads reads;
    private final long realm;
    private final UserQuery query;
    private final Instant at;
    private final BatchRow present;

    Listing(Vault.Entry realm, Reads reads, UserQuery query, Instant at) {
        this.reader = new Reader(realm);
        this.reads = reads;
        this.realm = realm.realm().id();
        this.query = query;
        this.at = at;
        this.present = reads.present(this.realm);
    }

    Result<Seen<Page<User>>> page() {
        return Result.ok(new Seen<>(query.filters() == 0 ? everybody() : filtered(), at));
    }

    /// Without a filter: numbers are dense, so an offset is a number.
    private Page<User> everybody() {
        long after = (query.after() == null ? 0 : query.after()) + query.offset();
        List<User> users = judged(reads.users(realm, UserFilter.NONE, after, query.limit()));
        long last = users.isEmpty() ? after : users.getLast().number();
        return new Page<>(users, present.number(), false, last < present.number() ? last : null);
    }

    private Page<User> filtered() {
        boolean byHolds = query.status() != null || query.hold() != null;
        List<UserRow> stored = byHolds ? reads.overdue(realm, at) : List.of();
        List<User> overdue = judged(stored);
        UserFilter filter = new UserFilter(
                query.status(),
                query.hold(),
                query.tag(),
                query.rank(),
                query.text(),
                query.registeredAfter(),
                query.registeredBefore(),
                byHolds ? at : null);
        List<User> back = overdue.stream().filter(this::matches).toList();
        long after = query.after() == null ? 0 : query.after();
        int offset = (int) Math.min(query.offset(), COUNTED);
        int wanted = offset + query.limit() + 1;
        List<User> found = new ArrayList<>(judged(reads.users(realm, filter, after, wanted)));
        back.stream().filter(user -> user.number() > after).forEach(found::add);
        found.sort(Comparator.comparingLong(User::number));
        List<User> shown =
                found.subList(Math.min(offset, found.size()), Math.min(offset + query.limit(), found.size()));
        Long next = found.size() >= wanted && !shown.isEmpty() ? shown.getLast().number() : null;
        return total(filter, stored, back, shown, next);
    }

    private Page<User> total(
            UserFilter filter, List<UserRow> stored, List<User> back, List<User> shown, @Nullable Long next) {
        Long counted = query.filters() == 1 ? counted(stored, back.size()) : null;
        if (counted != null) {
            return new Page<>(List.copyOf(shown), counted, false, next);
        }
        long count = reads.count(realm, filter, COUNTED) + back.size();
        boolean more = count >= COUNTED;
        return new Page<>(List.copyOf(shown), Math.min(count, COUNTED), more, next);
    }

    /// The total that the counters know, corrected by those who are overdue; null where no counter has it.
    private @Nullable Long counted(List<UserRow> stored, long back) {
        Counters counters = Counters.of(present.counters());
        if (query.status() != null) {
            // As storage has it: with the holds that are over, too.
            long out = stored.stream()
                    .filter(row -> row.user().holds().status(Instant.MIN) == query.status())
                    .count();
            return counters.status(query.status()) + back - out;
        }
        if (query.hold() != null) {
            long out = stored.stream()
                    .filter(row -> row.user().holds().has(query.hold()))
                    .count();
            return counters.hold(query.hold()) + back - out;
        }
        if (query.tag() != null) {
            return counters.tag(query.tag());
        }
        return query.rank() == null ? null : Long.valueOf(counters.rank(query.rank()));
    }

    private boolean matches(User user) {
        return (query.status() == null || user.holds().status(at) == query.status())
                && (query.hold() == null || user.holds().has(query.hold()))
                && (query.tag() == null || user.tag() == query.tag())
                && (query.rank() == null || user.rank() == query.rank())
                && (query.registeredAfter() == null || !user.registeredAt().isBefore(query.registeredAfter()))
                && (query.registeredBefore() == null || user.registeredAt().isBefore(query.registeredBefore()))
                && (query.text() == null || reads.matches(user, query.text()));
    }

    private List<User> judged(List<UserRow> rows) {
        return rows.stream().map(row -> reader.user(row).at(at)).toList();
    }
}
