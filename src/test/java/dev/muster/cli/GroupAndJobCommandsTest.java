package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the requests that the commands about groups, policies and jobs send, and how these commands print the
/// responses.
final class GroupAndJobCommandsTest {
    private static final String GROUP = """
            {"id":"g1","name":"Night shift","description":"at night","createdAt":"2026-01-02T03:04:05.678Z",\
            "updatedAt":"2026-01-03T03:04:05.678Z"}""";
    private static final String POLICY = """
            {"id":"p1","name":"Doors","description":null,"resources":["door:1","door:2"],\
            "createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-03T03:04:05.678Z"}""";
    private static final String JOB = """
            {"jobId":"job/1","number":7,"type":4,"user":"u1","extras":{"a":1},\
            "submittedAt":"2026-01-02T03:04:05.678Z","given":{"outcome":"passed","confidence":99.5,"text":"sure"},\
            "outcome":"failed","reason":"fraud","judgedAt":"2026-01-03T03:04:05.678Z",\
            "evidence":{"size":12,"sha256":"ab","keptUntil":"2026-04-02T03:04:05.678Z"},\
            "review":{"state":"done","by":{"kind":"operator","id":"o1"},"at":"2026-01-04T03:04:05.678Z","note":"n",\
            "decision":"not_fraud"},\
            "callbackUrl":"https://partner.example/"}""";

    private Replay server;
    private final Cli cli = new Cli();

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        cli.environment.put("MUSTER_URL", server.url());
        cli.environment.put("MUSTER_KEY", "mst_test_1_k_x");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String page(String item) {
        return "{\"items\":[" + item + "],\"page\":{\"limit\":50,\"total\":1}}";
    }

    private void asked(String line, String body) {
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly(line, body);
    }

    private void misunderstood(String words, String... arguments) {
        int before = server.requests().size();
        Cli.Ran ran = cli.run(arguments);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(words);
        assertThat(server.requests()).hasSize(before);
    }

    @Test
    void groupsAreMadeAndChanged() {
        server.then(201, GROUP).then(200, GROUP).then(200, GROUP).then(200, GROUP);
        cli.run("group", "create", "Night shift", "--description", "at night").printed("""
                GROUP        Night shift
                id           g1
                description  at night
                created      2026-01-02 03:04:05 UTC
                updated      2026-01-03 03:04:05 UTC
                """);
        asked("POST /v1/groups", "{\"name\":\"Night shift\",\"description\":\"at night\"}");
        assertThat(server.last().idempotencyKey()).hasSize(36);
        cli.run("group", "edit", "g1", "--name", "Late shift", "--no-description", "--dry-run");
        asked("PATCH /v1/groups/g1", "{\"description\":null,\"name\":\"Late shift\"}");
        assertThat(server.last().dryRun()).isEqualTo("true");
        cli.run("group", "edit", "g1", "--description", "late");
        asked("PATCH /v1/groups/g1", "{\"description\":\"late\"}");
        cli.run("group", "show", "g 1", "--json").printed(GROUP + "\n");
        asked("GET /v1/groups/g%201", "");
        misunderstood("nothing to change", "group", "edit", "g1");
        misunderstood("exclude each other", "group", "edit", "g1", "--description", "x", "--no-description");
    }

    @Test
    void groupsAndTheirMembersAreListed() {
        server.then(200, page(GROUP))
                .then(200, page("{\"number\":1,\"externalId\":\"ann\"}"))
                .then(200, page(GROUP));
        cli.run("group", "list", "--limit", "7").printed("""
                GROUP ID  NAME         DESCRIPTION  CREATED (UTC)
                g1        Night shift  at night     2026-01-02 03:04:05
                """);
        asked("GET /v1/groups?limit=7", "");
        assertThat(cli.run("group", "members", "g1").out()).contains("ann");
        asked("GET /v1/groups/g1/members?limit=50", "");
        assertThat(cli.run("user", "groups", "email:ann@example.org").out()).contains("Night shift");
        asked("GET /v1/users/email:ann@example.org/groups?limit=50", "");
        server.then(200, page("{\"number\":1}"));
        cli.run("user", "list", "--group", "g1");
        asked("GET /v1/users?group=g1&limit=50", "");
    }

