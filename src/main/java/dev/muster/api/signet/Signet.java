package dev.muster.api.signet;

import dev.muster.api.ErrorText;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteDoor;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.UserQuery;
import dev.muster.http.Fault;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.JsonWriter;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import dev.muster.security.Authenticator;
import dev.muster.security.Authenticator.Tokens;
import dev.muster.security.Caller;
import dev.muster.security.RemoteClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The routes of the dialect, under the names of both versions of the vendor's page. Each authenticates the
/// caller, reads the request, asks the directory, and words the answer.
public final class Signet {
    private static final String NAME = "signet";
    private static final String BASE = "/partner/v1";
    private static final long LARGEST_PAGE = 100;
    private static final long USUAL_PAGE = 20;
    private static final long LARGEST_OFFSET = 999_999_999_999_999_999L;

    private final Directory directory;
    private final WriteDoor door;
    private final Authenticator authenticator;

    public Signet(Directory directory, Authenticator authenticator) {
        this.directory = directory;
        this.door = new WriteDoor(directory, NAME);
        this.authenticator = authenticator;
    }

    public HttpApi httpApi() {
        List<Route> routes = new ArrayList<>();
        for (Naming naming : Naming.values()) {
            routes.addAll(routes(naming));
        }
        // Where the vendor has it: outside the base.
        routes.add(Route.post("/dpop/v1/api/generate-token", this::generateToken));
        return new HttpApi(NAME, BASE, routes, (fault, _) -> SignetErrors.reply(ErrorText.of(fault)));
    }

    private List<Route> routes(Naming naming) {
        String one = naming.word();
        return List.of(
                // Metadata may be long.
                Route.post(BASE + "/register-" + one, request -> register(request, naming))
                        .withBodyLimit(Route.LARGE_BODY_LIMIT),
                Route.get(BASE + "/all-" + naming.plural(), request -> list(request, naming))
                        .largeReplies(),
                Route.get(BASE + "/get-" + one, request -> get(request, naming)),
                Route.patch(BASE + "/update-" + one, request -> update(request, naming))
                        .withBodyLimit(Route.LARGE_BODY_LIMIT),
                Route.delete(BASE + "/remove-" + one, request -> remove(request, naming)));
    }

    // Calls.

    private Reply register(Request request, Naming naming) {
        return answer(
                naming,
                called(
                        request,
                        caller -> body(request, naming).then(input -> registration(request, input, caller, naming))));
    }

    private Result<Reply> registration(Request request, SignetFields input, Caller caller, Naming naming) {
        String name = input.name();
        Identifier email = input.email();
        String metadata = input.metadata();
        return write(
                        request,
                        input,
                        caller,
                        null,
                        List.of(new Command.Register(email, null, null, name, null, null, Tag.USER, metadata)))
                .map(change -> about(201, naming.title() + " registered successfully.", change, (json, user) -> {
                    person(json, user, change.at(), naming);
                    json.field("registeredAt", Timestamps.text(user.registeredAt()));
                }));
    }

    private Reply list(Request request, Naming naming) {
        return answer(naming, called(request, caller -> {
            SignetFields input = SignetFields.ofQuery(request, naming);
            long limit = input.number("limit", 1, LARGEST_PAGE, USUAL_PAGE, "Must be from 1 to 100.");
            long offset = input.number("offset", 0, LARGEST_OFFSET, 0, "Must be 0 or more.");
            return input.result(() -> UserQuery.all((int) limit, offset))
                    .then(query -> directory.list(caller.actor(), caller.realm().id(), query))
                    .map(seen -> page(seen, limit, offset, naming));
        }));
    }

