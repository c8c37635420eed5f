package dev.muster.api.epixel;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.CallHandler;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
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
import dev.muster.security.format.Tokens;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The routes of the dialect. Every call requires an API key. Blocking and unblocking also require an operator's access
/// token, and are attributed to the operator.
public final class EpixelApi {
    private static final String NAME = "epixel";
    static final String API_KEY = "apikey";
    private static final String BEARER = "Bearer ";

    /// `Bearer` as misspelt in the vendor's samples.
    private static final String MISSPELT_BEARER = "Beare ";

    private final WriteGateway gateway;
    private final Authenticator authenticator;
    private final CallHandler handler;
    private final String base;

    /// @param base the base path `/<api prefix>/<version>`, as configured in the clients
    public EpixelApi(Directory directory, Authenticator authenticator, String base) {
        this.gateway = new WriteGateway(directory, NAME);
        this.authenticator = authenticator;
        this.handler = new CallHandler(authenticator, EpixelErrors::reply);
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
                                        request -> hold(request, new Command.EnsureHold(HoldKind.BLOCKED))),
                                routes(
                                        "/unblock/user",
                                        request -> hold(request, new Command.LiftHold(HoldKind.BLOCKED))))
                        .flatMap(List::stream)
                        .toList(),
                (fault, _) -> EpixelErrors.reply(EpixelErrors.of(fault)));
    }

    /// Declares a path with and without a trailing slash. The vendor's paths end with one.
    private List<Route> routes(String path, Handler handler) {
        return List.of(Route.post(base + path + "/", handler), Route.post(base + path, handler));
    }

    // Signing in.

    private Reply signIn(Request request) {
        return answer(request, keyHolder(request), request.header(API_KEY) != null, key -> {
            EpixelFields in = EpixelFields.of(request);
            String username = in.filled("username");
            String password = in.filled("password");
            in.check();
            Result<Tokens> result = authenticator.signIn(key, username, password, RemoteClients.of(request), NAME);
            if (result instanceof Result.Refused<Tokens>(Refusal.Unauthenticated())) {
                return EpixelErrors.reply(EpixelErrors.NO_ACCOUNT);
            }
            Tokens tokens = unlessRefused(result);
            return Reply.json(
                    200,
                    json -> json.object()
                            .field("refresh", tokens.refreshToken())
                            .field("access", tokens.accessToken())
                            .end());
        });
    }

    private Reply refresh(Request request) {
        return answer(request, keyHolder(request), request.header(API_KEY) != null, key -> {
            EpixelFields in = EpixelFields.of(request);
            String refresh = in.filled("refresh");
            in.check();
            Tokens tokens =
                    unlessRefused(authenticator.tokens().refreshOperator(key, refresh, RemoteClients.of(request)));
            return Reply.json(
                    200,
                    json -> json.object().field("access", tokens.accessToken()).end());
        });
    }

    private Result<Caller> keyHolder(Request request) {
        return authenticator.apiKey(request.header(API_KEY), RemoteClients.of(request));
    }

    // Blocking and unblocking.

    private Reply hold(Request request, Command command) {
        String key = request.header(API_KEY);
        String authorization = corrected(request.header("Authorization"));
        Result<Caller> operator = authenticator.operator(key, authorization, RemoteClients.of(request));
        return answer(request, operator, key != null && isBearer(authorization), caller -> {
            EpixelFields in = EpixelFields.of(request);
            UserRef target = in.uniqueId();
            WriteHeaders headers = in.headers(request);
            in.check();
            Change change = unlessRefused(gateway.write(request, caller, target, List.of(command), headers));
            return EpixelErrors.success()
                    .with("ETag", WriteHeaders.tag(change.user().version()));
        });
    }

    private static @Nullable String corrected(@Nullable String authorization) {
        return authorization != null
                        && authorization.regionMatches(true, 0, MISSPELT_BEARER, 0, MISSPELT_BEARER.length())
                ? BEARER + authorization.substring(MISSPELT_BEARER.length())
                : authorization;
    }

    private static boolean isBearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    /// @param given whether the request contains credentials of the right kinds
    private Reply answer(Request request, Result<Caller> proof, boolean given, CallHandler.Call call) {
        return proof instanceof Result.Refused<Caller>(Refusal.Unauthenticated()) && !given
                ? EpixelErrors.reply(EpixelErrors.NOT_PROVIDED)
                : handler.answer(request, proof, call);
    }
}
