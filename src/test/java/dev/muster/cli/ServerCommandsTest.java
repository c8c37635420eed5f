package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.cli.shell.Screen;
import dev.muster.cli.shell.Shell;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs commands against a real server, to test their effects and not only their requests.
@Timeout(120)
final class ServerCommandsTest {
    @TempDir
    private Path folder;

    private TestServer server;
    private TestServer.Tenancy tenancy;
    private final Cli cli = new Cli();

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                100,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
        cli.environment.put("MUSTER_URL", server.address().toString());
        cli.environment.put("MUSTER_KEY", tenancy.testKey().apiKey());
        cli.environment.put("HOME", folder.toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private void register(String... names) {
        for (String name : names) {
            assertThat(cli.run("user", "create", "--external-id", name).exit()).isZero();
        }
    }

    private Cli.Ran ok(String... arguments) {
        Cli.Ran ran = cli.run(arguments);
        assertThat(ran.exit()).as("%s", ran).isZero();
        return ran;
    }

    // Users from standard input

    @Test
    void everyUserOnTheInputHasALine() {
        register("ann", "bo");
        Cli.Ran ran = cli.reading("\uFEFFexternal:ann\r\n\n  external:nobody \nexternal:bo\n")
                .run("user", "hold", "-", "blocked", "--reason", "ring");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out().lines().map(line -> line.replaceAll(" +", " ")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("REF OUTCOME STATUS DECISION UNTIL (UTC) THEN REFUSAL"),
                        line -> assertThat(line).isEqualTo("external:ann ok blocked deny"),
                        line -> assertThat(line)
                                .startsWith("external:nobody refused ")
                                .contains("(404, not_found"),
                        line -> assertThat(line).isEqualTo("external:bo ok blocked deny"));
        assertThat(ran.err()).isEqualTo("2 done, 1 refused.\n");
        assertThat(ok("user", "list", "--status", "blocked", "--format", "csv")
                        .out()
                        .lines())
                .hasSize(3);
    }

    @Test
    void aRehearsalOfManyChangesNothing() {
        register("ann", "bo");
        Cli.Ran ran = cli.reading("external:ann\nexternal:bo\n").run("user", "remove", "-", "--dry-run");
        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).isEqualTo("2 would be done; nothing was changed.\n");
        assertThat(json(ok("user", "list", "--status", "removed", "--json").out())
                        .path("items"))
                .isEmpty();
    }

