package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WriteHeaders;
import dev.muster.directory.Access;
import dev.muster.directory.Groups;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes, reads and changes policies, and says to whom they are assigned.
record PolicyRoutes(Groups groups, Writes writes, UserRoutes users) {
    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        Command.CreatePolicy create = new Command.CreatePolicy(in.requiredName(), in.description(), in.resources());
        in.check();
        return writes.toRealm(
                call,
                create,
                change -> policy(201, change.policy())
                        .with(
                                "Location",
                                call.at("/v1/policies/" + change.policy().id())));
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        PageRequest listing = PageRequest.read(in);
        String after = listing.afterName(in);
        in.check();
        return listing.reply(
                unlessRefused(groups.policies(call.actor(), call.realm(), listing.limit(), after, listing.offset())),
                RestJson::policy);
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        in.check();
        return policy(200, unlessRefused(groups.policy(call.actor(), call.realm(), id)));
    }

    Reply update(RestCall call) {
        RestFields in = call.input().withPatch();
        UUID id = id(in);
        Edit<String> name = in.change("name", in::requiredName);
        Edit<@Nullable String> description = in.edit("description", _ -> in.description());
        Edit<List<String>> resources = in.change("resources", in::resources);
        in.check();
        return writes.toRealm(
                call,
                new Command.UpdatePolicy(id, name, description, resources),
                change -> policy(200, change.policy()));
    }

    Reply delete(RestCall call) {
        return writes.done(call, in -> new Command.DeletePolicy(id(in)));
    }

    /// The users that it is assigned to themselves.
    Reply users(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        PageRequest listing = PageRequest.read(in);
        Long after = listing.afterNumber(in);
        in.check();
        unlessRefused(groups.policy(call.actor(), call.realm(), id));
        return users.list(call, listing, UserQuery.assigned(id, listing.limit(), after, listing.offset()));
    }

    Reply assignUser(RestCall call) {
        return writes.done(call, in -> new Command.AssignUser(id(in), in.ref()));
    }

    Reply unassignUser(RestCall call) {
        return writes.done(call, in -> new Command.UnassignUser(id(in), in.ref()));
    }

    /// Lists the groups that a policy is assigned to.
    Reply groups(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        PageRequest listing = PageRequest.read(in);
        Long after = listing.afterNumber(in);
        in.check();
        List<Group> all = unlessRefused(groups.groupsOf(call.actor(), call.realm(), id));
        return listing.reply(listing.of(all, after), RestJson::group);
    }

    Reply assignGroup(RestCall call) {
        return writes.done(call, in -> new Command.AssignGroup(id(in), in.id("group", "group")));
    }

    Reply unassignGroup(RestCall call) {
        return writes.done(call, in -> new Command.UnassignGroup(id(in), in.id("group", "group")));
    }

    /// Those that give a user access, and how.
    Reply ofUser(RestCall call) {
        RestFields in = call.input();
        UserRef ref = in.ref();
        PageRequest listing = PageRequest.read(in);
        Long after = listing.afterNumber(in);
        in.check();
        Access access =
                unlessRefused(groups.access(call.actor(), call.realm(), ref)).value();
        return listing.reply(listing.of(held(access), after), PolicyRoutes::write)
                .with("ETag", WriteHeaders.tag(access.user().version()));
    }

    /// A policy that gives a user access.
    ///
    /// @param direct whether it is assigned to the user themselves
    /// @param throughGroups whether it is assigned to a group that the user is in
    private record Held(Policy policy, boolean direct, boolean throughGroups) {}

    /// Each once, in the order in which storage has names.
    private static List<Held> held(Access access) {
        Set<UUID> direct = ids(access.policies());
        Set<UUID> through = ids(access.throughGroups());
        List<Held> all = new ArrayList<>();
        access.policies().forEach(policy -> all.add(new Held(policy, true, through.contains(policy.id()))));
        for (Policy policy : access.throughGroups()) {
            if (!direct.contains(policy.id())) {
                all.add(new Held(policy, false, true));
            }
        }
        all.sort(Comparator.comparing(
                held -> Group.folded(held.policy().name()).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        return all;
    }

    private static Set<UUID> ids(List<Policy> policies) {
        return policies.stream().map(Policy::id).collect(Collectors.toSet());
    }

    private static void write(JsonWriter json, Held held) {
        RestJson.policyFields(json.object(), held.policy())
                .field("direct", held.direct())
                .field("throughGroups", held.throughGroups())
                .end();
    }

    private static UUID id(RestFields in) {
        return in.id("id", "policy");
    }

    private static Reply policy(int status, Policy policy) {
        return Reply.json(status, json -> RestJson.policy(json, policy));
    }
}