    @Test
    void membersAreAddedAndRemoved() {
        server.then(204, "").then(204, "").then(204, "").then(204, "");
        cli.run("group", "add", "g1", "external:a/b").printed("external:a/b is in group g1.\n");
        asked("PUT /v1/groups/g1/members/external:a%2Fb", "{}");
        cli.run("group", "remove", "g1", "number:7", "--dry-run")
                .printed("Dry run, nothing was changed. Otherwise: number:7 is not in group g1.\n");
        asked("DELETE /v1/groups/g1/members/number:7", "");
        cli.run("group", "delete", "g1").printed("Deleted group g1.\n");
        asked("DELETE /v1/groups/g1", "");
        cli.run("group", "delete", "g1", "--json").printed("");
    }

    @Test
    void policiesAreMadeAndChanged() {
        server.then(201, POLICY)
                .then(200, POLICY)
                .then(200, POLICY)
                .then(204, "")
                .then(200, page(POLICY));
        cli.run("policy", "create", "Doors", "--resource", "door:1", "--resource", "door:2")
                .printed("""
                POLICY    Doors
                id        p1
                created   2026-01-02 03:04:05 UTC
                updated   2026-01-03 03:04:05 UTC
                resource  door:1
                resource  door:2
                """);
        asked("POST /v1/policies", "{\"name\":\"Doors\",\"resources\":[\"door:1\",\"door:2\"]}");
        cli.run("policy", "edit", "p1", "--no-resources", "--name", "None");
        asked("PATCH /v1/policies/p1", "{\"name\":\"None\",\"resources\":[]}");
        cli.run("policy", "show", "p1");
        asked("GET /v1/policies/p1", "");
        cli.run("policy", "delete", "p1").printed("Deleted policy p1.\n");
        asked("DELETE /v1/policies/p1", "");
        cli.run("policy", "list").printed("""
                POLICY ID  NAME   RESOURCES      DESCRIPTION  CREATED (UTC)
                p1         Doors  door:1,door:2               2026-01-02 03:04:05
                """);
        misunderstood("nothing to change", "policy", "edit", "p1");
        misunderstood("exclude each other", "policy", "edit", "p1", "--resource", "a", "--no-resources");
    }

    @Test
    void policiesAreAssigned() {
        server.then(204, "").then(204, "").then(204, "");
        cli.run("policy", "assign", "p1", "--user", "email:ann@example.org")
                .printed("Policy p1 is assigned to email:ann@example.org.\n");
        asked("PUT /v1/policies/p1/users/email:ann@example.org", "{}");
        cli.run("policy", "assign", "p1", "--group", "g1").printed("Policy p1 is assigned to group g1.\n");
        asked("PUT /v1/policies/p1/groups/g1", "{}");
        cli.run("policy", "unassign", "p1", "--group", "g1").printed("Policy p1 is not assigned to group g1.\n");
        asked("DELETE /v1/policies/p1/groups/g1", "");
        misunderstood("one of --user and --group is needed, and only one", "policy", "assign", "p1");
        misunderstood(
                "one of --user and --group is needed, and only one",
                "policy",
                "assign",
                "p1",
                "--user",
                "x",
                "--group",
                "g1");
        server.then(200, page("{\"number\":1,\"externalId\":\"ann\"}"))
                .then(200, page(GROUP))
                .then(200, page(POLICY.replace("\"id\"", "\"direct\":true,\"throughGroups\":true,\"id\"")));
        assertThat(cli.run("policy", "users", "p1").out()).contains("ann");
        asked("GET /v1/policies/p1/users?limit=50", "");
        assertThat(cli.run("policy", "groups", "p1").out()).contains("Night shift");
        asked("GET /v1/policies/p1/groups?limit=50", "");
        cli.run("user", "policies", "x").printed("""
                POLICY ID  NAME   RESOURCES      THROUGH
                p1         Doors  door:1,door:2  user,group
                """);
        asked("GET /v1/users/x/policies?limit=50", "");
    }

