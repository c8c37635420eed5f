package dev.muster.api;

import dev.muster.http.Request;
import dev.muster.security.RemoteClient;

/// Clients as the authentication and the security log know them.
public final class RemoteClients {
    private RemoteClients() {}

    /// The client that sent `request`.
    public static RemoteClient of(Request request) {
        return new RemoteClient(request.client(), request.serverId());
    }
}
