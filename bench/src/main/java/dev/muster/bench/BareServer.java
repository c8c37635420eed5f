package dev.muster.bench;

import io.helidon.webserver.WebServer;

/// The least that a server on Helidon can be, to compare starts with: one route with a constant answer.
final class BareServer {
    private BareServer() {}

    /// Serves, until it is killed.
    ///
    /// @param args the port; and `once`, to end when it listens
    public static void main(String[] args) {
        WebServer server = WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[0]))
                .shutdownHook(false)
                .routing(routing -> routing.get("/health/ready", (_, response) -> response.send("ready")))
                .build()
                .start();
        if (args.length > 1) {
            server.stop();
        }
    }
}
