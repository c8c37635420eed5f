package dev.muster.directory;

import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Counters;
import dev.muster.model.Result;
import dev.muster.model.group.Group;
import dev.muster.model.user.User;
import dev.muster.storage.GroupOrPolicyRow;
import dev.muster.storage.GroupTables.Named;
import dev.muster.storage.StandbyReads;
import dev.muster.storage.UserFilter;
import dev.muster.storage.UserRow;
import dev.muster.storage.UserTables.AllUsersPage;
import dev.muster.storage.search.Search.Found;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lists one page of users. The stored status and hold kinds are those of the last write. A user is *overdue* if one of
/// their holds has expired but its end has not been journalled yet. There are only a few overdue users, so they are
/// removed from the stored result, evaluated in their current state, and merged back in.
final class UserLister {
    /// The number of users that one text search examines.
    private static final int SCANNED = 50_000;

    /// The maximum number of searches made to determine the total if there are filters in addition to the search
    /// words.
    private static final int MAX_SEARCHES = 5;

    private final HistoryReader reader;
    private final StandbyReads reads;
    private final long realm;
    private final UserQuery query;
    private final Instant at;
    private final long after;
    private final Counters counters;

    UserLister(RealmKeys.Entry realm, StandbyReads reads, UserQuery query, Instant at) {
        this.reader = new HistoryReader(realm);
        this.reads = reads;
        this.realm = realm.realm().id();
        this.query = query;
        this.at = at;
        this.after = query.after() == null ? 0 : query.after();
        this.counters = reads.journal().present(this.realm).counters();
    }

    /// Lists users without filters. Users are numbered without gaps, so an offset corresponds to a number, and the
    /// total is known without evaluating users.
    static Page<User> allUsers(RealmKeys.Entry realm, StandbyReads reads, UserQuery query, Instant at) {
        HistoryReader reader = new HistoryReader(realm);
        long from = (query.after() == null ? 0 : query.after()) + query.offset();
        AllUsersPage page = reads.users().allUsers(realm.realm().id(), from, query.limit());
        long last = page.users().isEmpty() ? from : page.users().getLast().number();
        // The size of the page is checked too, so that paging ends even if someone has altered the total.
        boolean more = page.users().size() == query.limit() && last < page.total();
        return new Page<>(reader.readable(page.users(), at), page.total(), false, more ? last : null);
    }

    Result<AsOf<Page<User>>> page() {
        Page<User> page = query.text() == null ? filtered() : searched(query.text());
        return Result.ok(new AsOf<>(page, at));
    }

    private Page<User> filtered() {
        boolean byHolds = query.status() != null || query.hold() != null;
        List<UserRow> overdue = byHolds
                ? affiliated(
                        reads.users().overdue(realm, at, Page.MAX_COUNTED).stream()
                                .filter(UserRow::readable)
                                .toList(),
                        UserRow::user)
                : List.of();
        List<User> matchingOverdue =
                reader.readable(overdue, at).stream().filter(this::matches).toList();
        int offset = (int) Math.min(query.offset(), Page.MAX_COUNTED);
        List<Line> found = overdue.isEmpty()
                ? evaluated(reads.users().list(filter(after), query.limit() + 1, offset))
                : merged(overdue, matchingOverdue, offset);
        List<Line> lines = found.subList(0, Math.min(query.limit(), found.size()));
        Long next = found.size() > query.limit() ? lines.getLast().number : null;
        List<User> shown = users(lines);
        long counted = query.filters() == 1 ? counted(overdue, matchingOverdue.size()) : -1;
        if (counted >= 0) {
            return new Page<>(shown, counted, false, next);
        }
        long stored = overdue.stream().filter(this::isStoredAsMatch).count();
        long count = reads.users().count(filter(0), Page.MAX_COUNTED + 1) - stored + matchingOverdue.size();
        return Page.counted(shown, count, next);
    }

    /// Returns rows starting at `offset`, one more than requested: the stored rows without the overdue users,
    /// merged with those overdue users who match.
    private List<Line> merged(List<UserRow> overdue, List<User> matchingOverdue, int offset) {
        Set<Long> out = new HashSet<>();
        overdue.forEach(row -> out.add(row.user().number()));
        List<Line> found = new ArrayList<>();
        for (Line line : evaluated(reads.users().list(filter(after), offset + query.limit() + 1 + overdue.size(), 0))) {
            if (!out.contains(line.number)) {
                found.add(line);
            }
        }
        matchingOverdue.stream()
                .filter(user -> user.number() > after)
                .forEach(user -> found.add(new Line(user.number(), user)));
        found.sort(Comparator.comparingLong(Line::number));
        return found.subList(Math.min(offset, found.size()), Math.min(offset + query.limit() + 1, found.size()));
    }

    private UserFilter filter(long from) {
        return new UserFilter(
                realm,
                query.status(),
                query.hold(),
                query.tag(),
                query.rank(),
                query.group(),
                query.policy(),
                query.registeredAfter(),
                query.registeredBefore(),
                from);
    }

