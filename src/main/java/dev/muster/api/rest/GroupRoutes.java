package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WriteHeaders;
import dev.muster.directory.Access;
import dev.muster.directory.Groups;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.model.Command;
import dev.muster.model.group.Group;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes, reads and changes groups, and says who is in them.
record GroupRoutes(Groups groups, Writes writes, UserRoutes users) {
    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        Command.CreateGroup create = new Command.CreateGroup(in.requiredName(), in.description());
        in.check();
        return writes.toRealm(
                call,
                create,
                change -> group(201, change.group())
                        .with("Location", call.at("/v1/groups/" + change.group().id())));
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        PageRequest listing = PageRequest.read(in);
        String after = listing.afterName(in);
        in.check();
        return listing.reply(
                unlessRefused(groups.groups(call.actor(), call.realm(), listing.limit(), after, listing.offset())),
                RestJson::group);
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        in.check();
        return group(200, unlessRefused(groups.group(call.actor(), call.realm(), id)));
    }

    Reply update(RestCall call) {
        RestFields in = call.input().withPatch();
        UUID id = id(in);
        Edit<String> name = in.change("name", in::requiredName);
        Edit<@Nullable String> description = in.edit("description", _ -> in.description());
        in.check();
        return writes.toRealm(
                call, new Command.UpdateGroup(id, name, description), change -> group(200, change.group()));
    }

    Reply delete(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        in.check();
        return writes.toRealm(call, new Command.DeleteGroup(id), _ -> Reply.of(204));
    }

    Reply members(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        PageRequest listing = PageRequest.read(in);
        Long after = listing.afterNumber(in);
        in.check();
        unlessRefused(groups.group(call.actor(), call.realm(), id));
        return users.list(call, listing, UserQuery.inGroup(id, listing.limit(), after, listing.offset()));
    }

    Reply addMember(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        UserRef ref = in.ref();
        in.check();
        return writes.toRealm(call, new Command.AddMember(id, ref), _ -> Reply.of(204));
    }

    Reply removeMember(RestCall call) {
        RestFields in = call.input();
        UUID id = id(in);
        UserRef ref = in.ref();
        in.check();
        return writes.toRealm(call, new Command.RemoveMember(id, ref), _ -> Reply.of(204));
    }

    /// Those that a user is in.
    Reply ofUser(RestCall call) {
        RestFields in = call.input();
        UserRef ref = in.ref();
        PageRequest listing = PageRequest.read(in);
        Long after = listing.afterNumber(in);
        in.check();
        Access access =
                unlessRefused(groups.access(call.actor(), call.realm(), ref)).value();
        return listing.reply(listing.of(access.groups(), after), RestJson::group)
                .with("ETag", WriteHeaders.tag(access.user().version()));
    }

    private static UUID id(RestFields in) {
        return in.id("id", "group");
    }

    private static Reply group(int status, Group group) {
        return Reply.json(status, json -> RestJson.group(json, group));
    }
}
