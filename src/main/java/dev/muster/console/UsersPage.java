package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.directory.PageByName;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.credential.Rank;
import dev.muster.model.group.Group;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The list of users, which can be searched, filtered, sorted and paged. The address contains all of these
/// choices.
public record UsersPage(Directory directory, Groups groups, CommandSender sender, Pages pages, Labels labels) {
    private static final int PART = UserSort.MAX_USERS;
    private static final int NAME = 200;
    private static final List<Integer> SIZES = List.of(25, 50, 100);
    private static final int MAX_GROUPS_OFFERED = 200;
    private static final int SEARCH = 255;

    /// The content of the page.
    ///
    /// @param asked the filters as typed, by name
    /// @param total the number of users as text
    /// @param matching the number of matching users, or a lower bound
    /// @param heads the columns' heads
    /// @param sort the order, as in the address; empty for the order of registration
    /// @param size the number of users per page, as in the address; empty for the default
    /// @param sizes the links that change the number of users per page
    /// @param csv the link to the list as CSV
    /// @param first the link to the first page; null on the first page, like `previous`. On the last page,
    ///     `next` is null
    public record Model(
            Map<String, String> asked,
            List<Group> groups,
            List<Row> rows,
            String total,
            long matching,
            List<Head> heads,
            String sort,
            String size,
            List<Size> sizes,
            String csv,
            @Nullable String first,
            @Nullable String previous,
            @Nullable String next) {
        public String asked(String filter) {
            return asked.getOrDefault(filter, "");
        }

        /// The number of filters that are set, not counting the search.
        public int filters() {
            return asked.size() - (asked.containsKey("q") ? 1 : 0);
        }

        public boolean isFiltered() {
            return !asked.isEmpty();
        }

        /// Whether an order was requested, but too many users match.
        public boolean isTooLongToSort() {
            return !sort.isEmpty() && matching > UserSort.MAX_USERS;
        }

        /// Whether there are more users than the smallest page shows.
        public boolean isLong() {
            return matching > SIZES.getFirst();
        }

        /// Whether one form can change all matching users.
        public boolean isAllAllowed() {
            return matching > 1 && matching <= ChosenUsers.MAX_USERS;
        }
    }

    /// The head of a column.
    ///
    /// @param styles the CSS classes, or null
    /// @param column the column's word, if operators can hide it; otherwise null
    /// @param href the link that sorts by this column, or reverses the order; null if the list cannot be sorted
    /// @param order the value of `aria-sort`; null unless the list is sorted by this column
    public record Head(
            String title,
            @Nullable String styles,
            @Nullable String column,
            @Nullable String href,
            @Nullable String order) {}

    /// A link that changes the number of users per page.
    ///
    /// @param href null for the current number
    public record Size(int users, @Nullable String href) {}

    /// A user in a list.
    public record Row(User user, Status status, String statusText, String name, String href) {
        static Row of(PageVisit visit, User user, Instant at) {
            Status status = user.holds().status(at);
            return new Row(
                    user, status, Labels.status(status), Labels.name(user), visit.base() + "/users/" + user.id());
        }

        static List<Row> of(PageVisit visit, AsOf<Page<User>> seen) {
            return seen.value().items().stream()
                    .map(user -> of(visit, user, seen.at()))
                    .toList();
        }
    }

    static final List<String> FILTERS = List.of("q", "status", "hold", "rank", "tag", "group", "policy", "from", "to");

    Reply show(PageVisit visit) {
        Map<String, String> asked = new LinkedHashMap<>();
        for (String filter : FILTERS) {
            String value = visit.request().query(filter);
            if (value != null && !value.isBlank()) {
                asked.put(filter, value.strip());
            }
        }
        Listing listing = Listing.of(visit, asked);
        Result<AsOf<Page<User>>> found = find(visit, listing);
        List<Group> offered = switch (groups.groups(visit.actor(), visit.realmId(), MAX_GROUPS_OFFERED, null, 0)) {
            case Result.Ok<PageByName<Group>>(var page) -> page.items();
            case Result.Refused<PageByName<Group>> _ -> List.of();
        };
        return switch (found) {
            case Result.Ok<AsOf<Page<User>>>(var seen) ->
                pages.page(visit, "users", "Users", model(visit, listing, offered, seen));
            case Result.Refused<AsOf<Page<User>>>(var refusal) ->
                pages.page(
                        visit.with(labels.error(refusal)),
                        "users",
                        "Users",
                        new Model(
                                asked, offered, List.of(), "", 0, List.of(), "", "", List.of(), "", null, null, null));
        };
    }

