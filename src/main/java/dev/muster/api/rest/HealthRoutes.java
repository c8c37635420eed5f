package dev.muster.api.rest;

import dev.muster.directory.Core;
import dev.muster.http.Reply;
import dev.muster.http.Route;
import java.util.List;

/// Tells load balancers whether the server is running and able to serve.
public final class HealthRoutes {
    private HealthRoutes() {}

    /// Returns the routes for a port other than that of the API.
    public static List<Route> of(Core core) {
        return List.of(Route.get("/health/live", _ -> live()), Route.get("/health/ready", _ -> ready(core)));
    }

    static Reply live() {
        return health(true);
    }

    /// Reports whether the server is able to serve. The reply does not name a contradicted realm, because this call
    /// requires no credential.
    static Reply ready(Core core) {
        if (core.isContradicted()) {
            return down("A journal contradicts its signed checkpoints; the log has the realm.");
        }
        boolean answers = core.isAnswering();
        return answers && !core.hasMasterKeys()
                ? down("The master key file lacks a key that the database needs; the log has its id.")
                : health(answers);
    }

    private static Reply down(String reason) {
        return Reply.json(
                503,
                json -> json.object()
                        .field("status", "down")
                        .field("reason", reason)
                        .end());
    }

    private static Reply health(boolean healthy) {
        return Reply.json(
                healthy ? 200 : 503,
                json -> json.object().field("status", healthy ? "up" : "down").end());
    }
}
