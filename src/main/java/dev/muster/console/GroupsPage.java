package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.console.html.NavSection;
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
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Groups and their members, and policies and their assignments. The visit's section determines whether a shared
/// handler is about a group or a policy.
public record GroupsPage(Directory directory, Groups groups, CommandSender sender, Pages pages) {
    private static final int LIMIT = 100;

    /// A page of the list of groups or policies.
    public record Model<T>(
            List<T> items, String total, @Nullable String next) {}

    /// A page of the members of a group, or of the users to whom a policy is assigned directly.
    public record Users(
            List<UsersPage.Row> rows,
            String total,
            @Nullable String next) {}

    /// One group.
    public record OneGroup(Group group, String href, Users members) {}

    /// One policy.
    ///
    /// @param offered the groups to which the policy can be assigned, taken from the first [#LIMIT] groups
    public record OnePolicy(Policy policy, String href, Users users, List<Group> groups, List<Group> offered) {}

    Reply groups(PageVisit visit) {
        return list(visit, groups.groups(visit.actor(), visit.realmId(), LIMIT, after(visit), 0));
    }

    Reply policies(PageVisit visit) {
        return list(visit, groups.policies(visit.actor(), visit.realmId(), LIMIT, after(visit), 0));
    }

    private static @Nullable String after(PageVisit visit) {
        return visit.request().query("after");
    }

    private <T> Reply list(PageVisit visit, Result<PageByName<T>> result) {
        PageByName<T> page = unlessRefused(result);
        return pages.page(
                visit,
                visit.section().path(),
                visit.section().title(),
                new Model<>(
                        page.items(),
                        Labels.total(page.total(), page.totalIsAtLeast()),
                        visit.next(path(visit), page.next())));
    }

    Reply group(PageVisit visit) {
        Long after = visit.query().number("after");
        UUID id = id(visit);
        Group group = unlessRefused(groups.group(visit.actor(), visit.realmId(), id));
        Users members = users(visit, UserQuery.inGroup(id, LIMIT, after, 0));
        return pages.page(visit, "group", group.name(), new OneGroup(group, visit.base() + path(visit, id), members));
    }

    Reply policy(PageVisit visit) {
        Long after = visit.query().number("after");
        UUID id = id(visit);
        Policy policy = unlessRefused(groups.policy(visit.actor(), visit.realmId(), id));
        Users users = users(visit, UserQuery.assigned(id, LIMIT, after, 0));
        List<Group> assigned = unlessRefused(groups.groupsOf(visit.actor(), visit.realmId(), id));
        List<Group> all = unlessRefused(groups.groups(visit.actor(), visit.realmId(), LIMIT, null, 0))
                .items();
        return pages.page(
                visit,
                "policy",
                policy.name(),
                new OnePolicy(
                        policy,
                        visit.base() + path(visit, id),
                        users,
                        assigned,
                        all.stream().filter(group -> !assigned.contains(group)).toList()));
    }

    private Users users(PageVisit visit, UserQuery query) {
        AsOf<Page<User>> seen = unlessRefused(directory.list(visit.actor(), visit.realmId(), query));
        return new Users(
                UsersPage.Row.of(visit, seen),
                Labels.number(seen.value().total()),
                visit.next(path(visit, id(visit)), seen.value().next()));
    }

    /// Returns the handler of a form that creates a group or policy.
    ///
    /// @param id extracts the id of the created object
    SessionFilter.PageHandler create(Function<FormFields, Command> command, Function<Change, UUID> id) {
        return visit -> {
            FormFields in = visit.fields();
            Command create = command.apply(in);
            in.check();
            Change change = sender.carryOut(visit, create);
            return visit.done(path(visit, id.apply(change)), Flash.SAVED);
        };
    }

    SessionFilter.PageHandler change(BiFunction<PageVisit, UUID, Command> command) {
        return visit -> {
            UUID id = id(visit);
            Change change = sender.carryOut(visit, command.apply(visit, id));
            return visit.done(path(visit, id), Flash.SAVED.adjustedFor(change));
        };
    }

    SessionFilter.PageHandler delete(Function<UUID, Command> command) {
        return visit -> {
            sender.carryOut(visit, command.apply(id(visit)));
            return visit.done(path(visit), Flash.DELETED);
        };
    }

    Command updateGroup(PageVisit visit, UUID id) {
        FormFields in = visit.fields();
        String name = in.name();
        Group group = unlessRefused(groups.group(visit.actor(), visit.realmId(), id));
        String description = in.description(group.description());
        in.check();
        return new Command.UpdateGroup(id, new Edit<>(name), new Edit<>(description));
    }

    Command updatePolicy(PageVisit visit, UUID id) {
        FormFields in = visit.fields();
        String name = in.name();
        List<String> resources = in.resources();
        Policy policy = unlessRefused(groups.policy(visit.actor(), visit.realmId(), id));
        String description = in.description(policy.description());
        in.check();
        return new Command.UpdatePolicy(id, new Edit<>(name), new Edit<>(description), new Edit<>(resources));
    }

    /// Returns the group chosen in a policy's form. Refuses: Invalid if none was chosen.
    static UUID chosenGroup(PageVisit visit) {
        UUID group = visit.fields().id("group");
        if (group == null) {
            throw new RefusedException(new Refusal.Invalid("group", "missing", "Must be chosen."));
        }
        return group;
    }

    private static UUID id(PageVisit visit) {
        return visit.id(visit.section() == NavSection.GROUPS ? "group" : "policy");
    }

    private static String path(PageVisit visit) {
        return "/" + visit.section().path();
    }

    private static String path(PageVisit visit, UUID id) {
        return path(visit) + "/" + id;
    }
}
