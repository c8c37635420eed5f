package dev.muster.api.rest;

import dev.muster.directory.Core;
import dev.muster.http.Reply;

/// Whether the server is running and able to serve, for load balancers.
final class HealthRoutes {
    private HealthRoutes() {}

    static Reply live() {
        return health(true);
    }

    /// Does not name the contradicted realm, because this call needs no credential.
    static Reply ready(Core core) {
        return core.isContradicted()
                ? Reply.json(
                        503,
                        json -> json.object()
                                .field("status", "down")
                                .field("reason", "A journal contradicts its signed checkpoints; the log has the realm.")
                                .end())
                : health(core.isAnswering());
    }

    private static Reply health(boolean healthy) {
        return Reply.json(
                healthy ? 200 : 503,
                json -> json.object().field("status", healthy ? "up" : "down").end());
    }
}