    /// A page of the list, as its address describes it.
    ///
    /// @param filters the filters by name, as typed
    /// @param sort the order; null for the order of registration
    /// @param size the number of users per page
    /// @param after the position where the page begins: a user's number or, if sorted, how many users to skip; null
    ///     for the first page
    /// @param before the positions of the earlier pages, for links back to them
    private record Listing(
            Map<String, String> filters,
            @Nullable UserSort sort,
            int size,
            @Nullable Long after,
            List<String> before) {
        static Listing of(PageVisit visit, Map<String, String> filters) {
            String back = visit.request().query("back");
            return new Listing(
                    filters,
                    UserSort.of(visit.request().query("sort")),
                    size(visit.request().query("size")),
                    visit.query().number("after"),
                    back == null || !back.matches("[0-9]+(\\.[0-9]+){0,99}")
                            ? List.of()
                            : List.of(back.split("\\.", -1)));
        }

        private static int size(@Nullable String word) {
            return SIZES.stream()
                    .filter(each -> each.toString().equals(word))
                    .findFirst()
                    .orElse(SIZES.getFirst());
        }

        Listing sortedBy(@Nullable UserSort order) {
            return new Listing(filters, order, size, null, List.of());
        }

        Listing at(@Nullable Long position, List<String> pagesBefore) {
            return new Listing(filters, sort, size, position, pagesBefore);
        }

        Listing of(int users) {
            return new Listing(filters, sort, users, after, before);
        }

        /// The size as in the address; empty for the default.
        String sizeWord() {
            return size == SIZES.getFirst() ? "" : Integer.toString(size);
        }

        String href(String path) {
            LinkBuilder address = new LinkBuilder(path);
            filters.forEach(address::with);
            return address.with("sort", sort == null ? null : sort.wireName())
                    .with("size", sizeWord())
                    .with("after", after == null ? null : Long.toString(after))
                    .with("back", String.join(".", before))
                    .toString();
        }
    }

    /// Finds the users of a page. A list that is too long to sort is in the order of registration.
    private Result<AsOf<Page<User>>> find(PageVisit visit, Listing listing) {
        UserSort sort = listing.sort;
        if (sort == null) {
            return list(visit, listing.after, listing.size);
        }
        int skip = listing.after == null ? 0 : (int) Math.min(listing.after, PART);
        // The list is counted first, so that one that is too long to sort is not read as a whole.
        return list(visit, null, listing.size)
                .then(first -> isSortable(first.value())
                        ? list(visit, null, PART).map(all -> sort.sorted(all, skip, listing.size))
                        : Result.ok(first));
    }

    private Result<AsOf<Page<User>>> list(PageVisit visit, @Nullable Long after, int limit) {
        return query(visit.query(), after, limit).then(query -> directory.list(visit.actor(), visit.realmId(), query));
    }

    private static boolean isSortable(Page<User> page) {
        return page.total() <= UserSort.MAX_USERS && !page.totalIsAtLeast();
    }

    /// Returns the query for the filters of the list, or of a form about all matching users.
    static Result<UserQuery> query(FormFields in, @Nullable Long after, int limit) {
        String text = in.checks().line("q", in.text("q"), SEARCH);
        Status status = in.choice("status", List.of(Status.values()), Status::wireName);
        HoldKind hold = in.choice("hold", List.of(HoldKind.values()), HoldKind::wireName);
        Rank rank = in.choice("rank", List.of(Rank.values()), Rank::name);
        Tag tag = in.choice("tag", List.of(Tag.values()), Tag::name);
        UUID group = in.id("group");
        UUID policy = in.id("policy");
        Instant from = in.day("from");
        Instant to = in.day("to");
        in.requireAfter(from, to);
        // The last day is included.
        Instant before = to == null ? null : to.plus(Duration.ofDays(1));
        return in.result(
                () -> new UserQuery(status, hold, tag, rank, group, policy, text, from, before, limit, after, 0));
    }

