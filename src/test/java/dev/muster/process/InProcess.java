package dev.muster.process;

import dev.muster.TestServer;
import dev.muster.api.allthenticate.Allthenticate;
import dev.muster.api.epixel.Epixel;
import dev.muster.api.rest.RestFace;
import dev.muster.api.signet.Signet;
import dev.muster.http.Face;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A server within the test's own process, with the faces and their routes at hand.
final class InProcess implements AutoCloseable {
    /// A client here is wrong on purpose, over and over.
    private static final int ATTEMPTS = 1_000_000;

    final List<Face> faces = new ArrayList<>();
    final TestServer server;

    InProcess(Path folder) {
        server = new TestServer(folder, InstantSource.system(), ATTEMPTS, (core, gate, mint) -> {
            faces.add(RestFace.of(core, gate, mint));
            faces.add(new Signet(core.directory(), gate).face());
            faces.add(new Allthenticate(core.directory(), core.groups(), gate).face());
            faces.add(new Epixel(core.directory(), gate, "/api/v1").face());
            return faces;
        });
    }

    @Override
    public void close() {
        server.close();
    }
}
