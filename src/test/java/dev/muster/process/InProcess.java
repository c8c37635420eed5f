package dev.muster.process;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.http.HttpApi;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A server within the test's own process, with the faces and their routes at hand.
final class InProcess implements AutoCloseable {
    /// A client here is wrong on purpose, over and over.
    private static final int ATTEMPTS = 1_000_000;

    final List<HttpApi> httpApis = new ArrayList<>();
    final TestServer server;

    InProcess(Path folder) {
        server = new TestServer(folder, InstantSource.system(), ATTEMPTS, (core, gate, mint) -> {
            httpApis.addAll(new Dialects(core, gate, mint, InstantSource.system(), null, "/api/v1").httpApis());
            return httpApis;
        });
    }

    @Override
    public void close() {
        server.close();
    }
}
