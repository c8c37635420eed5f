package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests the request that each command sends, and how the command prints the response.
final class RemoteCommandsTest {
    private static final String STANDING = """
            {"userId":"0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11","decision":"deny","status":"suspended","holds":[\
            {"kind":"suspended","label":"main","reason":"chargeback","note":"see ticket 7","placedBy":{"kind":"operator","id":"o1","name":"maria"},"placedAt":"2026-11-21T17:01:02.123Z","changedBy":{"kind":"apiKey","id":"k1","name":"billing"},"changedAt":"2026-11-22T17:01:02.123Z",\
            "until":"2026-11-28T17:01:02.123Z","decides":true},\
            {"kind":"fraud","label":"main","placedBy":{"kind":"root","id":null,"name":"root"},"placedAt":"2026-11-20T08:00:00.000Z","decides":false}],\
            "until":"2026-11-28T17:01:02.123Z","next":"process_but_fail","version":3,"at":"2026-11-21T17:01:02.123Z"}""";
    private static final String USER = """
            {"id":"0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11","number":42,"externalId":"c-1042","email":"ann@example.org",\
            "emailConfirmedAt":null,"username":null,"name":"Ann 田中","tag":"USER","rank":"REGULAR",\
            "registeredAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","version":3,"enrolment":{"state":"enrolled","jobId":"j1","at":"2026-01-02T03:04:05.678Z"},\
            "cards":[{"number":"123","label":"door"}],"workstations":["ann","a.n"],"metadata":{"k":1},"standing":""" + STANDING + "}";

    @TempDir
    private Path folder;

    private Replay server;
    private final Cli cli = new Cli();

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        cli.environment.put("MUSTER_URL", server.url() + "/");
        cli.environment.put("MUSTER_KEY", "mst_test_1_k_x");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aUserIsShown() {
        server.then(200, USER);
        cli.run("user", "show", "email:ann+x@example.org").printed("""
                USER          Ann 田中
                id            0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11
                number        42
                externalId    c-1042
                email         ann@example.org
                name          Ann 田中
                tag           USER
                rank          REGULAR
                registered    2026-01-02 03:04:05 UTC
                updated       2026-01-02 03:04:05 UTC
                version       3
                enrolment     enrolled, by job j1
                workstations  ann,a.n
                card          123 door
                metadata      {"k":1}

                suspended: may not act, until 2026-11-28 17:01:02 UTC, then may act, but jobs fail
                HOLD       LABEL  DECIDES  REASON      UNTIL (UTC)          PLACED (UTC)         BY              CHANGED (UTC)        BY              NOTE
                suspended  main   yes      chargeback  2026-11-28 17:01:02  2026-11-21 17:01:02  operator maria  2026-11-22 17:01:02  apiKey billing  see ticket 7
                fraud      main   no                                        2026-11-20 08:00:00  root
                """);
        assertThat(server.last().line()).isEqualTo("GET /v1/users/email:ann%2Bx@example.org");
        assertThat(server.last().authorization()).isEqualTo("Bearer mst_test_1_k_x");
    }

    @Test
    void jsonIsPrintedAsItCame() {
        server.then(200, USER + "\n");
        cli.run("user", "show", "number:42", "--at", "2026-10-01T00:00:00Z", "--json")
                .printed(USER + "\n");
        assertThat(server.last().line()).isEqualTo("GET /v1/users/number:42?at=2026-10-01T00:00:00Z");
    }

