package dev.muster.api.signet;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.CallHandler;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.directory.Directory;
import dev.muster.http.HttpApi;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.value.Timestamps;
import dev.muster.security.Authenticator;
import dev.muster.security.format.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The routes of the dialect, under the names of both versions of the vendor's page, and the token exchange.
public final class SignetApi {
    private static final String NAME = "signet";
    private static final String BASE = "/partner/v1";

    /// The vendor defines this path outside its base path.
    static final String TOKENS = "/dpop/v1/api/generate-token";

    private final Directory directory;
    private final Authenticator authenticator;

    public SignetApi(Directory directory, Authenticator authenticator) {
        this.directory = directory;
        this.authenticator = authenticator;
    }

    public HttpApi httpApi() {
        List<Route> routes = new ArrayList<>();
        for (ApiVersion apiVersion : ApiVersion.values()) {
            UserCalls calls = new UserCalls(
                    directory,
                    new WriteGateway(directory, NAME),
                    new CallHandler(authenticator, refusal -> SignetErrors.reply(refusal, apiVersion)),
                    apiVersion);
            String one = apiVersion.wireName();
            routes.addAll(List.of(
                    // The metadata in a body may be long.
                    Route.post(BASE + "/register-" + one, calls::register).withBodyLimit(Route.LARGE_BODY_LIMIT),
                    Route.get(BASE + "/all-" + apiVersion.plural(), calls::list).largeReplies(),
                    Route.get(BASE + "/get-" + one, calls::get),
                    Route.patch(BASE + "/update-" + one, calls::update).withBodyLimit(Route.LARGE_BODY_LIMIT),
                    Route.delete(BASE + "/remove-" + one, calls::remove)));
        }
        routes.add(Route.post(TOKENS, this::generateToken));
        return new HttpApi(NAME, BASE, routes, (fault, _) -> SignetErrors.reply(ErrorText.of(fault)));
    }

    private Reply generateToken(Request request) {
        try {
            SignetFields in = SignetFields.ofBody(request, ApiVersion.USER);
            return in.has("refreshToken") ? refreshed(request, in) : exchanged(request, in);
        } catch (RefusedException e) {
            return SignetErrors.reply(e.refusal(), ApiVersion.USER);
        }
    }

    private Reply refreshed(Request request, SignetFields in) {
        if (in.has("apiKey") || in.has("apiSecret")) {
            in.fault("refreshToken", "ambiguous", "Cannot be combined with apiKey and apiSecret.");
        }
        String refreshToken = in.filled("refreshToken");
        in.check();
        return tokens(
                authenticator.tokens().refresh(refreshToken, RemoteClients.of(request)),
                SignetErrors.BAD_REFRESH_TOKEN);
    }

    private Reply exchanged(Request request, SignetFields in) {
        String apiKey = in.filled("apiKey");
        String apiSecret = in.filled("apiSecret");
        in.check();
        return tokens(
                authenticator.tokens().exchange(apiKey, apiSecret, RemoteClients.of(request)),
                SignetErrors.BAD_KEY_OR_SECRET);
    }

    /// @param bad the error for wrong credentials in the body
    private static Reply tokens(Result<Tokens> result, ErrorText bad) {
        if (result instanceof Result.Refused<Tokens>(Refusal.Unauthenticated())) {
            return SignetErrors.reply(bad);
        }
        Tokens tokens = unlessRefused(result);
        return UserCalls.success(
                200,
                "Access token generated successfully.",
                json -> json.object("credentials")
                        .field("accessToken", tokens.accessToken())
                        .field("refreshToken", tokens.refreshToken())
                        .field("tokenType", "Bearer")
                        .end()
                        .object("expiration")
                        .field("expiresIn", span(tokens.accessLifetime()))
                        .field("expiresAt", Timestamps.text(tokens.accessExpiresAt()))
                        .field("refreshExpiresIn", span(tokens.refreshLifetime()))
                        .end()
                        .object("usage")
                        .field("format", "Bearer {accessToken}")
                        .field("scope", tokens.environment().wireName())
                        .end());
    }

    /// Formats a duration as on the vendor's page: `1d`, `1h`, or `30m` near the end of a token family.
    private static String span(Duration lifetime) {
        if (lifetime.toDays() > 0) {
            return lifetime.toDays() + "d";
        }
        return lifetime.toHours() > 0 ? lifetime.toHours() + "h" : lifetime.toMinutes() + "m";
    }
}
