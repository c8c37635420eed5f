package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.directory.PageByName;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.group.Group;
import dev.muster.model.user.User;
import dev.muster.model.value.Edit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Groups and their members.
public record GroupsPage(Directory directory, Groups groups, CommandSender sender, Pages pages, TypedUser typedUser) {
    private static final int LIMIT = 100;

    public record Model(
            List<Group> groups, String total, @Nullable String next) {}

    public record One(
            Group group,
            String href,
            List<UsersPage.Row> members,
            String total,
            @Nullable String next) {}

    Reply show(PageVisit visit) {
        String after = visit.request().query("after");
        PageByName<Group> page = unlessRefused(groups.groups(visit.actor(), visit.realmId(), LIMIT, after, 0));
        return pages.page(
                visit,
                "groups",
                "Groups",
                new Model(
                        page.items(),
                        Labels.total(page.total(), page.totalIsAtLeast()),
                        visit.next("/groups", page.next())));
    }

    Reply one(PageVisit visit) {
        Long after = visit.query().number("after");
        UUID id = visit.id("group");
        Group group = unlessRefused(groups.group(visit.actor(), visit.realmId(), id));
        AsOf<Page<User>> seen =
                unlessRefused(directory.list(visit.actor(), visit.realmId(), UserQuery.inGroup(id, LIMIT, after, 0)));
        return pages.page(
                visit,
                "group",
                group.name(),
                new One(
                        group,
                        visit.base() + path(id),
                        UsersPage.Row.of(visit, seen),
                        Labels.number(seen.value().total()),
                        visit.next(path(id), seen.value().next())));
    }

    Reply create(PageVisit visit) {
        FormFields in = visit.fields();
        Command create = new Command.CreateGroup(in.name(), in.description(null));
        in.check();
        Change change = sender.carryOut(visit, create);
        return visit.done(path(change.group().id()), Flash.SAVED);
    }

    Reply update(PageVisit visit) {
        UUID id = visit.id("group");
        FormFields in = visit.fields();
        String name = in.name();
        Group group = unlessRefused(groups.group(visit.actor(), visit.realmId(), id));
        String description = in.description(group.description());
        in.check();
        return change(visit, id, new Command.UpdateGroup(id, new Edit<>(name), new Edit<>(description)));
    }

    Reply add(PageVisit visit) {
        UUID id = visit.id("group");
        return change(visit, id, new Command.AddMember(id, typedUser.find(visit)));
    }

    Reply remove(PageVisit visit) {
        UUID id = visit.id("group");
        return change(visit, id, new Command.RemoveMember(id, typedUser.find(visit)));
    }

    private Reply change(PageVisit visit, UUID id, Command command) {
        return visit.done(path(id), Flash.SAVED.unlessNothing(sender.carryOut(visit, command)));
    }

    Reply delete(PageVisit visit) {
        sender.carryOut(visit, new Command.DeleteGroup(visit.id("group")));
        return visit.done("/groups", Flash.DELETED);
    }

    private static String path(UUID id) {
        return "/groups/" + id;
    }
}
