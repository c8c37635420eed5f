package dev.muster.api.epixel;

import dev.muster.api.RemoteClients;
import dev.muster.api.WriteDoor;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.Directory;
import dev.muster.http.Handler;
import dev.muster.http.HttpApi;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.UserRef;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.Tokens;
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

    private final WriteDoor door;
    private final Authenticator authenticator;
    private final String base;

    /// @param base `/<api prefix>/<version>`, as the clients were told
    public Epixel(Directory directory, Authenticator authenticator, String base) {
        this.door = new WriteDoor(directory, NAME);
        this.authenticator = authenticator;
        this.base = base;
    }

    public HttpApi httpApi() {
        return new HttpApi(
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
                (fault, _) -> EpixelErrors.reply(EpixelErrors.of(fault)));
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
                    case Result.Refused<Tokens>(Refusal.Unauthenticated()) ->
                        EpixelErrors.reply(EpixelErrors.NO_ACCOUNT);
                    case Result.Refused<Tokens>(var refusal) -> EpixelErrors.reply(refusal);
                };
        };
    }

    private Result<Tokens> tokens(Request request, Caller key) {
        return EpixelFields.of(request).then(input -> {
            String username = input.filled("username");
            String password = input.filled("password");
            return input.result(() -> username)
                    .then(name -> authenticator.signIn(key, name, password, RemoteClients.of(request)));
        });
    }

    private Reply refresh(Request request) {
        return switch (keyHolder(request)) {
            case Result.Refused<Caller>(var refusal) -> refused(refusal, request.header(API_KEY) != null);
            case Result.Ok<Caller>(var key) ->
                answer(EpixelFields.of(request)
                        .then(input -> {
                            String refresh = input.filled("refresh");
                            return input.result(() -> refresh);
                        })
                        .then(token -> authenticator.tokens().refreshOperator(key, token, RemoteClients.of(request)))
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
        return switch (proven(request, authenticator.operator(key, authorization, RemoteClients.of(request)))) {
            case Result.Refused<Caller>(var refusal) -> refused(refusal, key != null && isBearer(authorization));
            case Result.Ok<Caller>(var caller) ->
                answer(authenticator
                        .noted(
                                caller,
                                RemoteClients.of(request),
                                EpixelFields.of(request).then(input -> write(request, input, caller, command)))
                        .map(Epixel::done));
        };
    }

    private Result<Change> write(Request request, EpixelFields input, Caller caller, Command command) {
        UserRef target = input.uniqueId();
        WriteHeaders headers = input.headers(request);
        return input.result(() -> target).then(user -> door.write(request, caller, user, List.of(command), headers));
    }

    private static Reply done(Change change) {
        return EpixelErrors.done().with("ETag", WriteHeaders.tag(change.user().version()));
    }

    // What calls have in common.

    private Result<Caller> keyHolder(Request request) {
        return proven(request, authenticator.apiKey(request.header(API_KEY), RemoteClients.of(request)));
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
        return refusal instanceof Refusal.Unauthenticated && !given
                ? EpixelErrors.reply(EpixelErrors.NOT_PROVIDED)
                : EpixelErrors.reply(refusal);
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
            case Result.Refused<Reply>(var refusal) -> EpixelErrors.reply(refusal);
        };
    }
}