    private static Reply page(AsOf<Page<User>> seen, long limit, long offset, Naming naming) {
        Page<User> page = seen.value();
        return success(200, naming.title() + "s retrieved successfully.", json -> {
            json.array(naming.plural());
            for (User user : page.items()) {
                json.object();
                detail(json, user, seen.at(), naming);
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

    private Reply get(Request request, Naming naming) {
        return answer(naming, called(request, caller -> {
            SignetFields input = SignetFields.ofQuery(request, naming);
            UUID id = input.userId();
            return input.result(() -> UserRef.id(id))
                    .then(ref -> directory.find(caller.actor(), caller.realm().id(), ref))
                    .map(seen -> success(200, null, json -> detail(json, seen.value(), seen.at(), naming))
                            .with("ETag", WriteHeaders.tag(seen.value().version())));
        }));
    }

    private Reply update(Request request, Naming naming) {
        return answer(
                naming,
                called(request, caller -> body(request, naming).then(input -> change(request, input, caller, naming))));
    }

    private Result<Reply> change(Request request, SignetFields input, Caller caller, Naming naming) {
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
            commands.addAll(status.commands(naming));
        }
        if (fields) {
            commands.add(Command.Update.of(edits -> {
                edits.email = email;
                edits.name = name;
                edits.metadata = metadata;
            }));
        }
        if (status != null) {
            commands.add(status.expectation(naming));
        }
        Result<Change> result = write(request, input, caller, UserRef.id(id), commands);
        return (status == null ? result : namingObstacles(result, status, naming))
                .map(change -> about(200, naming.title() + " updated successfully.", change, (json, user) -> {
                    person(json, user, change.at(), naming);
                    json.field("updatedAt", Timestamps.text(user.updatedAt()));
                }));
    }

    /// Of the holds that a refusal names, only those that the caller has to see to.
    private static <T> Result<T> namingObstacles(Result<T> result, WireStatus status, Naming naming) {
        return result instanceof Result.Refused<T>(Refusal.StillHeld(var holds))
                ? Result.refused(new Refusal.StillHeld(status.obstacles(holds, naming)))
                : result;
    }

    private Reply remove(Request request, Naming naming) {
        return answer(
                naming,
                called(
                        request,
                        caller ->
                                optionalBody(request, naming).then(input -> removal(request, input, caller, naming))));
    }

    private Result<Reply> removal(Request request, SignetFields input, Caller caller, Naming naming) {
        UUID id = input.userId();
        return write(request, input, caller, UserRef.id(id), List.of(new Command.Remove(null, null)))
                .map(change -> about(
                        200,
                        naming.title() + " removed successfully.",
                        change,
                        (json, user) -> json.field(naming.idField(), user.id().toString())
                                .field("removedAt", removedAt(user, change.at()))));
    }

    /// When a removed user was removed first: the hold that a later removal leaves as it is knows.
    private static String removedAt(User user, Instant now) {
        Hold removed = user.holds().get(HoldKind.REMOVED, Hold.MAIN);
        return Timestamps.text(removed == null ? now : removed.placedAt());
    }

    private Reply generateToken(Request request) {
        return switch (body(request, Naming.USER)) {
            case Result.Refused<SignetFields>(var refusal) -> SignetErrors.reply(refusal, Naming.USER);
            case Result.Ok<SignetFields>(var input) ->
                input.has("refreshToken") ? refreshed(request, input) : exchanged(request, input);
        };
    }

    private Reply refreshed(Request request, SignetFields input) {
        if (input.has("apiKey") || input.has("apiSecret")) {
            input.fault("refreshToken", "ambiguous", "Must not stand beside apiKey and apiSecret.");
        }
        String refreshToken = input.filled("refreshToken");
        return tokens(
                input.result(() -> refreshToken).then(text -> authenticator.refresh(text, RemoteClients.of(request))),
                SignetErrors.BAD_REFRESH_TOKEN);
    }

    private Reply exchanged(Request request, SignetFields input) {
        String apiKey = input.filled("apiKey");
        String apiSecret = input.filled("apiSecret");
        return tokens(
                input.result(() -> apiKey)
                        .then(_ -> authenticator.exchange(apiKey, apiSecret, RemoteClients.of(request))),
                SignetErrors.BAD_KEY_OR_SECRET);
    }

    /// @param bad what to say when the credentials in the body are not right
    private static Reply tokens(Result<Tokens> result, ErrorText bad) {
        return switch (result) {
            case Result.Ok<Tokens>(var tokens) -> tokens(tokens);
            case Result.Refused<Tokens>(Refusal.Unauthenticated()) -> SignetErrors.reply(bad);
            case Result.Refused<Tokens>(var refusal) -> SignetErrors.reply(refusal, Naming.USER);
        };
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

    /// What a call gives to who is proven to ask. That they may not is noted.
    private Result<Reply> called(Request request, Function<Caller, Result<Reply>> call) {
        RemoteClient client = RemoteClients.of(request);
        return authenticator.bearer(request.header("Authorization"), client).then(caller -> {
            request.proven();
            return authenticator.noted(caller, client, call.apply(caller));
        });
    }

    private static Result<SignetFields> body(Request request, Naming naming) {
        String type = request.contentType();
        if (!type.isEmpty() && !type.equals(Reply.JSON)) {
            throw new HttpException(new Fault.UnsupportedCoding("The body must be application/json."));
        }
        return SignetFields.ofBody(request, naming);
    }

    private static Result<SignetFields> optionalBody(Request request, Naming naming) {
        return request.body().length == 0 ? Result.ok(SignetFields.ofQuery(request, naming)) : body(request, naming);
    }

    /// Carries out `commands`, if nothing is wrong with what was read.
    ///
    /// @param commands of no meaning when something is
    private Result<Change> write(
            Request request, SignetFields input, Caller caller, @Nullable UserRef target, List<Command> commands) {
        WriteHeaders headers = input.headers(request);
        return input.result(() -> commands).then(sound -> door.write(request, caller, target, sound, headers));
    }

    // Replies.

    private static Reply answer(Naming naming, Result<Reply> result) {
        return switch (result) {
            case Result.Ok<Reply>(var reply) -> reply;
            case Result.Refused<Reply>(var refusal) -> SignetErrors.reply(refusal, naming);
        };
    }

    private static Reply about(int status, String message, Change change, BiConsumer<JsonWriter, User> data) {
        User user = change.user();
        return success(status, message, json -> data.accept(json, user)).with("ETag", WriteHeaders.tag(user.version()));
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

    private static void detail(JsonWriter json, User user, Instant now, Naming naming) {
        person(json, user, now, naming);
        json.field("registeredAt", Timestamps.text(user.registeredAt()));
        json.field("updatedAt", Timestamps.text(user.updatedAt()));
    }

    private static void person(JsonWriter json, User user, Instant now, Naming naming) {
        json.field(naming.idField(), user.id().toString())
                .field("name", user.name() == null ? "" : user.name())
                .field("email", user.email() == null ? "" : user.email().text())
                .field("status", WireStatus.of(user.holds(), now, naming).word());
    }
}
