package dev.muster.api.signet;

import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.Request.Origin;
import dev.muster.directory.Request.Retry;
import dev.muster.directory.Seen;
import dev.muster.directory.UserQuery;
import dev.muster.http.Face;
import dev.muster.http.Fault;
import dev.muster.http.Guards;
import dev.muster.http.JsonWriter;
import dev.muster.http.Refused;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Edit;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Identifier;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Tag;
import dev.muster.model.Timestamps;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import dev.muster.security.Caller;
import dev.muster.security.Gate;
import dev.muster.security.Gate.Tokens;
import dev.muster.security.RemoteClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The routes of the dialect. Each proves who asks, reads what is asked for, asks the directory, and words the answer.
public final class Signet {
    private static final String NAME = "signet";
    private static final String BASE = "/partner/v1";
    private static final long LARGEST_PAGE = 100;
    private static final long USUAL_PAGE = 20;
    private static final long LARGEST_OFFSET = 999_999_999_999_999_999L;

    private final Directory directory;
    private final Gate gate;

    public Signet(Directory directory, Gate gate) {
        this.directory = directory;
        this.gate = gate;
    }

    public Face face() {
        return new Face(
                NAME,
                BASE,
                List.of(
                        // Metadata may be long.
                        Route.post(BASE + "/register-user", this::register).withBodyLimit(Route.LARGE_BODY_LIMIT),
                        Route.get(BASE + "/all-users", this::list).largeReplies(),
                        Route.get(BASE + "/get-user", this::get),
                        Route.patch(BASE + "/update-user", this::update).withBodyLimit(Route.LARGE_BODY_LIMIT),
                        Route.delete(BASE + "/remove-user", this::remove),
                        // Where the vendor has it: outside the base.
                        Route.post("/dpop/v1/api/generate-token", this::generateToken)),
                (fault, _) -> Wording.of(fault).reply());
    }

    // Calls.

    private Reply register(Request request) {
        return answer(caller(request)
                .then(caller -> body(request).then(input -> registration(request, input, caller))));
    }

    private Result<Reply> registration(Request request, Input input, Caller caller) {
        String name = input.name();
        Identifier email = input.email();
        String metadata = input.metadata();
        return write(
                        request,
                        input,
                        caller,
                        null,
                        List.of(new Command.Register(email, null, null, name, null, null, Tag.USER, metadata)))
                .map(change -> about(201, "User registered successfully.", change, (json, user) -> {
                    person(json, user, change.at());
                    json.field("registeredAt", Timestamps.text(user.registeredAt()));
                }));
    }

    private Reply list(Request request) {
        return answer(caller(request).then(caller -> {
            Input input = Input.ofQuery(request);
            long limit = input.number("limit", 1, LARGEST_PAGE, USUAL_PAGE);
            long offset = input.number("offset", 0, LARGEST_OFFSET, 0);
            return input.result(() -> UserQuery.all((int) limit, offset))
                    .then(query -> directory.list(caller.actor(), caller.realm().id(), query))
                    .map(seen -> page(seen, limit, offset));
        }));
    }