    @Test
    void aJobIsShown() {
        server.then(200, JOB);
        cli.run("job", "show", "job/1").printed("""
                JOB           job/1
                number        7
                type          4
                user          u1
                submitted     2026-01-02 03:04:05 UTC
                outcome       failed
                reason        fraud
                judged        2026-01-03 03:04:05 UTC
                given         passed
                confidence    99.5
                text          sure
                evidence      12 bytes
                  SHA-256     ab
                  kept until  2026-04-02 03:04:05 UTC
                review        done, by operator o1, 2026-01-04 03:04:05 UTC
                  decision    not_fraud
                  note        n
                callback      https://partner.example/
                extras        {"a":1}
                """);
        asked("GET /v1/jobs/job%2F1", "");
    }

    @Test
    void jobsAreListed() {
        server.then(
                200,
                page(JOB + ",{\"jobId\":\"j2\",\"number\":6,\"type\":5,\"user\":null,\"userId\":\"x\","
                        + "\"outcome\":\"pending\",\"submittedAt\":\"2026-01-02T03:04:05.678Z\"}"));
        cli.run("job", "list", "--user", "external:ann", "--outcome", "Pending,failed", "--review", "DONE")
                .printed("""
                NUMBER  JOB ID  TYPE  USER         OUTCOME  REASON  REVIEW  EVIDENCE  SUBMITTED (UTC)
                7       job/1   4     u1           failed   fraud   done    12 bytes  2026-01-02 03:04:05
                6       j2      5     x (unknown)  pending                            2026-01-02 03:04:05
                """);
        asked("GET /v1/jobs?user=external:ann&outcome=pending%2Cfailed&review=done&limit=50", "");
        misunderstood("--outcome must be one of", "job", "list", "--outcome", "failed,open");
        misunderstood("--review must be one of", "job", "list", "--review", "closed");
    }

    @Test
    void jobsAreErased() {
        server.then(200, JOB).then(200, "{\"erased\":3}");
        cli.run("job", "erase", "job/1");
        asked("POST /v1/jobs/job%2F1/erase", "{}");
        cli.run("job", "erase", "--user", "external:ann", "--dry-run")
                .printed("Dry run, nothing was changed. Otherwise: Erased 3 jobs.\n");
        asked("POST /v1/job-erasures", "{\"user\":\"external:ann\"}");
        assertThat(server.last().dryRun()).isEqualTo("true");
        misunderstood("either JOB_ID or --user is needed", "job", "erase");
        misunderstood("either JOB_ID or --user is needed", "job", "erase", "j", "--user", "external:ann");
    }

    @Test
    void partnersAreTold() {
        String told = """
                {"jobId":"job/1","callbackUrl":"https://partner.example/","results":[\
                {"seq":7,"outcome":"provisional","state":"delivered","nextAttemptAt":null,"attempts":[\
                {"at":"2026-01-02T03:04:05.678Z","millis":10000,"status":null,"reply":null,"error":"No reply in time."},\
                {"at":"2026-01-02T03:04:20.678Z","millis":12,"status":200,"reply":"ok","error":null}]},\
                {"seq":9,"outcome":"passed","state":"waiting","nextAttemptAt":"2026-01-03T03:04:05.678Z","attempts":[]}]}""";
        server.then(200, told).then(202, told);
        cli.run("job", "callback", "job/1").printed("""
                JOB       job/1
                callback  https://partner.example/

                OUTCOME      STATE      NEXT (UTC)
                provisional  delivered
                ATTEMPT (UTC)        STATUS  MILLIS  ERROR              REPLY
                2026-01-02 03:04:05          10000   No reply in time.
                2026-01-02 03:04:20  200     12                         ok

                OUTCOME  STATE    NEXT (UTC)
                passed   waiting  2026-01-03 03:04:05
                """);
        asked("GET /v1/jobs/job%2F1/callback", "");
        cli.run("job", "repeat-callback", "job/1");
        asked("POST /v1/jobs/job%2F1/callback", "{}");
    }

