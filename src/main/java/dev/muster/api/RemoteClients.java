package dev.muster.api;

import dev.muster.http.Request;
import dev.muster.security.RemoteClient;

/// Creates the [RemoteClient] of a request, for authentication and the security log.
public final class RemoteClients {
    private RemoteClients() {}

    /// The client that sent `request`.
    public static RemoteClient of(Request request) {
        return new RemoteClient(request.client(), request.serverId(), new RequestAttribution(request));
    }
}
