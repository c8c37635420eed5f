package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
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
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.User;
import dev.muster.model.value.Edit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Policies, and to whom they are assigned.
public record PoliciesPage(Directory directory, Groups groups, CommandSender sender, Pages pages, TypedUser typedUser) {
    private static final int LIMIT = 100;

    public record Model(
            List<Policy> policies, String total, @Nullable String next) {}

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
            List<Group> offered) {}

    Reply show(PageVisit visit) {
        String after = visit.request().query("after");
        PageByName<Policy> page = unlessRefused(groups.policies(visit.actor(), visit.realmId(), LIMIT, after, 0));
        return pages.page(
                visit,
                "policies",
                "Policies",
                new Model(
                        page.items(),
                        Labels.total(page.total(), page.totalIsAtLeast()),
                        visit.next("/policies", page.next())));
    }

    Reply one(PageVisit visit) {
        Long after = visit.query().number("after");
        UUID id = visit.id("policy");
        Policy policy = unlessRefused(groups.policy(visit.actor(), visit.realmId(), id));
        AsOf<Page<User>> seen =
                unlessRefused(directory.list(visit.actor(), visit.realmId(), UserQuery.assigned(id, LIMIT, after, 0)));
        List<Group> assigned = unlessRefused(groups.groupsOf(visit.actor(), visit.realmId(), id));
        List<Group> all = unlessRefused(groups.groups(visit.actor(), visit.realmId(), LIMIT, null, 0))
                .items();
        return pages.page(
                visit,
                "policy",
                policy.name(),
                new One(
                        policy,
                        visit.base() + path(id),
                        UsersPage.Row.of(visit, seen),
                        visit.next(path(id), seen.value().next()),
                        assigned,
                        all.stream().filter(group -> !assigned.contains(group)).toList()));
    }

    Reply create(PageVisit visit) {
        FormFields in = visit.fields();
        Command create = new Command.CreatePolicy(in.name(), in.description(null), in.resources());
        in.check();
        Change change = sender.carryOut(visit, create);
        return visit.done(path(change.policy().id()), Flash.SAVED);
    }

    Reply update(PageVisit visit) {
        UUID id = visit.id("policy");
        FormFields in = visit.fields();
        String name = in.name();
        List<String> resources = in.resources();
        Policy policy = unlessRefused(groups.policy(visit.actor(), visit.realmId(), id));
        String description = in.description(policy.description());
        in.check();
        return change(
                visit,
                id,
                new Command.UpdatePolicy(id, new Edit<>(name), new Edit<>(description), new Edit<>(resources)));
    }

    Reply assignUser(PageVisit visit) {
        UUID id = visit.id("policy");
        return change(visit, id, new Command.AssignUser(id, typedUser.find(visit)));
    }

    Reply unassignUser(PageVisit visit) {
        UUID id = visit.id("policy");
        return change(visit, id, new Command.UnassignUser(id, typedUser.find(visit)));
    }

    Reply assignGroup(PageVisit visit) {
        UUID id = visit.id("policy");
        return change(visit, id, new Command.AssignGroup(id, group(visit)));
    }

    Reply unassignGroup(PageVisit visit) {
        UUID id = visit.id("policy");
        return change(visit, id, new Command.UnassignGroup(id, group(visit)));
    }

    private static UUID group(PageVisit visit) {
        UUID group = visit.fields().id("group");
        if (group == null) {
            throw new RefusedException(new Refusal.Invalid("group", "missing", "Must be chosen."));
        }
        return group;
    }

    private Reply change(PageVisit visit, UUID id, Command command) {
        return visit.done(path(id), Flash.SAVED.unlessNothing(sender.carryOut(visit, command)));
    }

    Reply delete(PageVisit visit) {
        sender.carryOut(visit, new Command.DeletePolicy(visit.id("policy")));
        return visit.done("/policies", Flash.DELETED);
    }

    private static String path(UUID id) {
        return "/policies/" + id;
    }
}