    @Test
    void jobsAreSubmittedAndJudged() {
        server.then(201, JOB).then(200, JOB).then(200, JOB).then(200, JOB).then(201, JOB);
        cli.run("job", "submit", "job/1", "--type", "4", "--user", "external:ann", "--extras", "{\"a\": 1}", "--retry");
        asked(
                "POST /v1/jobs",
                "{\"jobId\":\"job/1\",\"type\":4,\"user\":\"external:ann\",\"extras\":{\"a\":1},\"retry\":true}");
        cli.run("job", "verdict", "job/1", "PASSED", "--confidence", "99.50", "--text", "sure");
        asked("POST /v1/jobs/job%2F1/verdict", "{\"outcome\":\"passed\",\"confidence\":99.50,\"text\":\"sure\"}");
        cli.run("job", "review", "job/1", "--note", "seen", "--dry-run");
        asked("POST /v1/jobs/job%2F1/review", "{\"note\":\"seen\"}");
        assertThat(server.last().dryRun()).isEqualTo("true");
        cli.run("job", "review", "job/1");
        asked("POST /v1/jobs/job%2F1/review", "{}");
        cli.run("job", "review", "job/1", "--decision", "fraud");
        asked("POST /v1/jobs/job%2F1/review", "{\"decision\":\"fraud\"}");
        misunderstood("--decision must be one of", "job", "review", "j", "--decision", "maybe");
        cli.run("job", "submit", "j2", "--type", "5");
        asked("POST /v1/jobs", "{\"jobId\":\"j2\",\"type\":5}");
        misunderstood("--type must be a number", "job", "submit", "j", "--type", "four");
        misunderstood("--type is missing", "job", "submit", "j");
        misunderstood("--extras must be a JSON object", "job", "submit", "j", "--type", "5", "--extras", "[]");
        misunderstood("--extras must be a JSON object", "job", "submit", "j", "--type", "5", "--extras", "{a");
        misunderstood("OUTCOME must be one of", "job", "verdict", "j", "pending");
        misunderstood("--confidence must be a number", "job", "verdict", "j", "passed", "--confidence", "high");
    }

    @Test
    void evidenceIsFetchedIntoAFileThatIsNotThereYet(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("job.zip");
        server.then(200, "what was uploaded");
        assertThat(cli.run("job", "evidence", "job/1", "-o", file.toString())
                        .printed("")
                        .err())
                .isEqualTo("17 bytes in " + file
                        + ", SHA-256 70bb8106dba5a7bafe69f2c4f02e875e016e3722eef259cc254c457f1cd9d84e.\n");
        asked("GET /v1/jobs/job%2F1/evidence", "");
        assertThat(file).hasContent("what was uploaded");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        server.then(200, "");
        cli.run("job", "evidence", "j", "--json", "-o", file + "2")
                .printed("{\"file\":\"" + file + "2\",\"bytes\":0,\"sha256\":\""
                        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n");
        misunderstood("which already exists", "job", "evidence", "job/1", "-o", file.toString());
        assertThat(file).hasContent("what was uploaded");
        misunderstood(
                "where no file can be written",
                "job",
                "evidence",
                "j",
                "-o",
                folder.resolve("no/x").toString());
        misunderstood("--output is missing", "job", "evidence", "j");
    }

    @Test
    void evidenceThatBreaksOffLeavesNoFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("job.zip");
        server.thenBreakOff("what was");
        cli.run("job", "evidence", "j", "-o", file.toString())
                .complained(3, "muster job evidence: the evidence is incomplete: it ended after 8 bytes");
        server.then(
                404,
                "{\"title\":\"Not found\",\"status\":404,\"detail\":\"There is no evidence of job j.\","
                        + "\"code\":\"not_found\"}");
        cli.run("job", "evidence", "j", "-o", file.toString())
                .complained(1, "muster job evidence: There is no evidence of job j. (404, not_found)");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
