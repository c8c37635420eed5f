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

/// The list of users: searched, filtered, paged. The address contains all of it.
public record UsersPage(Directory directory, Groups groups, CommandSender sender, Pages pages, Labels labels) {
    private static final int PART = 1_000;
    private static final int NAME = 200;
    private static final int LIMIT = 50;
    private static final int GROUPS_OFFERED = 200;
    private static final int SEARCH = 255;

    /// The content of the page.
    ///
    /// @param asked the filters as typed, by name
    /// @param total the number of users as text
    /// @param matching how many match, or a lower bound
    /// @param csv the link to the list as CSV
    /// @param first the link to the first page; null on the first page, as are `previous` and, on the last,
    ///     `next`
    public record Model(
            Map<String, String> asked,
            List<Group> groups,
            List<Row> rows,
            String total,
            long matching,
            String csv,
            @Nullable String first,
            @Nullable String previous,
            @Nullable String next) {
        public String asked(String filter) {
            return asked.getOrDefault(filter, "");
        }

        public boolean isFiltered() {
            return !asked.isEmpty();
        }

        /// Whether one form can change all matching users.
        public boolean isAllAllowed() {
            return matching > rows.size() && matching <= BulkPage.MOST;
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

    static final List<String> FILTERS = List.of("q", "status", "hold", "rank", "tag", "group", "policy", "from", "to");

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
        Result<AsOf<Page<User>>> found =
                query(in, after, LIMIT).then(query -> directory.list(visit.actor(), visit.realmId(), query));
        List<Group> offered = switch (groups.groups(visit.actor(), visit.realmId(), GROUPS_OFFERED, null, 0)) {
            case Result.Ok<PageByName<Group>>(var page) -> page.items();
            case Result.Refused<PageByName<Group>> _ -> List.of();
        };
        return switch (found) {
            case Result.Ok<AsOf<Page<User>>>(var seen) ->
                pages.page(visit, "users", "Users", model(visit, asked, offered, after, seen));
            case Result.Refused<AsOf<Page<User>>>(var refusal) ->
                pages.page(
                        visit.with(labels.error(refusal)),
                        "users",
                        "Users",
                        new Model(asked, offered, List.of(), "", 0, "", null, null, null));
        };
    }

    /// The query for the filters of the list, or of a form about all matching users.
    static Result<UserQuery> query(FormFields in, @Nullable Long after, int limit) {
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
        // The last day is included.
        Instant before = to == null ? null : to.plus(Duration.ofDays(1));
        return in.result(
                () -> new UserQuery(status, hold, tag, rank, group, policy, text, from, before, limit, after, 0));
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
        LinkBuilder csv = new LinkBuilder(visit.base() + "/users/export");
        asked.forEach(csv::with);
        return new Model(
                asked, groups, Row.of(visit, seen), total, page.total(), csv.toString(), first, previous, next);
    }

    /// Exports all users who match the page's filters as CSV, reading a thousand at a time.
    Reply export(PageVisit visit) {
        UserQuery query = unlessRefused(query(visit.query(), null, PART));
        // Refused before the response begins.
        AsOf<Page<User>> first = unlessRefused(directory.list(visit.actor(), visit.realmId(), query));
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
                                + visit.realm().environment().word() + ".csv\"");
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

    /// The link to another page of the same list.
    ///
    /// @param back where the previous pages began, for the way back
    private static String address(
            PageVisit visit, Map<String, String> asked, @Nullable String after, List<String> back) {
        LinkBuilder address = new LinkBuilder(visit.base() + "/users");
        asked.forEach(address::with);
        address.with("after", after).with("back", String.join(".", back));
        return address.toString();
    }
}