    @Test
    void inJsonEveryUserIsALineToo() {
        register("ann");
        Cli.Ran ran = cli.reading("external:ann\nexternal:nobody\n").run("user", "show", "-", "--json");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).isEmpty();
        List<JsonNode> lines = ran.out().lines().map(ServerCommandsTest::json).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().path("ref").asString()).isEqualTo("external:ann");
        assertThat(lines.getFirst().path("body").path("externalId").asString()).isEqualTo("ann");
        assertThat(lines.getLast().path("status").asInt()).isEqualTo(404);
        assertThat(lines.getLast().path("body").path("code").asString()).isEqualTo("not_found");
    }

    @Test
    void aListThatCannotBeReadChangesNothing() {
        register("ann");
        Cli.Ran ran = cli.reading("external:ann\nexternal:M\uFFFDller\n").run("user", "hold", "-", "blocked");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("line 2 of the input contains U+FFFD").hasLineCount(1);
        assertThat(ok("user", "standing", "external:ann").out()).isEqualTo("active: may act\n");
        cli.reading("external:ann\n")
                .run("user", "erase", "-")
                .complained(
                        2,
                        "muster user erase: users on the input are not confirmed one by one: give --yes (see muster user"
                                + " erase --help)");
        assertThat(cli.reading("\n")
                        .run("user", "erase", "-", "--yes")
                        .printed("")
                        .err())
                .isEqualTo("0 done.\n");
    }

    @Test
    void listsOfManyUsersNameTheUserInEachRow() {
        register("ann", "bo");
        Cli.Ran ran = cli.reading("external:ann\nexternal:nobody\nexternal:bo\n")
                .run("user", "history", "-", "--format", "csv");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out().lines().map(line -> line.replaceAll(",[0-9]+,[^,]*Z,", ",SEQ,AT,")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("ref,seq,at,action,actor,reason,changes,note"),
                        line -> assertThat(line).startsWith("external:ann,SEQ,AT,user.registered,apiKey admin,"),
                        line -> assertThat(line).startsWith("external:bo,SEQ,AT,user.registered,apiKey admin,"));
        assertThat(ran.err()).startsWith("external:nobody: ").contains("404").hasLineCount(1);
        List<JsonNode> lines = cli.run("user", "history", "-", "--json")
                .out()
                .lines()
                .map(ServerCommandsTest::json)
                .toList();
        assertThat(lines)
                .extracting(line -> line.path("ref").asString() + " "
                        + line.path("body").path("items").size())
                .containsExactly("external:ann 1", "external:nobody 0", "external:bo 1");
    }

    @Test
    void everyCommandThatTakesAUserTakesMany() {
        register("ann", "bo");
        String group =
                json(ok("group", "create", "Night", "--json").out()).path("id").asString();
        String policy =
                json(ok("policy", "create", "Doors", "--json").out()).path("id").asString();
        cli.reading("external:ann\nexternal:bo\n");
        String[][] commands = {
            {"user", "show", "-"},
            {"user", "standing", "-"},
            {"user", "edit", "-", "--family-name", "Lee"},
            {"user", "hold", "-", "suspended", "--until", "2099-01-31T12:00:00Z"},
            {"user", "release", "-", "suspended"},
            {"user", "history", "-"},
            {"group", "add", group, "-"},
            {"user", "groups", "-"},
            {"group", "remove", group, "-"},
            {"policy", "assign", policy, "--user", "-"},
            {"user", "policies", "-"},
            {"policy", "unassign", policy, "--user", "-"},
            {"user", "remove", "-"},
            {"user", "restore", "-"},
            {"job", "list", "--user", "-"},
            {"job", "erase", "--user", "-", "--dry-run"},
            {"user", "bar", "-", "--reason", "theft", "--yes"},
            {"user", "erase", "-", "--yes"},
        };
        for (String[] command : commands) {
            Cli.Ran ran = cli.run(command);
            boolean lists = ran.err().isEmpty();
            assertThat(ran.exit()).as("%s %s", List.of(command), ran).isZero();
            assertThat(lists
                            || ran.out()
                                            .lines()
                                            .filter(line -> line.contains(" ok"))
                                            .count()
                                    == 2)
                    .as("%s %s", List.of(command), ran)
                    .isTrue();
        }
    }

    // Keys and operators

    @Test
    void aRotatedKeyHasTheSameRightsAndTheOldOneEnds() {
        JsonNode old = json(ok("key", "create", "billing", "--scope", "users:read,keys:write", "--no-signing", "--json")
                .out());
        String id = old.path("keyId").asString();
        Cli.Ran ran = ok("key", "rotate", id, "--overlap", "0", "--json");
        JsonNode made = json(ran.out());
        assertThat(made.path("name").asString()).isEqualTo("billing");
        for (String field : List.of("scopes", "rank", "role", "signing", "expiresAt")) {
            assertThat(made.path(field)).as(field).isEqualTo(old.path(field));
        }
        assertThat(whoami(made.path("apiKey").asString()).exit()).isZero();
        assertThat(whoami(old.path("apiKey").asString()).exit()).isEqualTo(1);
        Cli.Ran again = cli.run("key", "rotate", id);
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("The key has ended.");
    }

    @Test
    void withAnOverlapBothKeysWorkUntilItEnds() {
        JsonNode old = json(
                ok("key", "create", "billing", "--role", "manager", "--json").out());
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Cli.Ran ran = ok("key", "rotate", old.path("keyId").asString());
        assertThat(ran.err()).contains("The old key " + old.path("keyId").asString() + " ends at ");
        assertThat(whoami(old.path("apiKey").asString()).exit()).isZero();
        JsonNode keys = json(ok("key", "list", "--json").out()).path("items");
        assertThat(keys)
                .filteredOn(key -> key.path("name").asString().equals("billing"))
                .satisfiesExactly(
                        first -> assertThat(
                                        Instant.parse(first.path("expiresAt").asString()))
                                .isBetween(
                                        before.plus(1, ChronoUnit.DAYS),
                                        Instant.now().plus(1, ChronoUnit.DAYS)),
                        second -> {
                            assertThat(second.path("expiresAt").isNull()).isTrue();
                            assertThat(second.path("role").asString()).isEqualTo("manager");
                            assertThat(second.path("replaces")).isEqualTo(old.path("keyId"));
                        });
    }

    private Cli.Ran whoami(String key) {
        cli.environment.put("MUSTER_KEY", key);
        Cli.Ran ran = cli.run("whoami");
        cli.environment.put("MUSTER_KEY", tenancy.testKey().apiKey());
        return ran;
    }

    @Test
    void operatorsChangeTheirRoleAndAreDeleted() {
        cli.environment.put("MUSTER_OPERATOR_PASSWORD", "correct horse battery");
        ok("operator", "create", "ann", "--role", "viewer");
        ok("operator", "role", "ann", "manager").printed("ann is manager now.\n");
        assertThat(ok("operator", "list").out()).containsPattern("ann +manager +apiKey admin ");
        cli.run("operator", "delete", "ann")
                .complained(
                        2,
                        "muster operator delete: no terminal for the confirmation: give --yes (see muster operator delete"
                                + " --help)");
        ok("operator", "delete", "ann", "--yes").printed("Deleted ann.\n");
        assertThat(ok("operator", "list").out()).doesNotContain("ann");
    }

    // Identity, realm and the state of the server

    @Test
    void whoamiPrintsTheKeyAndItsRealm() {
        assertThat(ok("whoami").out())
                .startsWith("WHO     apiKey admin\n")
                .containsPattern("role +admin\n")
                .containsPattern("realm +acme, test\n")
                .containsPattern("server +" + server.address() + "\n");
        cli.environment.put("MUSTER_KEY", TestServer.ROOT_KEY);
        assertThat(ok("whoami").out()).startsWith("WHO     root\n").doesNotContain("realm");
    }

    @Test
    void statusTellsHowTheServerIs() {
        assertThat(ok("status").out())
                .startsWith("SERVER   " + server.address() + "\n")
                .containsPattern("health +ready\n")
                .containsPattern("version +\\S+")
                .containsPattern("latency +[0-9.]+ ms")
                .containsPattern("key +apiKey admin\n")
                .containsPattern("realm +acme, test\n");
        cli.environment.put("MUSTER_KEY", "mst_test_1_wrong_key");
        Cli.Ran refused = cli.run("status", "--json");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(json(refused.out()).path("ready").asBoolean()).isTrue();
        assertThat(json(refused.out()).path("me").path("status").asInt()).isEqualTo(401);
        cli.environment.remove("MUSTER_KEY");
        assertThat(ok("status").out()).containsPattern("key +none is given\n");
    }

    @Test
    void aHoldNamesWhoPlacedIt() {
        register("ann");
        assertThat(ok("user", "hold", "external:ann", "blocked", "--reason", "ring")
                        .out())
                .contains("  apiKey admin");
        assertThat(ok("user", "show", "external:ann").out()).contains("  apiKey admin");
        assertThat(ok("key", "list").out()).containsPattern("admin +admin .* root ");
    }

    // Following the journal

    @Test
    void theTailResumesAtAnEntryAndFiltersByAction() throws Exception {
        register("ann", "bo");
        long head = head();
        Tail tail = new Tail("journal", "tail", "--after", Long.toString(head - 1), "--action", "user", "--json");
        tail.awaitEntries(1);
        ok("group", "create", "Night");
        register("cy");
        tail.awaitEntries(2);
        assertThat(tail.stop()).containsExactly(head, head + 2);
        assertThat(tail.err()).isEqualTo("Go on with --after " + (head + 2) + ".\n");
    }

    @Test
    void theTailBeginsWithAnInstant() throws Exception {
        register("ann");
        TestServer.nextMillisecond();
        register("bo");
        long head = head();
        JsonNode last = json(ok("journal", "list", "--all", "--json").out())
                .path("items")
                .path((int) head - 1);
        Tail tail = new Tail("journal", "tail", "--since", last.path("at").asString(), "--json");
        tail.awaitEntries(1);
        register("cy");
        tail.awaitEntries(2);
        assertThat(tail.stop()).containsExactly(head, head + 1);
    }

    @Test
    void theTailBeginsWithTheNextEntry() throws Exception {
        register("ann");
        long head = head();
        Tail tail = new Tail("journal", "tail", "--json");
        // The test cannot see when the command has started, so it writes entries until the command has printed one.
        for (int i = 0; tail.entries() == 0; i++) {
            register("user-" + i);
            Thread.sleep(20);
        }
        long first = tail.stop().getFirst();
        assertThat(first).isGreaterThan(head);
    }

    @Test
    void theTailSaysWhenTheJournalIsAnotherOne() {
        Cli.Ran ran = cli.run("journal", "tail", "--after", "1000000");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("and entry 1000000 was there before").hasLineCount(1);
    }

    private long head() {
        return json(ok("journal", "head", "--json").out()).path("seq").asLong();
    }

    /// A `tail` command with JSON output, which runs in parallel to the test.
    private final class Tail {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> exit = new CompletableFuture<>();
        private final Thread thread;

        private Tail(String... arguments) {
            Shell shell = new Shell(
                    new PrintStream(out, false, StandardCharsets.UTF_8),
                    new PrintStream(err, false, StandardCharsets.UTF_8),
                    cli.environment,
                    InstantSource.system(),
                    null,
                    InputStream.nullInputStream(),
                    () -> Screen.NONE);
            thread = Thread.ofPlatform()
                    .start(() -> exit.complete(cli.commands(shell).run(arguments)));
        }

        private long entries() {
            return out.toString(StandardCharsets.UTF_8).lines().count();
        }

        private void awaitEntries(int count) throws InterruptedException {
            while (entries() < count && !exit.isDone()) {
                Thread.sleep(10);
            }
        }

        /// Ends the command and returns the numbers of the entries that it has printed.
        private List<Long> stop() throws Exception {
            thread.interrupt();
            assertThat(exit.get()).as(err()).isEqualTo(130);
            return out.toString(StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> json(line).path("seq").asLong())
                    .toList();
        }

        private String err() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }
}
