package dev.muster.api.epixel;

import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Face;
import dev.muster.http.Guards;
import dev.muster.http.Handler;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.HoldKind;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import dev.muster.security.Caller;
import dev.muster.security.Gate;
import dev.muster.security.Gate.Tokens;
import dev.muster.security.RemoteClient;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The routes of the dialect. Every call carries an API key; blocking and unblocking an operator's access token too,
/// and it is the operator who does it.
public final class Epixel {
    private static final String NAME = "epixel";
    private static final String API_KEY = "apikey";
    private static final String BEARER = "Bearer ";

    /// What the samples on the vendor's page send, by a misprint.
    private static final String MISPRINTED = "Beare ";

    private final Directory directory;
    private final Gate gate;
    private final String base;

    /// @param base `/<api prefix>/<version>`, as the clients were told
    public Epixel(Directory directory, Gate gate, String base) {
        this.directory = directory;
        this.gate = gate;
        this.base = base;
    }

    public Face face() {
        return new Face(
                NAME,
                base,
                Stream.of(
                                routes("/user/login", this::signIn),
                                routes("/user/login/refresh", this::refresh),
                                routes(
                                        "/block/user",
                                        request -> hold(request, new Command.AssertHold(HoldKind.BLOCKED))),
                                routes(
                                        "/unblock/user",
                                        request -> hold(request, new Command.LiftHold(HoldKind.BLOCKED))))
                        .flatMap(List::stream)
                        .toList(),
                (fault, _) -> Wording.of(fault).reply());
    }

    /// The clients' paths end with a slash, and people forget it.
    private List<Route> routes(String path, Handler handler) {
        return List.of(Route.post(base + path + "/", handler), Route.post(base + path, handler));
    }

    // Signing in.

    private Reply signIn(Request request) {
        return switch (keyHolder(request)) {
            case Result.Refused<Caller>(var refusal) -> refused(refusal, request.header(API_KEY) != null);
            case Result.Ok<Caller>(var key) ->
                switch (tokens(request, key)) {
                    case Result.Ok<Tokens>(var tokens) ->
                        Reply.json(
                                200,
                                json -> json.object()
                                        .field("refresh", tokens.refreshToken())
                                        .field("access", tokens.accessToken())
                                        .end());
                    case Result.Refused<Tokens>(Refusal.Unauthenticated()) -> Wording.NO_ACCOUNT.reply();
                    case Result.Refused<Tokens>(var refusal) ->
                        Wording.of(refusal).reply();
                };
        };
    }

    private Result<Tokens> tokens(Request request, Caller key) {
        return Input.of(request).then(input -> {
            String username = input.text("username");
            String password = input.text("password");
            return input.result(() -> username)
                    .then(name ->
                            gate.signIn(key, name, password, new RemoteClient(request.client(), request.serverId())));
        });
    }

    private Reply refresh(Request request) {
        return switch (keyHolder(request)) {
            case Result.Refused<Caller>(var refusal) -> refused(refusal, request.header(API_KEY) != null);
            case Result.Ok<Caller>(var key) ->
                answer(Input.of(request)
                        .then(input -> {
                            String refresh = input.text("refresh");
                            return input.result(() -> refresh);
                        })
                        .then(token -> gate.refreshOperator(
                                key, token, new RemoteClient(request.client(), request.serverId())))
                        .map(tokens -> Reply.json(
                                200,
                                json -> json.object()
                                        .field("access", tokens.accessToken())
                                        .end())));
        };
    }

    // Blocking and unblocking.

    private Reply hold(Request request, Command command) {
        String key = request.header(API_KEY);
        String authorization = corrected(request.header("Authorization"));
        return switch (proven(
                request, gate.operator(key, authorization, new RemoteClient(request.client(), request.serverId())))) {
            case Result.Refused<Caller>(var refusal) -> refused(refusal, key != null && isBearer(authorization));
            case Result.Ok<Caller>(var caller) ->
                answer(gate.noted(
                                caller,
                                new RemoteClient(request.client(), request.serverId()),
                                Input.of(request).then(input -> write(request, input, caller, command)))
                        .map(Epixel::done));
        };
    }

    private Result<Change> write(Request request, Input input, Caller caller, Command command) {
        UserRef target = input.uniqueId();
        Guards guards = input.guards(request);
        return input.result(() -> new Write(caller.actor(), target, List.of(command), guards.ifMatch()))
                .map(write -> new WriteRequest(
                        caller.realm().id(),
                        write,
                        new Origin(NAME, request.serverId(), request.clientId(), null),
                        guards.idempotencyKey() == null ? null : Retry.of(guards.idempotencyKey(), NAME, write),
                        guards.dryRun(),
                        request.body().length))
                .then(directory::execute);
    }

    private static Reply done(Change change) {
        return Wording.DONE.reply().with("ETag", "\"" + change.user().version() + "\"");
    }

    // What calls have in common.

    private Result<Caller> keyHolder(Request request) {
        return proven(
                request, gate.apiKey(request.header(API_KEY), new RemoteClient(request.client(), request.serverId())));
    }

    /// The same, and the request is marked as proven if there is a caller.
    private static Result<Caller> proven(Request request, Result<Caller> caller) {
        if (caller instanceof Result.Ok<Caller>) {
            request.proven();
        }
        return caller;
    }

    /// @param given whether there were credentials of the right kinds at all
    private static Reply refused(Refusal refusal, boolean given) {
        return (refusal instanceof Refusal.Unauthenticated && !given ? Wording.NOT_PROVIDED : Wording.of(refusal))
                .reply();
    }

    private static @Nullable String corrected(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, MISPRINTED, 0, MISPRINTED.length())
                ? BEARER + authorization.substring(MISPRINTED.length())
                : authorization;
    }

    private static boolean isBearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    private static Reply answer(Result<Reply> result) {
        return switch (result) {
            case Result.Ok<Reply>(var reply) -> reply;
            case Result.Refused<Reply>(var refusal) -> Wording.of(refusal).reply();
        };
    }
}
