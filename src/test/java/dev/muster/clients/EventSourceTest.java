package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.api.rest.RestApi;
import dev.muster.directory.Core;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.testing.CuttingProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The npm package `eventsource` follows the event stream through a proxy that keeps cutting its connection. It resumes
/// the stream without gaps.
@Timeout(180)
final class EventSourceTest {
    private static final int USERS = 12;

    @TempDir
    private Path folder;

    private Core core;

    @Test
    void npmEventsourceMissesNothingThroughACutConnection() throws Exception {
        try (ClientServer server = new ClientServer(folder, (made, gate, keyGenerator) -> {
                    core = made;
                    return List.of(RestApi.of(made, gate, keyGenerator, null));
                });
                CuttingProxy proxy = new CuttingProxy(server.muster().port(), _ -> false)) {
            TestServer muster = server.muster();
            TestServer.Tenancy tenancy = muster.makeTenant("acme");
            Actor admin = muster.actor(tenancy.test(), tenancy.testKey());
            Path script = Files.createDirectories(NodePackages.install().resolve("events"))
                    .resolve("listen.mjs");
            Files.copy(NodePackages.SOURCES.resolve("events/listen.mjs"), script, StandardCopyOption.REPLACE_EXISTING);
            long last = 1 + 2 * USERS;
            CompletableFuture<ClientProcess> client = CompletableFuture.supplyAsync(() -> server.node(
                    script,
                    "https://127.0.0.1:" + proxy.port() + "/v1/events/stream?after=1",
                    tenancy.testKey().apiKey(),
                    Long.toString(last)));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                awaitStreams(1);
                // Some events are written while the client is disconnected.
                if (i % 4 == 0) {
                    proxy.cutAll();
                    awaitStreams(0);
                }
                expected.addAll(write(muster, tenancy.test(), admin, i));
            }
            ClientProcess ended = client.get();
            assertThat(ended.exitCode()).as("%s", ended).isZero();
            List<String> lines = ended.out().lines().toList();
            // A connection that is cut immediately is not reported as open, so there may be fewer reports than cuts.
            assertThat(lines.stream().filter(line -> line.startsWith("started")))
                    .hasSizeGreaterThanOrEqualTo(2);
            // Duplicates are allowed, so they are removed first.
            assertThat(new LinkedHashSet<>(lines.stream()
                            .filter(line -> line.startsWith("evt_"))
                            .toList()))
                    .containsExactlyElementsOf(expected);
        }
    }

    private void awaitStreams(int count) throws InterruptedException {
        while (core.events().streams() != count) {
            Thread.sleep(5);
        }
    }

    /// Registers and suspends a user.
    ///
    /// @return the ids of the resulting events
    private static List<String> write(TestServer muster, long realm, Actor admin, int number) {
        UUID user = muster.execute(
                        realm,
                        admin,
                        null,
                        new Command.Register(
                                new Validator().email("user" + number + "@example.com"),
                                null,
                                null,
                                null,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user()
                .id();
        muster.execute(
                realm, admin, UserRef.id(user), new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, null, null, null));
        String id = "evt_" + realm + "_";
        long registered = 2 + 2L * number;
        return List.of(id + registered, id + (registered + 1), id + (registered + 1) + "_s");
    }
}
