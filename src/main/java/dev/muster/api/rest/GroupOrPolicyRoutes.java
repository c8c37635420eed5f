package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.PageByName;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The calls that groups and policies have in common. Both have a name, an id and users.
///
/// @param what the noun for the object in refusals
/// @param changed a function that extracts the created or changed object from the result of a write
record GroupOrPolicyRoutes<T>(
        String what,
        ReadOne<T> read,
        ReadPage<T> readPage,
        ReadUsers readUsers,
        Function<Change, T> changed,
        Function<T, UUID> id,
        BiConsumer<JsonWriter, T> json,
        Writes writes,
        UserRoutes users) {
    interface ReadOne<T> {
        Result<T> read(Actor actor, long realm, UUID id);
    }

    interface ReadPage<T> {
        Result<PageByName<T>> read(Actor actor, long realm, int limit, @Nullable String after, long offset);
    }

    interface ReadUsers {
        UserQuery query(UUID id, int limit, @Nullable Long after, long offset);
    }

    RestApi.Action create(Function<RestFields, Command> command) {
        return call -> {
            RestFields in = call.input().withBody();
            Command create = command.apply(in);
            in.check();
            return writes.onRealm(
                    call,
                    create,
                    change -> reply(201, changed.apply(change))
                            .with(
                                    "Location",
                                    call.at(call.request().template() + "/" + id.apply(changed.apply(change)))));
        };
    }

    Reply list(RestCall call) {
        PageRequest listing = PageRequest.byName(call.input());
        return listing.reply(
                unlessRefused(
                        readPage.read(call.actor(), call.realm(), listing.limit(), listing.after(), listing.offset())),
                json);
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UUID named = in.id("id", what);
        in.check();
        return reply(200, unlessRefused(read.read(call.actor(), call.realm(), named)));
    }

    RestApi.Action update(BiFunction<RestFields, UUID, Command> command) {
        return call -> {
            RestFields in = call.input().withPatch();
            Command update = command.apply(in, in.id("id", what));
            in.check();
            return writes.onRealm(call, update, change -> reply(200, changed.apply(change)));
        };
    }

    /// Creates an action that executes a command and replies without content.
    RestApi.Action change(BiFunction<RestFields, UUID, Command> command) {
        return call -> writes.done(call, in -> command.apply(in, in.id("id", what)));
    }

    /// Lists the members of a group, or the users to whom a policy is assigned directly.
    Reply users(RestCall call) {
        RestFields in = call.input();
        UUID named = in.id("id", what);
        PageRequest listing = PageRequest.byNumber(in);
        unlessRefused(read.read(call.actor(), call.realm(), named));
        return users.list(
                call, listing, readUsers.query(named, listing.limit(), listing.afterNumber(), listing.offset()));
    }

    private Reply reply(int status, T named) {
        return Reply.json(status, out -> json.accept(out, named));
    }
}
