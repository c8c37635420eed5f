package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.TestServer;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A bad request affects only itself. [NoInputMakesAServerFaultTest] sends many more kinds of bad requests, over real
/// connections.
class OneBadRequestTest {
    @TempDir
    private Path folder;

    private InProcess muster;
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        muster = new InProcess(folder);
        server = muster.server;
        tenancy = server.makeTenant("acme");
        client = new Client(server.address(), tenancy.testKey().apiKey());
        assertThat(client.json("POST", "/v1/users", Map.of("externalId", "ann")).status())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        client.close();
        muster.close();
    }

    /// Identifiers that are too long for an index entry are refused. The limit is in bytes, so even an identifier
    /// with few characters can exceed it.
    @Test
    void longIndexEntriesAreFineOrRefused() throws IOException {
        String four = "\ud83d\ude00".repeat(255);
        assertThat(client.json("POST", "/v1/users", Map.of("externalId", four)).status())
                .isEqualTo(201);
        assertThat(client.json("POST", "/v1/users", Map.of("externalId", four + "x"))
                        .status())
                .isEqualTo(422);
        // A character of four bytes, which normalization turns into three characters of four bytes each.
        String grows = "\ud834\udd60".repeat(255);
        for (String field : List.of("username", "externalId")) {
            Client.Answer answer = client.json("POST", "/v1/users", Map.of(field, grows));
            assertThat(answer.status()).as("%s", answer).isEqualTo(422);
            assertThat(answer.json().items("errors").getFirst().text("field")).isEqualTo(field);
            assertThat(answer.json().items("errors").getFirst().text("code")).isEqualTo("too_long");
        }
        // Looking up an identifier that is too long to exist is not an error.
        for (String kind : List.of("username:", "external:")) {
            assertThat(client.get("/v1/users/" + kind + "%F0%9D%85%A0".repeat(255))
                            .status())
                    .isEqualTo(404);
        }
    }

    /// Throws exceptions in a full batch that only a bug in a dialect could cause. The case `needs` throws before
    /// loading, `rule` during the decision, and `row` when saving.
    @ParameterizedTest
    @ValueSource(strings = {"needs", "rule", "row"})
    void anExceptionInAFullBatchFailsOneRequest(String where) throws Exception {
        int all = 200;
        int every = 40;
        Actor admin = server.actor(tenancy.test(), tenancy.testKey());
        List<Callable<Result<Change>>> requests = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            requests.add(i % every == every / 2 ? () -> bad(where, admin) : good(i, admin));
        }
        int failed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Result<Change>>> answers = threads.invokeAll(requests);
            for (int i = 0; i < all; i++) {
                Future<Result<Change>> answer = answers.get(i);
                if (i % every == every / 2) {
                    assertThatThrownBy(answer::get).hasCauseInstanceOf(IllegalStateException.class);
                    failed++;
                } else {
                    assertThat(answer.get()).isInstanceOf(Result.Ok.class);
                }
            }
        }
        Fields page = client.get("/v1/users?limit=1").json().in("page");
        assertThat(page.number("total")).isEqualTo(1 + all - failed);
        assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();
    }

    private Callable<Result<Change>> good(int i, Actor admin) {
        Identifier id = new Identifier(Identifier.Kind.EXTERNAL_ID, "good-" + i, "good-" + i);
        return () -> execute(
                tenancy.test(), admin, null, new Command.Register(null, id, null, null, null, null, Tag.USER, null));
    }

    private Result<Change> bad(String where, Actor admin) {
        UserRef ann = UserRef.number(1);
        return switch (where) {
            case "needs" -> execute(tenancy.test(), admin, ann, new Command.ReplaceCards(null, false));
            case "rule" -> execute(tenancy.test(), admin, ann, new Command.ReplaceWorkstations(null));
            default -> {
                // An identifier whose text is null, which no column accepts.
                Identifier id = new Identifier(Identifier.Kind.USERNAME, null, "row-" + UUID.randomUUID());
                yield execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(null, null, id, null, null, null, Tag.USER, null));
            }
        };
    }

    private Result<Change> execute(long realm, Actor actor, UserRef target, Command command) {
        Result<Change> result;
        do {
            result = server.directory()
                    .execute(new WriteRequest(
                            realm,
                            new Write(actor, target, List.of(command), null),
                            new Origin("test", "test", null),
                            null,
                            false,
                            100));
        } while (result instanceof Result.Refused<Change>(Refusal.Busy _));
        return result;
    }
}