    /// Returns the total from the counters, corrected for overdue users; -1 if there is no counter for the filter.
    private long counted(List<UserRow> overdue, long matchingOverdue) {
        long out = overdue.stream().filter(this::isStoredAsMatch).count();
        if (query.status() != null) {
            return counters.status(query.status()) - out + matchingOverdue;
        }
        if (query.hold() != null) {
            return counters.hold(query.hold()) - out + matchingOverdue;
        }
        if (query.tag() != null) {
            return counters.tag(query.tag());
        }
        if (query.rank() != null) {
            return counters.rank(query.rank());
        }
        if (query.group() == null) {
            return -1;
        }
        GroupOrPolicyRow<Group> group = reads.groups().find(GroupOrPolicyRow.GROUPS, realm, query.group());
        return group == null ? 0 : group.value().members();
    }

    /// Whether storage counts an overdue user as a match. This is evaluated with all stored holds, including
    /// expired ones.
    private boolean isStoredAsMatch(UserRow row) {
        return matches(row.user(), Instant.MIN);
    }

    private boolean matches(User user) {
        return matches(user, at);
    }

    private boolean matches(User user, Instant moment) {
        return (query.status() == null || user.holds().status(moment) == query.status())
                && (query.hold() == null || user.holds().has(query.hold()))
                && (query.tag() == null || user.tag() == query.tag())
                && (query.rank() == null || user.rank() == query.rank())
                && (query.registeredAfter() == null || !user.registeredAt().isBefore(query.registeredAfter()))
                && (query.registeredBefore() == null || user.registeredAt().isBefore(query.registeredBefore()));
    }

    /// Lists the users found by a text search, alone or with other filters. It searches from the start of the realm
    /// to get the total, and continues after that if it did not find enough users for the page.
    private Page<User> searched(String text) {
        List<Long> counted = new ArrayList<>();
        Long uncounted = 0L;
        // One search finds enough matches for the total, unless other filters exclude most of them.
        int searches = query.filters() == 1 ? 1 : MAX_SEARCHES;
        for (int i = 0; i < searches && uncounted != null && counted.size() <= Page.MAX_COUNTED; i++) {
            uncounted = search(text, uncounted, counted);
        }
        List<Long> found =
                new ArrayList<>(counted.stream().filter(each -> each > after).toList());
        Long unseen = uncounted;
        long beyond = 0;
        int offset = (int) Math.min(query.offset(), Page.MAX_COUNTED);
        int wanted = offset + query.limit();
        if (uncounted != null && found.size() <= wanted) {
            List<Long> more = new ArrayList<>();
            unseen = search(text, Math.max(after, uncounted), more);
            found.addAll(more);
            if (after > uncounted) {
                // The range in between has not been searched.
                beyond = more.size();
            } else {
                counted.addAll(more);
                uncounted = unseen;
            }
        }
        List<Long> shown = found.subList(Math.min(offset, found.size()), Math.min(wanted, found.size()));
        @Nullable Long next = found.size() > wanted ? Long.valueOf(shown.getLast()) : unseen;
        return new Page<>(
                reader.readable(reads.users().users(realm, shown), at),
                Math.min(counted.size() + beyond, Page.MAX_COUNTED),
                uncounted != null || counted.size() > Page.MAX_COUNTED,
                next);
    }

    /// Searches the users with numbers after `from`.
    ///
    /// @param into receives the users that match all filters
    /// @return the number up to which users were searched; null if the search reached the end
    private @Nullable Long search(String text, long from, List<Long> into) {
        Found found = reads.users().search(realm, text, from, Page.MAX_COUNTED + 1, SCANNED);
        into.addAll(matching(found.numbers()));
        return found.next();
    }

    /// Returns the users that also match the other filters.
    private List<Long> matching(List<Long> numbers) {
        if (query.filters() == 1) {
            return numbers;
        }
        return affiliated(reader.readable(reads.users().users(realm, numbers), at), user -> user).stream()
                .filter(this::matches)
                .map(User::number)
                .toList();
    }

    /// Returns the items of `some` whose users are in the requested group and have the requested policy.
    private <T> List<T> affiliated(List<T> some, Function<T, User> user) {
        if ((query.group() == null && query.policy() == null) || some.isEmpty()) {
            return some;
        }
        List<UUID> ids = some.stream().map(user).map(User::id).toList();
        Map<UUID, List<Named>> groups =
                query.group() == null ? Map.of() : reads.groups().groupsOfUsers(realm, ids);
        Map<UUID, List<Named>> policies =
                query.policy() == null ? Map.of() : reads.groups().policiesOfUsers(realm, ids);
        return some.stream()
                .filter(one -> isAmong(query.group(), groups.get(user.apply(one).id()))
                        && isAmong(query.policy(), policies.get(user.apply(one).id())))
                .toList();
    }

    private static boolean isAmong(@Nullable UUID wanted, @Nullable List<Named> some) {
        return wanted == null
                || (some != null && some.stream().anyMatch(one -> one.id().equals(wanted)));
    }

    /// A user in a list.
    ///
    /// @param user the user; null if the row cannot be read, in which case it takes up a place but is not shown
    private record Line(long number, @Nullable User user) {}

    private List<Line> evaluated(List<UserRow> rows) {
        return rows.stream()
                .map(row -> {
                    List<User> readable = reader.readable(List.of(row), at);
                    return new Line(row.number(), readable.isEmpty() ? null : readable.getFirst());
                })
                .toList();
    }

    private static List<User> users(List<Line> lines) {
        List<User> users = new ArrayList<>(lines.size());
        for (Line line : lines) {
            if (line.user != null) {
                users.add(line.user);
            }
        }
        return List.copyOf(users);
    }
}
