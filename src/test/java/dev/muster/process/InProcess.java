package dev.muster.process;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.http.HttpApi;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A server that runs in the test's own process, with access to its APIs and their routes.
final class InProcess implements AutoCloseable {
    /// Raises the limit, because the test client fails authentication on purpose many times.
    private static final int ATTEMPTS = 1_000_000;

    final List<HttpApi> httpApis = new ArrayList<>();
    final TestServer server;

    InProcess(Path folder) {
        server = new TestServer(folder, InstantSource.system(), ATTEMPTS, (core, gate, keyGenerator) -> {
            httpApis.addAll(new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
            return httpApis;
        });
    }

    @Override
    public void close() {
        server.close();
    }
}