    @Test
    void aHoldIsPlacedAndReleased() {
        server.then(200, STANDING).then(200, STANDING).then(200, STANDING);
        Cli.Ran ran = cli.run(
                "user",
                "hold",
                "external:a/b c",
                "SUSPENDED",
                "--until",
                "7d",
                "--reason",
                "chargeback",
                "--note",
                "n",
                "--label",
                "legal");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).startsWith("suspended: may not act");
        assertThat(server.last().line()).isEqualTo("PUT /v1/users/external:a%2Fb%20c/holds/suspended?label=legal");
        assertThat(server.last().body())
                .isEqualTo("{\"reason\":\"chargeback\",\"note\":\"n\",\"until\":\"2026-11-28T17:01:02.123Z\"}");
        assertThat(server.last().idempotencyKey()).hasSize(36);
        assertThat(server.last().dryRun()).isNull();
        cli.run("user", "hold", "x", "blocked", "--dry-run");
        assertThat(server.last().dryRun()).isEqualTo("true");
        assertThat(server.last().body()).isEqualTo("{}");
        cli.run("user", "release", "x", "blocked", "--label", "legal", "--reason", "paid", "--note", "over");
        assertThat(server.last().line()).isEqualTo("POST /v1/users/x/holds/blocked/release?label=legal");
        assertThat(server.last().body()).isEqualTo("{\"reason\":\"paid\",\"note\":\"over\"}");
    }

    @Test
    void usersAreRemovedAndRestored() {
        server.then(200, USER).then(200, USER).then(200, USER);
        assertThat(cli.run("user", "remove", "x").exit()).isZero();
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly("DELETE /v1/users/x", "");
        cli.run("user", "remove", "x", "--expel", "--reason", "left");
        assertThat(server.last().line()).isEqualTo("DELETE /v1/users/x?expel=true");
        assertThat(server.last().body()).isEqualTo("{\"reason\":\"left\"}");
        cli.run("user", "restore", "x", "--reason", "back");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly("POST /v1/users/x/restore", "{\"reason\":\"back\"}");
    }

    @Test
    void aBarIsConfirmedByTypingTheRef() {
        server.then(200, USER).then(200, USER);
        Cli.Ran ran = cli.typing(" number:42 ").run("user", "bar", "number:42", "--reason", "theft", "--note", "n");
        assertThat(ran.exit()).isZero();
        assertThat(ran.prompts()).isEqualTo("This bars number:42 for good. Type number:42 to confirm: ");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly("POST /v1/users/number:42/bar", "{\"reason\":\"theft\",\"note\":\"n\"}");
        assertThat(cli.run("user", "bar", "x", "--reason", "y", "--yes").prompts())
                .isEqualTo(ran.prompts());
    }

    @Test
    void aListIsOnePage() {
        server.then(200, """
                {"items":[%s,{"number":43,"givenName":"Bo","familyName":"Li","rank":"SUPER","tag":"USER","standing":{"status":"active"}}],\
                "page":{"limit":2,"total":300,"next":"c2"}}""".formatted(USER));
        Cli.Ran ran = cli.run(
                "user",
                "list",
                "--status",
                "Suspended",
                "--hold",
                "fraud",
                "--tag",
                "user",
                "--rank",
                "regular",
                "--q",
                "a&b",
                "--after",
                "c1",
                "--limit",
                "2");
        ran.printed("""
                NUMBER  STATUS     RANK     TAG   EMAIL            EXTERNAL ID  USERNAME  NAME      REGISTERED (UTC)
                42      suspended  REGULAR  USER  ann@example.org  c-1042                 Ann 田中  2026-01-02 03:04:05
                43      active     SUPER    USER                                          Bo Li
                """);
        assertThat(ran.err()).isEqualTo("300 in all. More: --after c2\n");
        assertThat(server.last().line())
                .isEqualTo("GET /v1/users?status=suspended&hold=fraud&tag=USER&rank=REGULAR&q=a%26b&limit=2&after=c1");
    }

    @Test
    void aLongListIsManyPages() {
        for (int i = 0; i < 2; i++) {
            server.then(
                            200,
                            "{\"items\":[{\"number\":1}],\"page\":{\"total\":10000,\"totalIsAtLeast\":true,\"next\":\"c2\"}}")
                    .then(200, "{\"items\":[{\"number\":2}],\"page\":{\"total\":10000,\"totalIsAtLeast\":true}}");
        }
        Cli.Ran people = cli.run("user", "list", "--all");
        assertThat(people.out().lines()).hasSize(3);
        assertThat(people.err()).isEqualTo("At least 10000 in all.\n");
        cli.run("user", "list", "--limit", "1500", "--json")
                .printed(
                        "{\"items\":[{\"number\":1},{\"number\":2}],\"page\":{\"total\":10000,\"totalIsAtLeast\":true}}\n");
        assertThat(server.requests())
                .extracting(Replay.RecordedRequest::line)
                .containsExactly(
                        "GET /v1/users?limit=1000",
                        "GET /v1/users?limit=1000&after=c2",
                        "GET /v1/users?limit=1000",
                        "GET /v1/users?limit=1000&after=c2");
    }

    @Test
    void aTenantIsMadeAndItsKeysAreShownOnce() {
        server.then(201, """
                {"tenantId":"t1","partnerId":"acme","name":"Acme","environments":{"test":{"realmId":5,"apiKey":"k1","apiSecret":"s1"},\
                "production":{"realmId":6,"apiKey":"k2","apiSecret":"s2"}}}""");
        Cli.Ran ran =
                cli.run("tenant", "create", "Acme", "--partner-id", "acme").printed("""
                TENANT       Acme
                partnerId    acme
                tenantId     t1

                test         realm 5
                  apiKey     k1
                  apiSecret  s1

                production   realm 6
                  apiKey     k2
                  apiSecret  s2
                """);
        assertThat(ran.err()).isEqualTo("Keep these keys now: they are not shown again.\n");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly("POST /v1/tenants", "{\"name\":\"Acme\",\"partnerId\":\"acme\"}");
    }

    @Test
    void quotasAreShownAndThoseThatAreNotNamedStay() {
        String quotas =
                "{\"users\":10,\"evidenceBytes\":20,\"groups\":30,\"policies\":40,\"keys\":50,\"requestsPerSecond\":60,"
                        + "\"used\":{\"users\":1,\"evidenceBytes\":2,\"groups\":3,\"policies\":4,\"keys\":5}}";
        server.then(200, quotas);
        assertThat(cli.run("tenant", "quotas", "acme", "test").out())
                .contains("users              1     10")
                .contains("requestsPerSecond");
        assertThat(server.last().line()).isEqualTo("GET /v1/tenants/acme/test/quotas");
        server.then(200, quotas).then(200, quotas);
        cli.run("tenant", "quotas", "acme", "test", "--users", "7", "--keys", "8");
        assertThat(server.last().line()).isEqualTo("PUT /v1/tenants/acme/test/quotas");
        assertThat(server.last().body())
                .isEqualTo("{\"users\":7,\"evidenceBytes\":20,\"groups\":30,\"policies\":40,\"keys\":8,"
                        + "\"requestsPerSecond\":60}");
    }

    @Test
    void aFaultWithoutAFieldIsASentence() {
        server.then(
                422,
                "{\"title\":\"Invalid\",\"status\":422,\"detail\":\"There is one fault.\",\"errors\":[{\"field\":\"\",\"message\":\"The"
                        + " body is no object.\"}]}");
        cli.run("user", "restore", "x")
                .complained(1, "muster user restore: There is one fault. [The body is no object.] (422)");
    }

    @Test
    void aKeyComesFromAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "mst_test_2_k_y\n");
        cli.environment.remove("MUSTER_KEY");
        cli.environment.put("MUSTER_KEY_FILE", file.toString());
        server.then(200, USER);
        assertThat(cli.run("user", "show", "x").exit()).isZero();
        assertThat(server.last().authorization()).isEqualTo("Bearer mst_test_2_k_y");
    }

    @Test
    void tenantsAreListed() {
        server.then(
                200,
                "{\"items\":[{\"tenantId\":\"t1\",\"partnerId\":\"acme\",\"name\":\"Acme\"}],\"page\":{\"limit\":50,\"total\":1}}");
        assertThat(cli.run("tenant", "list").out()).contains("acme        Acme  t1");
        assertThat(server.last().line()).isEqualTo("GET /v1/tenants?limit=50");
    }

    @Test
    void keysAreMadeListedAndRevoked() {
        server.then(
                201,
                "{\"keyId\":\"k1\",\"name\":\"n\",\"apiKey\":\"a\",\"apiSecret\":\"s\",\"expiresAt\":\"2026-11-28T17:01:02.123Z\"}");
        Cli.Ran ran = cli.run(
                        "key",
                        "create",
                        "n",
                        "--scope",
                        "users:read,journal:read",
                        "--scope",
                        "HOLDS:WRITE",
                        "--rank",
                        "admin",
                        "--expires",
                        "7d")
                .printed("""
                        KEY        n
                        keyId      k1
                        apiKey     a
                        apiSecret  s
                        expires    2026-11-28 17:01:02 UTC
                        """);
        assertThat(ran.err()).isEqualTo("Keep apiKey and apiSecret now: they are not shown again.\n");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly(
                        "POST /v1/keys",
                        "{\"name\":\"n\",\"rank\":\"ADMIN\",\"scopes\":[\"users:read\",\"journal:read\",\"holds:write\"],"
                                + "\"expiresAt\":\"2026-11-28T17:01:02.123Z\"}");
        server.then(201, "{}");
        cli.run("key", "create", "console", "--role", "viewer", "--no-signing");
        assertThat(server.last().body()).isEqualTo("{\"name\":\"console\",\"role\":\"viewer\",\"signing\":false}");
        server.then(201, "{}");
        cli.run("key", "create", "rescue", "--tenant", "acme", "--environment", "production");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly("POST /v1/tenants/acme/production/keys", "{\"name\":\"rescue\"}");
        server.then(
                200,
                "{\"items\":[{\"keyId\":\"k1\",\"name\":\"n\",\"scopes\":[\"users:read\",\"jobs:read\"],\"rank\":\"REGULAR\","
                        + "\"madeBy\":{\"kind\":\"apiKey\",\"id\":\"k0\",\"keyId\":null}}]}");
        assertThat(cli.run("key", "list").out()).contains("k1      n     users:read,jobs:read  REGULAR", "  apiKey k0");
        server.then(200, "{}");
        cli.run("key", "revoke", "k1").printed("Revoked k1.\n");
        assertThat(server.last().line()).isEqualTo("DELETE /v1/keys/k1");
        server.then(200, "{}");
        cli.run("key", "revoke", "k1", "--descendants").printed("Revoked k1 and everything it created.\n");
        assertThat(server.last().line()).isEqualTo("DELETE /v1/keys/k1?descendants=true");
        server.then(200, "{}");
        cli.run("operator", "sign-out", "ann").printed("Signed out ann.\n");
        assertThat(server.last().line()).isEqualTo("POST /v1/operators/ann/sign-out");
    }

    @Test
    void operatorsAreMadeFromEverySourceOfAPassword(@TempDir Path folder) throws Exception {
        server.then(201, "{}").then(201, "{}").then(200, "{}").then(200, "{}").then(200, "{}");
        cli.environment.put("MUSTER_OPERATOR_PASSWORD", "from the environment");
        cli.run("operator", "create", "ann", "--role", "manager").printed("Made ann.\n");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly(
                        "POST /v1/operators",
                        "{\"username\":\"ann\",\"role\":\"manager\",\"password\":\"from the environment\"}");
        Path file = Files.writeString(folder.resolve("p"), "from a file\nnot this\n");
        cli.run("operator", "create", "ann", "--role", "manager", "--password-file", file.toString());
        assertThat(server.last().body()).contains("\"from a file\"");
        cli.environment.remove("MUSTER_OPERATOR_PASSWORD");
        Cli.Ran ran = cli.typing("from a person", "from a person").run("operator", "password", "a b");
        assertThat(ran.prompts()).isEqualTo("Password: Again: ");
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly("PUT /v1/operators/a%20b/password", "{\"password\":\"from a person\"}");
        cli.run("operator", "disable", "ann").printed("Disabled ann.\n");
        cli.run("operator", "enable", "ann").printed("Enabled ann.\n");
        assertThat(server.requests().reversed().stream().limit(2))
                .extracting(Replay.RecordedRequest::line)
                .containsExactly("POST /v1/operators/ann/enable", "POST /v1/operators/ann/disable");
        server.then(
                200,
                "{\"items\":[{\"username\":\"ann\",\"role\":\"manager\",\"createdAt\":\"2026-11-21T17:01:02.123Z\"}]}");
        assertThat(cli.run("operator", "list").out()).contains("ann       manager           2026-11-21 17:01:02");
    }

    @Test
    void theJournalIsVerifiedByTheServer() {
        server.then(200, "{\"valid\":true,\"entries\":7,\"head\":\"ab\"}");
        assertThat(cli.run("journal", "verify")
                        .printed("Valid: 7 entries, head ab\n")
                        .err())
                .startsWith("The server checked every hash, every entry's MAC");
        server.then(
                200,
                "{\"valid\":false,\"entries\":3,\"head\":\"ab\",\"firstBad\":4,\"reason\":\"its hash is another\"}");
        Cli.Ran ran = cli.run("journal", "verify");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("NOT VALID: entry 4: its hash is another\n");
        server.then(200, "{\"valid\":false,\"entries\":3,\"head\":\"ab\",\"firstBad\":4}");
        assertThat(cli.run("journal", "verify", "--json").exit()).isEqualTo(1);
    }

    @Test
    void rowsAreReconciledByTheServer() {
        server.then(
                200,
                "{\"consistent\":true,\"users\":7,\"keys\":2,\"operators\":1,\"differences\":[],\"truncated\":false}");
        cli.run("journal", "reconcile").printed("Consistent: 7 users, 2 keys, 1 operators match the journal.\n");
        String found = "{\"consistent\":false,\"users\":7,\"keys\":2,\"operators\":1,\"differences\":[{\"subject\":"
                + "\"key:1\",\"field\":\"row\",\"journal\":null,\"row\":\"present\"}],\"truncated\":true}";
        server.then(200, found).then(200, found);
        Cli.Ran ran = cli.run("journal", "reconcile");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("""
                        SUBJECT  FIELD  JOURNAL  ROW
                        key:1    row    -        present
                        NOT CONSISTENT: of 7 users, 2 keys, 1 operators, these differ, and more.
                        """);
        assertThat(cli.run("journal", "reconcile", "--json").exit()).isEqualTo(1);
    }

    @Test
    void theJournalIsExportedWholeOrNotAtAll(@TempDir Path folder) throws Exception {
        String lines = "{\"seq\":1}\n{\"seq\":2,\"é\":1}\n";
        Path file = folder.resolve("export.ndjson");
        server.then(200, lines).then(200, lines);
        assertThat(cli.run("journal", "export").printed(lines).err()).isEqualTo("2 entries.\n");
        assertThat(cli.run("journal", "export", "-o", file.toString()).err()).isEqualTo("2 entries in " + file + ".\n");
        assertThat(file).hasContent(lines);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        server.thenBreakOff("{\"seq\":1}\n");
        cli.run("journal", "export", "-o", file.toString())
                .complained(
                        3,
                        "muster journal export: the export ended after 1 entries, so it is incomplete and cannot be used");
        assertThat(file).hasContent(lines);
        server.then(
                403,
                "{\"title\":\"Forbidden\",\"status\":403,\"detail\":\"journal:read is needed.\",\"code\":\"forbidden\"}");
        cli.run("journal", "export", "-o", file.toString())
                .complained(1, "muster journal export: journal:read is needed. (403, forbidden)");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aBackupIsWaitedFor() {
        server.then(202, "{\"id\":\"b1\",\"state\":\"running\",\"file\":\"backups/b1.db\"}")
                .then(
                        200,
                        "{\"id\":\"b1\",\"state\":\"running\",\"file\":\"backups/b1.db\",\"bytes\":0,\"pages\":10,\"pagesLeft\":5}")
                .then(
                        200,
                        "{\"id\":\"b1\",\"state\":\"done\",\"file\":\"backups/b1.db\",\"bytes\":4096,\"pages\":10,\"pagesLeft\":0}");
        Cli.Ran ran = cli.typing().run("backup").printed("Done: backups/b1.db, 4096 bytes, on the server.\n");
        assertThat(ran.err()).isEqualTo("\r 50 %\r100 %\n");
        assertThat(server.requests())
                .extracting(Replay.RecordedRequest::line)
                .containsExactly("POST /v1/backups", "GET /v1/backups/b1", "GET /v1/backups/b1");
        server.then(202, "{\"id\":\"b2\",\"state\":\"running\",\"file\":\"backups/b2.db\"}");
        cli.run("backup", "--no-wait").printed("Begun: b2, into backups/b2.db\n");
    }

    @Test
    void aBackupMayFail() {
        server.then(202, "{\"id\":\"b1\",\"state\":\"running\",\"file\":\"f\"}")
                .then(200, "{\"id\":\"b1\",\"state\":\"failed\",\"file\":\"f\",\"problem\":\"no space is left\"}");
        cli.run("backup").complained(1, "muster backup: the backup failed: no space is left");
    }

    @Test
    void theMasterKeyIsRotated() {
        server.then(200, "{\"masterKey\":\"m2\",\"realmsRewrapped\":12}");
        cli.run("master-key", "rotate").printed("Master key m2 now wraps 12 realms.\n");
        assertThat(server.last().line()).isEqualTo("POST /v1/master-key/rotate");
    }

    @Test
    void aRefusalIsOneLineWithAllItsFaults() {
        server.then(422, """
                {"type":"about:blank","title":"Unprocessable","status":422,"detail":"Two fields are invalid.","code":"invalid",\
                "requestId":"r1","errors":[{"field":"until","code":"past","message":"must lie in the future"},\
                {"field":"note","code":"long","message":"has\\u001b[1m too many\\ncharacters"}]}""");
        cli.run("user", "hold", "x", "blocked")
                .complained(
                        1,
                        "muster user hold: Two fields are invalid. [until: must lie in the future; note: has\uFFFD[1m too"
                                + " many characters] (422, invalid, request r1)");
    }

    @Test
    void aMissingKeySaysWhereItIsGiven() {
        cli.environment.remove("MUSTER_KEY");
        server.then(401, "{\"title\":\"Unauthorized\",\"status\":401,\"code\":\"unauthenticated\"}");
        cli.run("user", "list")
                .complained(
                        1,
                        "muster user list: the key is missing, wrong, expired or revoked; set it with muster login, MUSTER_KEY"
                                + " or --key (401, unauthenticated)");
        assertThat(server.last().authorization()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"200, <html>hello</html>", "404, not here", "500, ''"})
    void aServerThatIsNotMusterIsTold(int status, String body) {
        server.then(status, body);
        cli.run("user", "show", "x")
                .complained(
                        1,
                        "muster user show: answered " + status
                                + " in another format than Muster's; do --url and MUSTER_URL name a Muster server? "
                                + (body.isEmpty() ? "(nothing)" : body));
    }

    @Test
    void aBusyServerIsAskedAgainWithTheSameKey() {
        server.then(503, "{\"title\":\"busy\"}")
                .then(503, "{\"title\":\"busy\"}")
                .then(200, STANDING);
        assertThat(cli.run("user", "hold", "x", "blocked").exit()).isZero();
        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests().stream()
                        .map(Replay.RecordedRequest::idempotencyKey)
                        .distinct())
                .hasSize(1);
        for (int i = 0; i < 4; i++) {
            server.then(503, "{\"title\":\"Busy\",\"detail\":\"Too much to do.\",\"code\":\"busy\"}");
        }
        cli.run("user", "hold", "x", "blocked").complained(1, "muster user hold: Too much to do. (503, busy)");
    }

    @Test
    void releasingAMissingHoldIsReported() {
        server.then(200, STANDING).then(200, STANDING).then(200, STANDING).then(200, STANDING);
        Cli.Ran ran = cli.run("user", "release", "x", "blocked", "--label", "legl");
        assertThat(ran.exit()).isZero();
        assertThat(ran.err())
                .startsWith(
                        "nothing to release: there is no hold blocked (legl); there is suspended (main), fraud (main)");
        assertThat(cli.run("user", "release", "x", "suspended").err()).isEmpty();
        // A key that may not read users can still release holds.
        server.then(403, "{\"title\":\"No\",\"detail\":\"This needs users:read.\",\"code\":\"forbidden\"}")
                .then(200, STANDING);
        assertThat(cli.run("user", "release", "x", "blocked").exit()).isZero();
    }

    /// If an email address is typed where an id is expected, the error suggests the reference as an email address.
    /// It does not if the address was already given as one, nor after another refusal.
    @Test
    void anAddressInPlaceOfAnIdIsOfferedAsAnEmail() {
        String notFound = "{\"title\":\"No\",\"detail\":\"There is no user x.\",\"code\":\"not_found\"}";
        String forbidden = "{\"title\":\"No\",\"detail\":\"This needs users:read.\",\"code\":\"forbidden\"}";
        String offer = "did you mean email:ann@example.org?";
        server.then(404, notFound)
                .then(404, notFound)
                .then(404, notFound)
                .then(404, notFound)
                .then(403, forbidden);
        cli.run("user", "show", "ann@example.org")
                .complained(1, "muster user show: There is no user x. (404, not_found); " + offer);
        assertThat(cli.run("user", "history", "ann@example.org").err()).contains(offer);
        cli.reading("ann@example.org\n");
        assertThat(cli.run("user", "show", "-").out()).contains(offer);
        assertThat(cli.run("user", "show", "email:ann@example.org").err()).doesNotContain("did you mean");
        assertThat(cli.run("user", "show", "ann@example.org").err()).doesNotContain("did you mean");
    }

    @Test
    void anUnreachableServerHasItsOwnExitCode() {
        String url = server.url();
        server.close();
        cli.run("user", "show", "x")
                .complained(
                        3,
                        "muster user show: " + url
                                + ": no server answers there; is it running (muster serve)? --url or MUSTER_URL names"
                                + " another server");
        cli.run("user", "show", "x", "--url", "http://no-such-host.invalid")
                .complained(
                        3,
                        "muster user show: http://no-such-host.invalid: no server answers there; is it running (muster"
                                + " serve)? --url or MUSTER_URL names another server");
    }

    @Test
    void anAnswerThatBreaksOffLeavesADoubt() {
        server.thenBreakOff("{");
        Cli.Ran ran = cli.run("user", "hold", "x", "blocked");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err())
                .isEqualTo("muster user hold: " + server.url()
                        + ": the connection broke off; check whether the change was carried out before sending it again;"
                        + " --url or MUSTER_URL names another server\n");
    }
}