    private static Reply page(Seen<Page<User>> seen, long limit, long offset) {
        Page<User> page = seen.value();
        return success(200, "Users retrieved successfully.", json -> {
            json.array("users");
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
    }

    private Reply get(Request request) {
        return answer(caller(request).then(caller -> {
            Input input = Input.ofQuery(request);
            UUID id = input.userId();
            return input.result(() -> UserRef.id(id))
                    .then(ref -> directory.find(caller.actor(), caller.realm().id(), ref))
                    .then(Signet::unlessErased)
                    .map(seen -> success(200, null, json -> detail(json, seen.value(), seen.at()))
                            .with("ETag", etag(seen.value())));
        }));
    }

    private static Result<Seen<User>> unlessErased(Seen<User> seen) {
        return seen.value().isErased() ? Result.refused(new Refusal.Erased()) : Result.ok(seen);
    }

    private Reply update(Request request) {
        return answer(caller(request).then(caller -> body(request).then(input -> change(request, input, caller))));
    }

    private Result<Reply> change(Request request, Input input, Caller caller) {
        UUID id = input.userIdInBody();
        Edit<@Nullable Identifier> email = input.has("email") ? new Edit<>(input.email()) : null;
        Edit<@Nullable String> name = input.has("name") ? new Edit<>(input.name()) : null;
        Edit<@Nullable String> metadata = input.has("metadata") ? new Edit<>(input.metadata()) : null;
        boolean fields = email != null || name != null || metadata != null;
        WireStatus status = input.status();
        if (!fields && !input.has("status")) {
            input.fault("body", "nothing_asked", "Must have at least one of name, email, status and metadata.");
        }
        List<Command> commands = new ArrayList<>(4);
        if (status != null) {
            commands.addAll(status.commands());
        }
        if (fields) {
            commands.add(new Command.Update(email, null, null, name, null, null, metadata, null));
        }
        if (status != null) {
            commands.add(status.expectation());
        }
        Result<Change> result = write(request, input, caller, UserRef.id(id), commands);
        return (status == null ? result : namingObstacles(result, status))
                .map(change -> about(200, "User updated successfully.", change, (json, user) -> {
                    person(json, user, change.at());
                    json.field("updatedAt", Timestamps.text(user.updatedAt()));
                }));
    }

    /// Of the holds that a refusal names, only those that the caller has to see to.
    private static <T> Result<T> namingObstacles(Result<T> result, WireStatus status) {
        return result instanceof Result.Refused<T>(Refusal.StillHeld(var holds))
                ? Result.refused(new Refusal.StillHeld(status.obstacles(holds)))
                : result;
    }

    private Reply remove(Request request) {
        return answer(caller(request)
                .then(caller -> optionalBody(request).then(input -> {
                    UUID id = input.userId();
                    return write(request, input, caller, UserRef.id(id), List.of(new Command.Remove(null, null)))
                            .map(change -> about(
                                    200,
                                    "User removed successfully.",
                                    change,
                                    (json, user) -> json.field(
                                                    "userId", user.id().toString())
                                            .field("removedAt", removedAt(user, change.at()))));
                })));
    }

    /// When a removed user was removed first: the hold that a later removal leaves as it is knows.
    private static String removedAt(User user, Instant now) {
        Hold removed = user.holds().get(HoldKind.REMOVED, Hold.MAIN);
        return Timestamps.text(removed == null ? now : removed.placedAt());
    }

    private Reply generateToken(Request request) {
        return answer(body(request)
                .then(input -> {
                    if (input.has("refreshToken")) {
                        if (input.has("apiKey") || input.has("apiSecret")) {
                            input.fault("refreshToken", "ambiguous", "Must not stand beside apiKey and apiSecret.");
                        }
                        String refreshToken = input.text("refreshToken");
                        return input.result(() -> refreshToken)
                                .then(text ->
                                        gate.refresh(text, new RemoteClient(request.client(), request.serverId())));
                    }
                    String apiKey = input.text("apiKey");
                    String apiSecret = input.text("apiSecret");
                    return input.result(() -> apiKey)
                            .then(_ -> gate.exchange(
                                    apiKey, apiSecret, new RemoteClient(request.client(), request.serverId())));
                })
                .map(Signet::tokens));
    }

    private static Reply tokens(Tokens tokens) {
        return success(
                200,
                "Access token generated successfully.",
                json -> json.object("credentials")
                        .field("accessToken", tokens.accessToken())
                        .field("refreshToken", tokens.refreshToken())
                        .field("tokenType", "Bearer")
                        .end()
                        .object("expiration")
                        .field("expiresIn", span(tokens.accessLasts()))
                        .field("expiresAt", Timestamps.text(tokens.accessExpiresAt()))
                        .field("refreshExpiresIn", span(tokens.refreshLasts()))
                        .end()
                        .object("usage")
                        .field("format", "Bearer {accessToken}")
                        .field("scope", tokens.environment().word())
                        .end());
    }

    /// As the page writes it: `1d`, `1h`, and `30m` towards the end of a family.
    private static String span(Duration lasts) {
        if (lasts.toDays() > 0) {
            return lasts.toDays() + "d";
        }
        return lasts.toHours() > 0 ? lasts.toHours() + "h" : lasts.toMinutes() + "m";
    }

    // What calls have in common.

    private Result<Caller> caller(Request request) {
        RemoteClient client = new RemoteClient(request.client(), request.serverId());
        return gate.bearer(request.header("Authorization"), client).map(caller -> {
            request.proven();
            return caller;
        });
    }

    private static Result<Input> body(Request request) {
        String type = request.contentType();
        if (!type.isEmpty() && !type.equals(Reply.JSON)) {
            throw new Refused(new Fault.UnsupportedCoding("The body must be application/json."));
        }
        return Input.ofBody(request);
    }

    private static Result<Input> optionalBody(Request request) {
        return request.body().length == 0 ? Result.ok(Input.ofQuery(request)) : body(request);
    }

    /// Carries out `commands`, if nothing is wrong with what was read.
    ///
    /// @param commands of no meaning when something is
    private Result<Change> write(
            Request request, Input input, Caller caller, @Nullable UserRef target, List<Command> commands) {
        Guards guards = input.guards();
        String key = guards.idempotencyKey();
        return input.result(() -> new Write(caller.actor(), target, commands, guards.ifMatch()))
                .map(write -> new dev.muster.directory.Request(
                        caller.realm().id(),
                        write,
                        new Origin(NAME, request.serverId(), request.clientId(), null),
                        key == null ? null : Retry.of(key, NAME, write),
                        guards.dryRun(),
                        request.body().length))
                .then(directory::execute);
    }

    // Replies.

    private static Reply answer(Result<Reply> result) {
        return switch (result) {
            case Result.Ok<Reply>(var reply) -> reply;
            case Result.Refused<Reply>(var refusal) -> Wording.of(refusal).reply();
        };
    }

    private static Reply about(int status, String message, Change change, BiConsumer<JsonWriter, User> data) {
        User user = change.user();
        return success(status, message, json -> data.accept(json, user)).with("ETag", etag(user));
    }

    private static Reply success(int status, @Nullable String message, Consumer<JsonWriter> data) {
        return Reply.json(status, json -> {
            json.object()
                    .field("success", true)
                    .fieldIfPresent("message", message)
                    .object("data");
            data.accept(json);
            json.end().end();
        });
    }

    private static void detail(JsonWriter json, User user, Instant now) {
        person(json, user, now);
        json.field("registeredAt", Timestamps.text(user.registeredAt()));
        json.field("updatedAt", Timestamps.text(user.updatedAt()));
    }

    private static void person(JsonWriter json, User user, Instant now) {
        json.field("userId", user.id().toString())
                .field("name", user.name() == null ? "" : user.name())
                .field("email", user.email() == null ? "" : user.email().text())
                .field("status", WireStatus.of(user.holds(), now).word());
    }

    /// What `If-Match` asks for.
    private static String etag(User user) {
        return "\"" + user.version() + "\"";
    }
}
