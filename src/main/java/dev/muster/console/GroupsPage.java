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
import dev.muster.model.user.User;
import dev.muster.model.value.Edit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Groups and their members.
public final class GroupsPage {
    private static final int LIMIT = 100;

    private final Directory directory;
    private final Groups groups;
    private final CommandSender sender;
    private final Pages pages;
    private final Labels words;
    private final TypedUser typedUser;

    GroupsPage(Directory directory, Groups groups, CommandSender sender, Pages pages, Labels words) {
        this.directory = directory;
        this.groups = groups;
        this.sender = sender;
        this.pages = pages;
        this.words = words;
        this.typedUser = new TypedUser(directory);
    }

    public record Model(
            List<Group> groups,
            String total,
            @Nullable String next,
            @Nullable ErrorMessage error,
            @Nullable String done) {}

    public record One(
            Group group,
            String href,
            List<UsersPage.Row> members,
            String total,
            @Nullable String next,
            @Nullable ErrorMessage error,
            @Nullable String done) {}

    Reply show(PageVisit visit) {
        return show(visit, null);
    }

    private Reply show(PageVisit visit, @Nullable ErrorMessage error) {
        String after = visit.request().query("after");
        return switch (groups.groups(visit.actor(), visit.realm().id(), LIMIT, after, 0)) {
            case Result.Refused<PageByName<Group>>(var refusal) -> trouble(visit, refusal);
            case Result.Ok<PageByName<Group>>(var page) ->
                pages.page(
                        error == null ? 200 : error.status(),
                        "groups",
                        pages.frame(visit, NavSection.GROUPS, "Groups"),
                        new Model(
                                page.items(),
                                (page.totalIsAtLeast() ? "more than " : "") + Labels.number(page.total()),
                                page.next() == null
                                        ? null
                                        : new LinkBuilder(visit.base() + "/groups")
                                                .with("after", page.next())
                                                .toString(),
                                error,
                                visit.done()));
        };
    }

    private Reply trouble(PageVisit visit, Refusal refusal) {
        ErrorMessage error = words.error(refusal);
        return pages.page(error.status(), "trouble", pages.frame(visit, NavSection.GROUPS, "Groups"), error);
    }

    Reply one(PageVisit visit) {
        return one(visit, null);
    }

    private Reply one(PageVisit visit, @Nullable ErrorMessage error) {
        FormFields query = new FormFields(visit.request()::query);
        Long after = query.number("after");
        Id id = Id.of(visit.request().path("group"));
        if (id == null) {
            return trouble(visit, new Refusal.NotFound("group", visit.request().path("group")));
        }
        Result<Group> found = groups.group(visit.actor(), visit.realm().id(), id.value());
        return switch (found) {
            case Result.Refused<Group>(var refusal) -> trouble(visit, refusal);
            case Result.Ok<Group>(var group) ->
                switch (directory.list(
                        visit.actor(), visit.realm().id(), UserQuery.inGroup(id.value(), LIMIT, after, 0))) {
                    case Result.Refused<AsOf<Page<User>>>(var refusal) -> trouble(visit, refusal);
                    case Result.Ok<AsOf<Page<User>>>(var seen) -> {
                        Long next = seen.value().next();
                        String href = visit.base() + "/groups/" + group.id();
                        yield pages.page(
                                error == null ? 200 : error.status(),
                                "group",
                                pages.frame(visit, NavSection.GROUPS, group.name()),
                                new One(
                                        group,
                                        href,
                                        seen.value().items().stream()
                                                .map(user -> UsersPage.Row.of(visit, user, seen.at()))
                                                .toList(),
                                        Labels.number(seen.value().total()),
                                        next == null
                                                ? null
                                                : new LinkBuilder(href)
                                                        .with("after", Long.toString(next))
                                                        .toString(),
                                        error,
                                        visit.done()));
                    }
                };
        };
    }

    Reply create(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        String name = name(in);
        String description = in.description(null);
        return switch (in.result(() -> new Command.CreateGroup(name, description))
                .then(command -> sender.send(visit, command))) {
            case Result.Ok<Change>(var change) ->
                visit.done(visit.base() + "/groups/" + change.group().id(), Flash.SAVED);
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
        return change(
                visit,
                id -> groups.group(visit.actor(), visit.realm().id(), id).then(group -> {
                    String description = in.description(group.description());
                    return in.result(() -> new Command.UpdateGroup(id, new Edit<>(name), new Edit<>(description)));
                }));
    }

    Reply add(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return change(visit, id -> typedUser.find(visit, in, "user").map(user -> new Command.AddMember(id, user)));
    }

    Reply remove(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return change(visit, id -> typedUser.find(visit, in, "user").map(user -> new Command.RemoveMember(id, user)));
    }

    private interface Asked {
        Result<? extends Command> of(UUID group);
    }

    private Reply change(PageVisit visit, Asked asked) {
        Id id = Id.of(visit.request().path("group"));
        if (id == null) {
            return trouble(visit, new Refusal.NotFound("group", visit.request().path("group")));
        }
        return switch (asked.of(id.value()).then(command -> sender.send(visit, command))) {
            case Result.Ok<Change>(var change) ->
                visit.done(visit.base() + "/groups/" + id.value(), Flash.SAVED.unlessNothing(change));
            case Result.Refused<Change>(var refusal) -> one(visit, words.error(refusal));
        };
    }

    Reply delete(PageVisit visit) {
        Id id = Id.of(visit.request().path("group"));
        Result<Change> result = id == null
                ? Result.refused(new Refusal.NotFound("group", visit.request().path("group")))
                : sender.send(visit, new Command.DeleteGroup(id.value()));
        return switch (result) {
            case Result.Ok<Change> _ -> visit.done(visit.base() + "/groups", Flash.DELETED);
            case Result.Refused<Change>(var refusal) -> one(visit, words.error(refusal));
        };
    }
}
