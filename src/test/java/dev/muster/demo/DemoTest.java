package dev.muster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.directory.UserQuery;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.security.Caller;
import dev.muster.security.RemoteClient;
import dev.muster.testing.IgnoringListener;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demonstration contains the users that it announces, and each command that it prints works when it is pasted.
final class DemoTest {
    private static final Pattern STATUS_IN_REMARK = Pattern.compile(": ([45][0-9]{2})$");

    @TempDir
    private Path folder;

    @Test
    void printedCommandsWork() throws Exception {
        DemoClock clock = new DemoClock();
        try (TestServer server = new TestServer(
                folder,
                clock,
                20,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, clock, null, "/api/v1").httpApis())) {
            String text = new Demo(
                            server.directory(),
                            server.credentials(),
                            server.evidence(),
                            server.authenticator(),
                            server.mint(),
                            clock)
                    .fill(server.address());
            everybodyIsThere(server, text);
            int commands = 0;
            int expected = 2;
            for (String line : text.lines().toList()) {
                if (line.startsWith("#")) {
                    Matcher status = STATUS_IN_REMARK.matcher(line);
                    expected = status.find() ? Integer.parseInt(status.group(1)) / 100 : 2;
                } else if (line.contains("curl ")) {
                    commands++;
                    String status = status(line);
                    assertThat(status).as(line).startsWith(Integer.toString(expected));
                }
            }
            assertThat(commands).isGreaterThan(28);
        }
    }

    private static void everybodyIsThere(TestServer server, String text) {
        Realm realm = server.credentials().realm("demo", Environment.TEST);
        Matcher key = Pattern.compile("mst_test_\\w+").matcher(text);
        assertThat(key.find()).isTrue();
        Actor actor = ((Result.Ok<Caller>) server.authenticator()
                        .bearer(
                                "Bearer " + key.group(),
                                new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener())))
                .value()
                .actor();
        List<User> users = new ArrayList<>();
        for (long offset = 0; offset < 500; offset += 100) {
            users.addAll(list(server, actor, realm, offset));
        }
        assertThat(users).hasSize(500);
        Set<Status> statuses = users.stream()
                .map(user -> user.holds().status(server.clock().instant()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Status.class)));
        assertThat(statuses).containsExactlyInAnyOrder(Status.values());
        assertThat(users).filteredOn(User::isErased).hasSize(1);
        assertThat(users).filteredOn(User::isBarred).hasSize(1);
        assertThat(users)
                .filteredOn(user -> user.holds().all().size() == 3)
                .as("several holds at once")
                .hasSizeGreaterThan(3);
    }

    private static List<User> list(TestServer server, Actor actor, Realm realm, long offset) {
        return switch (server.directory().list(actor, realm.id(), UserQuery.all(100, offset))) {
            case Result.Ok<dev.muster.directory.AsOf<dev.muster.directory.Page<User>>>(var seen) ->
                seen.value().items();
            case Result.Refused<dev.muster.directory.AsOf<dev.muster.directory.Page<User>>>(var refusal) ->
                throw new AssertionError(refusal.toString());
        };
    }

    private static String status(String command) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", command + " -o /dev/null -w '%{http_code}'")
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
