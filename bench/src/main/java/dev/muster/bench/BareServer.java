package dev.muster.bench;

import io.helidon.webserver.WebServer;

/// A minimal Helidon server for comparing startup times. It has one route with a constant response.
final class BareServer {
    private BareServer() {}

    /// Serves until it is killed.
    ///
    /// @param args the port, and optionally `once` to exit as soon as the server listens
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
