package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.directory.PageByName;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.model.Result;
import dev.muster.model.credential.Rank;
import dev.muster.model.group.Group;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The list of users: searched, filtered, a page at a time. The address holds all of it.
public record UsersPage(Directory directory, Groups groups, Pages pages, Labels labels) {
    private static final int LIMIT = 50;
    private static final int GROUPS_OFFERED = 200;
    private static final int SEARCH = 255;

    /// What the page shows.
    ///
    /// @param asked the filters as they were typed, by their names
    /// @param total in words
    /// @param first where the list begins; null on the first page, as are `previous` and, on the last, `next`
    public record Model(
            Map<String, String> asked,
            List<Group> groups,
            List<Row> rows,
            String total,
            @Nullable String first,
            @Nullable String previous,
            @Nullable String next) {
        public String asked(String filter) {
            return asked.getOrDefault(filter, "");
        }

        public boolean isFiltered() {
            return !asked.isEmpty();
        }
    }

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

    private static final List<String> FILTERS =
            List.of("q", "status", "hold", "rank", "tag", "group", "policy", "from", "to");

    Reply show(PageVisit visit) {
        Map<String, String> asked = new LinkedHashMap<>();
        for (String filter : FILTERS) {
            String value = visit.request().query(filter);
            if (value != null && !value.isBlank()) {
                asked.put(filter, value.strip());
            }
        }
        FormFields in = visit.query();
        Long after = in.number("after");
        List<Group> offered = switch (groups.groups(visit.actor(), visit.realmId(), GROUPS_OFFERED, null, 0)) {
            case Result.Ok<PageByName<Group>>(var page) -> page.items();
            case Result.Refused<PageByName<Group>> _ -> List.of();
        };
        try {
            AsOf<Page<User>> seen = unlessRefused(directory.list(visit.actor(), visit.realmId(), query(in, after)));
            return pages.page(visit, "users", "Users", model(visit, asked, offered, after, seen));
        } catch (RefusedException e) {
            Model empty = new Model(asked, offered, List.of(), "", null, null, null);
            return pages.page(visit.with(labels.error(e.refusal())), "users", "Users", empty);
        }
    }

    private static UserQuery query(FormFields in, @Nullable Long after) {
        String text = in.checks().line("q", in.text("q"), SEARCH);
        Status status = in.choice("status", List.of(Status.values()), Status::word);
        HoldKind hold = in.choice("hold", List.of(HoldKind.values()), HoldKind::word);
        Rank rank = in.choice("rank", List.of(Rank.values()), Rank::name);
        Tag tag = in.choice("tag", List.of(Tag.values()), Tag::name);
        UUID group = in.id("group");
        UUID policy = in.id("policy");
        Instant from = in.day("from");
        Instant to = in.day("to");
        in.mustFollow(from, to);
        // The last day belongs to it.
        Instant before = to == null ? null : to.plus(Duration.ofDays(1));
        in.check();
        return new UserQuery(status, hold, tag, rank, group, policy, text, from, before, LIMIT, after, 0);
    }

    private static Model model(
            PageVisit visit,
            Map<String, String> asked,
            List<Group> groups,
            @Nullable Long after,
            AsOf<Page<User>> seen) {
        Page<User> page = seen.value();
        String total = Labels.total(page.total(), page.totalIsAtLeast());
        String back = visit.request().query("back");
        List<String> pagesBefore =
                back == null || !back.matches("[0-9]+(\\.[0-9]+){0,99}") ? List.of() : List.of(back.split("\\.", -1));
        String first = after == null ? null : address(visit, asked, null, List.of());
        String previous = pagesBefore.isEmpty()
                ? first
                : address(visit, asked, pagesBefore.getLast(), pagesBefore.subList(0, pagesBefore.size() - 1));
        List<String> here = new ArrayList<>(pagesBefore);
        if (after != null) {
            here.add(Long.toString(after));
        }
        Long following = page.next();
        String next = following == null
                ? null
                : address(
                        visit,
                        asked,
                        Long.toString(following),
                        here.subList(Math.max(0, here.size() - 100), here.size()));
        return new Model(asked, groups, Row.of(visit, seen), total, first, previous, next);
    }

    /// The address of another page of the same list.
    ///
    /// @param back where the pages before it began, so that the way back is known
    private static String address(
            PageVisit visit, Map<String, String> asked, @Nullable String after, List<String> back) {
        LinkBuilder address = new LinkBuilder(visit.base() + "/users");
        asked.forEach(address::with);
        address.with("after", after).with("back", String.join(".", back));
        return address.toString();
    }
}
