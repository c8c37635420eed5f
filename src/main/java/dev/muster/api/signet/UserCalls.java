package dev.muster.api.signet;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.CallHandler;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import dev.muster.security.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The calls about users in one version of the vendor's page.
record UserCalls(Directory directory, WriteGateway gateway, CallHandler handler, ApiVersion apiVersion) {
    private static final long MAX_PAGE_SIZE = 100;
    private static final long DEFAULT_PAGE_SIZE = 20;
    private static final long MAX_OFFSET = 999_999_999_999_999_999L;

    Reply register(Request request) {
        return answer(request, caller -> {
            SignetFields in = SignetFields.ofBody(request, apiVersion);
            String name = in.name();
            Command register = new Command.Register(in.email(), null, null, name, null, null, Tag.USER, in.metadata());
            Change change = write(request, in, caller, null, List.of(register));
            return about(201, " registered successfully.", change, (json, user) -> {
                person(json, user, change.at());
                json.field("registeredAt", Timestamps.text(user.registeredAt()));
            });
        });
    }

    Reply list(Request request) {
        return answer(request, caller -> {
            SignetFields in = SignetFields.ofQuery(request, apiVersion);
            long limit = in.number("limit", 1, MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE, "Must be from 1 to 100.");
            long offset = in.number("offset", 0, MAX_OFFSET, 0, "Must be 0 or more.");
            in.check();
            AsOf<Page<User>> seen = unlessRefused(
                    directory.list(caller.actor(), caller.realm().id(), UserQuery.all((int) limit, offset)));
            Page<User> page = seen.value();
            return success(200, apiVersion.title() + "s retrieved successfully.", json -> {
                json.array(apiVersion.plural());
                for (User user : page.items()) {
                    json.object();
                    detail(json, user, seen.at());
                    json.end();
                }
                json.end();
                json.object("pagination")
                        .field("limit", limit)
                        .field("offset", offset)
                        .field("total", page.total())
                        .field("hasMore", offset + page.items().size() < page.total())
                        .end();
            });
        });
    }

    Reply get(Request request) {
        return answer(request, caller -> {
            SignetFields in = SignetFields.ofQuery(request, apiVersion);
            UserRef ref = UserRef.id(in.userId());
            in.check();
            AsOf<User> seen =
                    unlessRefused(directory.find(caller.actor(), caller.realm().id(), ref));
            return success(200, null, json -> detail(json, seen.value(), seen.at()))
                    .with("ETag", WriteHeaders.tag(seen.value().version()));
        });
    }

    Reply update(Request request) {
        return answer(request, caller -> {
            SignetFields in = SignetFields.ofBody(request, apiVersion);
            UserRef ref = UserRef.id(in.userIdInBody());
            Edit<@Nullable Identifier> email = in.has("email") ? new Edit<>(in.email()) : null;
            Edit<@Nullable String> name = in.has("name") ? new Edit<>(in.name()) : null;
            Edit<@Nullable String> metadata = in.has("metadata") ? new Edit<>(in.metadata()) : null;
            boolean fields = email != null || name != null || metadata != null;
            WireStatus status = in.status();
            if (!fields && !in.has("status")) {
                in.fault("body", "nothing_asked", "Must have at least one of name, email, status and metadata.");
            }
            List<Command> commands = new ArrayList<>(4);
            if (status != null) {
                commands.addAll(status.commands(apiVersion));
            }
            if (fields) {
                commands.add(Command.Update.of(edits -> {
                    edits.email = email;
                    edits.name = name;
                    edits.metadata = metadata;
                }));
            }
            if (status != null) {
                commands.add(status.expectation(apiVersion));
            }
            Change change = status == null
                    ? write(request, in, caller, ref, commands)
                    : listingObstacles(status, () -> write(request, in, caller, ref, commands));
            return about(200, " updated successfully.", change, (json, user) -> {
                person(json, user, change.at());
                json.field("updatedAt", Timestamps.text(user.updatedAt()));
            });
        });
    }

    /// Limits the holds in a StillHeld refusal to those that prevent the requested status.
    private Change listingObstacles(WireStatus status, Supplier<Change> write) {
        try {
            return write.get();
        } catch (RefusedException e) {
            throw e.refusal() instanceof Refusal.StillHeld(var holds)
                    ? new RefusedException(new Refusal.StillHeld(status.obstacles(holds, apiVersion)))
                    : e;
        }
    }

    Reply remove(Request request) {
        return answer(request, caller -> {
            SignetFields in = request.body().length == 0
                    ? SignetFields.ofQuery(request, apiVersion)
                    : SignetFields.ofBody(request, apiVersion);
            UserRef ref = UserRef.id(in.userId());
            Change change = write(request, in, caller, ref, List.of(new Command.Remove(null, null)));
            return about(
                    200,
                    " removed successfully.",
                    change,
                    (json, user) -> json.field(apiVersion.idField(), user.id().toString())
                            .field("removedAt", removedAt(user, change.at())));
        });
    }

    /// When the user was removed. A repeated removal does not change the hold.
    private static String removedAt(User user, Instant now) {
        Hold removed = user.holds().get(HoldKind.REMOVED, Hold.MAIN);
        return Timestamps.text(removed == null ? now : removed.placedAt());
    }

    private Reply answer(Request request, CallHandler.Call call) {
        return handler.answer(
                request,
                handler.authenticator().bearer(request.header("Authorization"), RemoteClients.of(request)),
                call);
    }

    /// Executes `commands`, unless the request has errors.
    ///
    /// @param commands the commands, which may contain placeholders if the request has errors
    private Change write(
            Request request, SignetFields in, Caller caller, @Nullable UserRef target, List<Command> commands) {
        WriteHeaders headers = in.headers(request);
        in.check();
        return unlessRefused(gateway.write(request, caller, target, commands, headers));
    }

    // Replies.

    /// @param done the part of the message that follows the page's word for a user
    private Reply about(int status, String done, Change change, BiConsumer<JsonWriter, User> data) {
        User user = change.user();
        return success(status, apiVersion.title() + done, json -> data.accept(json, user))
                .with("ETag", WriteHeaders.tag(user.version()));
    }

    static Reply success(int status, @Nullable String message, Consumer<JsonWriter> data) {
        return Reply.json(status, json -> {
            json.object()
                    .field("success", true)
                    .fieldIfPresent("message", message)
                    .object("data");
            data.accept(json);
            json.end().end();
        });
    }

    private void detail(JsonWriter json, User user, Instant now) {
        person(json, user, now);
        json.field("registeredAt", Timestamps.text(user.registeredAt()))
                .field("updatedAt", Timestamps.text(user.updatedAt()));
    }

    private void person(JsonWriter json, User user, Instant now) {
        json.field(apiVersion.idField(), user.id().toString())
                .field("name", user.name() == null ? "" : user.name())
                .field("email", user.email() == null ? "" : user.email().text())
                .field("status", WireStatus.of(user.holds(), now, apiVersion).wireName());
    }
}
