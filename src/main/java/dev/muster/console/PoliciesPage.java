package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.directory.PageByName;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.User;
import dev.muster.model.value.Edit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Policies, and to whom they are assigned.
public final class PoliciesPage {
    private static final int LIMIT = 100;

    private final Directory directory;
    private final Groups groups;
    private final CommandSender sender;
    private final Pages pages;
    private final Labels words;
    private final TypedUser typedUser;

    PoliciesPage(Directory directory, Groups groups, CommandSender sender, Pages pages, Labels words) {
        this.directory = directory;
        this.groups = groups;
        this.sender = sender;
        this.pages = pages;
        this.words = words;
        this.typedUser = new TypedUser(directory);
    }

    public record Model(
            List<Policy> policies,
            String total,
            @Nullable String next,
            @Nullable ErrorMessage error,
            @Nullable String done) {}

    /// What the page of one policy shows.
    ///
    /// @param users those to whom it is assigned themselves
    /// @param offered groups to which it can be assigned
    public record One(
            Policy policy,
            String href,
            List<UsersPage.Row> users,
            @Nullable String next,
            List<Group> groups,
            List<Group> offered,
            @Nullable ErrorMessage error,
            @Nullable String done) {}

    Reply show(PageVisit visit) {
        return show(visit, null);
    }

    private Reply show(PageVisit visit, @Nullable ErrorMessage error) {
        String after = visit.request().query("after");
        return switch (groups.policies(visit.actor(), visit.realm().id(), LIMIT, after, 0)) {
            case Result.Refused<PageByName<Policy>>(var refusal) -> trouble(visit, refusal);
            case Result.Ok<PageByName<Policy>>(var page) ->
                pages.page(
                        error == null ? 200 : error.status(),
                        "policies",
                        pages.frame(visit, NavSection.POLICIES, "Policies"),
                        new Model(
                                page.items(),
                                (page.totalIsAtLeast() ? "more than " : "") + Labels.number(page.total()),
                                page.next() == null
                                        ? null
                                        : new LinkBuilder(visit.base() + "/policies")
                                                .with("after", page.next())
                                                .toString(),
                                error,
                                visit.done()));
        };
    }

    private Reply trouble(PageVisit visit, Refusal refusal) {
        ErrorMessage error = words.error(refusal);
        return pages.page(error.status(), "trouble", pages.frame(visit, NavSection.POLICIES, "Policies"), error);
    }

    Reply one(PageVisit visit) {
        return one(visit, null);
    }

    private Reply one(PageVisit visit, @Nullable ErrorMessage error) {
        Long after = new FormFields(visit.request()::query).number("after");
        Id id = Id.of(visit.request().path("policy"));
        if (id == null) {
            return trouble(visit, new Refusal.NotFound("policy", visit.request().path("policy")));
        }
        Result<One> model = groups.policy(visit.actor(), visit.realm().id(), id.value())
                .then(policy -> directory
                        .list(visit.actor(), visit.realm().id(), UserQuery.assigned(id.value(), LIMIT, after, 0))
                        .then(seen -> groups.groupsOf(
                                        visit.actor(), visit.realm().id(), id.value())
                                .map(of -> one(visit, policy, seen, of, error))));
        return switch (model) {
            case Result.Refused<One>(var refusal) -> trouble(visit, refusal);
            case Result.Ok<One>(var one) ->
                pages.page(
                        error == null ? 200 : error.status(),
                        "policy",
                        pages.frame(visit, NavSection.POLICIES, one.policy.name()),
                        one);
        };
    }

    private One one(
            PageVisit visit, Policy policy, AsOf<Page<User>> users, List<Group> of, @Nullable ErrorMessage error) {
        String href = visit.base() + "/policies/" + policy.id();
        Long next = users.value().next();
        List<Group> all = groups.groups(visit.actor(), visit.realm().id(), LIMIT, null, 0)
                        instanceof Result.Ok<PageByName<Group>>(var page)
                ? page.items()
                : List.of();
        return new One(
                policy,
                href,
                users.value().items().stream()
                        .map(user -> UsersPage.Row.of(visit, user, users.at()))
                        .toList(),
                next == null
                        ? null
                        : new LinkBuilder(href)
                                .with("after", Long.toString(next))
                                .toString(),
                of,
                all.stream().filter(group -> !of.contains(group)).toList(),
                error,
                visit.done());
    }

    Reply create(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        String name = name(in);
        String description = in.description(null);
        List<String> resources = in.checks().resources(in.lines("resources"));
        return switch (in.result(() -> new Command.CreatePolicy(name, description, resources))
                .then(command -> sender.send(visit, command))) {
            case Result.Ok<Change>(var change) ->
                visit.done(visit.base() + "/policies/" + change.policy().id(), Flash.SAVED);
            case Result.Refused<Change>(var refusal) -> show(visit, words.error(refusal));
        };
    }

    private static String name(FormFields in) {
        String name = in.checks().name(in.text("name"));
        if (name == null) {
            in.fault("name", "missing", "Must be given.");
            return "";
        }
        return name;
    }

    Reply update(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        String name = name(in);
        List<String> resources = in.checks().resources(in.lines("resources"));
        return change(
                visit,
                id -> groups.policy(visit.actor(), visit.realm().id(), id).then(policy -> {
                    String description = in.description(policy.description());
                    return in.result(() -> new Command.UpdatePolicy(
                            id, new Edit<>(name), new Edit<>(description), new Edit<>(resources)));
                }));
    }

    Reply assignUser(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return change(visit, id -> typedUser.find(visit, in, "user").map(user -> new Command.AssignUser(id, user)));
    }

    Reply unassignUser(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return change(visit, id -> typedUser.find(visit, in, "user").map(user -> new Command.UnassignUser(id, user)));
    }

    Reply assignGroup(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return change(visit, id -> group(in).map(group -> new Command.AssignGroup(id, group)));
    }

    Reply unassignGroup(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return change(visit, id -> group(in).map(group -> new Command.UnassignGroup(id, group)));
    }

    private static Result<UUID> group(FormFields in) {
        UUID group = in.id("group");
        return group == null
                ? Result.refused(new Refusal.Invalid("group", "missing", "Must be chosen."))
                : Result.ok(group);
    }

    private interface Asked {
        Result<? extends Command> of(UUID policy);
    }

    private Reply change(PageVisit visit, Asked asked) {
        Id id = Id.of(visit.request().path("policy"));
        if (id == null) {
            return trouble(visit, new Refusal.NotFound("policy", visit.request().path("policy")));
        }
        return switch (asked.of(id.value()).then(command -> sender.send(visit, command))) {
            case Result.Ok<Change>(var change) ->
                visit.done(visit.base() + "/policies/" + id.value(), Flash.SAVED.unlessNothing(change));
            case Result.Refused<Change>(var refusal) -> one(visit, words.error(refusal));
        };
    }

    Reply delete(PageVisit visit) {
        Id id = Id.of(visit.request().path("policy"));
        Result<Change> result = id == null
                ? Result.refused(new Refusal.NotFound("policy", visit.request().path("policy")))
                : sender.send(visit, new Command.DeletePolicy(id.value()));
        return switch (result) {
            case Result.Ok<Change> _ -> visit.done(visit.base() + "/policies", Flash.DELETED);
            case Result.Refused<Change>(var refusal) -> one(visit, words.error(refusal));
        };
    }
}