    private static Model model(PageVisit visit, Listing listing, List<Group> groups, AsOf<Page<User>> seen) {
        Page<User> page = seen.value();
        boolean isSortable = isSortable(page);
        Listing here = listing.sort == null || isSortable ? listing : listing.sortedBy(null);
        String path = visit.base() + "/users";
        List<String> before = here.before;
        String first = here.after == null ? null : here.at(null, List.of()).href(path);
        String previous = before.isEmpty()
                ? first
                : here.at(Long.valueOf(before.getLast()), before.subList(0, before.size() - 1))
                        .href(path);
        Long following = here.sort == null ? page.next() : following(here, page);
        return new Model(
                listing.filters,
                groups,
                Row.of(visit, seen),
                Labels.total(page.total(), page.totalIsAtLeast()),
                page.total(),
                UserSort.heads(
                        here.sort, isSortable ? sort -> here.sortedBy(sort).href(path) : null),
                listing.sort == null ? "" : listing.sort.wireName(),
                here.sizeWord(),
                SIZES.stream()
                        .map(users -> new Size(
                                users,
                                users == here.size ? null : here.of(users).href(path)))
                        .toList(),
                here.at(null, List.of()).href(path + "/export"),
                first,
                previous,
                following == null ? null : here.at(following, pagesUntil(here)).href(path));
    }

    /// Returns the position at which the next page of a sorted list begins; null on the last page.
    private static @Nullable Long following(Listing here, Page<User> page) {
        long end = (here.after == null ? 0 : here.after) + page.items().size();
        return end < page.total() && !page.items().isEmpty() ? end : null;
    }

    /// Returns the positions of the pages up to and including this one, limited to the last 100.
    private static List<String> pagesUntil(Listing here) {
        List<String> positions = new ArrayList<>(here.before);
        if (here.after != null) {
            positions.add(Long.toString(here.after));
        }
        return positions.subList(Math.max(0, positions.size() - 100), positions.size());
    }

    /// Exports all users who match the page's filters as CSV. Reads a thousand users at a time.
    Reply export(PageVisit visit) {
        UserQuery query = unlessRefused(query(visit.query(), null, PART));
        // The first users are read before the response starts, so that a refusal can be answered with an error
        // page.
        AsOf<Page<User>> first = sorted(visit, unlessRefused(directory.list(visit.actor(), visit.realmId(), query)));
        return Pages.guarded(Reply.stream(200, "text/csv; charset=utf-8", out -> {
                    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
                    UserCsv csv = new UserCsv(writer);
                    csv.add(first);
                    Long after = first.value().next();
                    while (after != null) {
                        AsOf<Page<User>> part =
                                switch (directory.list(visit.actor(), visit.realmId(), query.after(after))) {
                                    case Result.Ok<AsOf<Page<User>>>(var seen) -> seen;
                                    case Result.Refused<AsOf<Page<User>>>(var refusal) ->
                                        throw new IOException("the export was refused half way: " + refusal);
                                };
                        csv.add(part);
                        after = part.value().next();
                    }
                    writer.flush();
                }))
                .with(
                        "Content-Disposition",
                        "attachment; filename=\"users-" + visit.realm().partnerId() + "-"
                                + visit.realm().environment().wireName() + ".csv\"");
    }

    /// Returns the users in the requested order if they can be sorted; otherwise as they are.
    private static AsOf<Page<User>> sorted(PageVisit visit, AsOf<Page<User>> first) {
        UserSort sort = UserSort.of(visit.request().query("sort"));
        return sort != null && isSortable(first.value()) ? sort.sorted(first, 0, PART) : first;
    }

    /// Registers a user, and redirects to their page.
    Reply register(PageVisit visit) {
        FormFields in = visit.fields();
        Validator checks = in.checks();
        Command command = new Command.Register(
                checks.identifier(Identifier.Kind.EMAIL, in.text("email")),
                checks.identifier(Identifier.Kind.EXTERNAL_ID, in.text("externalId")),
                checks.identifier(Identifier.Kind.USERNAME, in.text("username")),
                checks.line("name", in.text("name"), NAME),
                null,
                null,
                in.chosen("tag", List.of(Tag.values()), Tag::name),
                null);
        if (in.text("email") == null && in.text("externalId") == null && in.text("username") == null) {
            in.fault("email", "missing", "Give an e-mail address, a username or an external id.");
        }
        in.check();
        Change change = sender.carryOut(visit, command);
        return visit.done("/users/" + change.user().id(), Flash.REGISTERED);
    }
}
