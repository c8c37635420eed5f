package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests the commands about a user's record and about the entries of the journal.
final class RecordCommandsTest {
    private static final String USER =
            "{\"id\":\"u1\",\"number\":42,\"name\":\"Ann\",\"standing\":{\"status\":\"active\",\"decision\":\"allow\"}}";
    private static final String ENTRY = """
            {"seq":7,"at":"2026-11-21T17:01:02.123Z","actor":{"kind":"key","id":"k1","name":"billing"},"action":"user.updated",\
            "subject":{"type":"user","id":"u1"},"reason":null,"note":null,"changes":{"name":["Ann",null],"tag":["GUEST","USER"]}}""";

    private Replay server;
    private final Cli cli = new Cli();

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        cli.environment.put("MUSTER_URL", server.url());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void asked(String line, String body) {
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly(line, body);
    }

    @Test
    void aUserIsCreatedAndEdited() {
        server.then(201, USER).then(200, USER);
        assertThat(cli.run("user", "create", "--email", "ann@example.org", "--tag", "guest", "--metadata", "{\"k\":1}")
                        .out())
                .startsWith("USER    Ann\n");
        asked("POST /v1/users", "{\"email\":\"ann@example.org\",\"metadata\":{\"k\":1},\"tag\":\"GUEST\"}");
        assertThat(cli.run("user", "edit", "number:42", "--name", "Ann Lee", "--username", "", "--dry-run")
                        .exit())
                .isZero();
        asked("PATCH /v1/users/number:42", "{\"username\":null,\"name\":\"Ann Lee\"}");
        assertThat(server.last().dryRun()).isEqualTo("true");
        cli.run("user", "edit", "number:42")
                .complained(
                        2,
                        "muster user edit: nothing to change: give --email, --external-id, --username, --name,"
                                + " --given-name, --family-name or --metadata (see muster user edit --help)");
        cli.run("user", "create", "--metadata", "{\"plan\":1,\"plan\":2}")
                .complained(2, "muster user create: --metadata must be a JSON object (see muster user create --help)");
        cli.run("user", "create", "--metadata", "[1]")
                .complained(2, "muster user create: --metadata must be a JSON object (see muster user create --help)");
    }

    @Test
    void aUserIsPromotedAndErased() {
        server.then(200, USER).then(200, USER).then(200, USER);
        cli.run("user", "promote", "x", "--reason", "contract");
        asked("POST /v1/users/x/promote", "{\"reason\":\"contract\"}");
        cli.run("user", "erase", "x")
                .complained(
                        2,
                        "muster user erase: no terminal for the confirmation: give --yes (see muster user erase --help)");
        assertThat(cli.run("user", "erase", "x", "--yes", "--note", "asked").exit())
                .isZero();
        asked("POST /v1/users/x/erase", "{\"note\":\"asked\"}");
        Cli.Ran other = cli.typing("y", "x").run("user", "erase", "x");
        assertThat(other.err()).startsWith("muster user erase: not confirmed, and no user was erased");
        assertThat(cli.run("user", "erase", "x").exit()).isZero();
    }

    @Test
    void aStandingIsShown() {
        server.then(200, "{\"status\":\"active\",\"decision\":\"allow\",\"holds\":[]}");
        cli.run("user", "standing", "x").printed("active: may act\n");
        asked("GET /v1/users/x/standing", "");
    }

    @Test
    void entriesAreListedWithTheNamesOfWhoMadeThem() {
        server.then(200, "{\"items\":[" + ENTRY + "],\"page\":{}}")
                .then(200, "{\"items\":[" + ENTRY + "],\"page\":{}}");
        String table = """
                SEQ  AT (UTC)             ACTION        SUBJECT  BY           REASON  CHANGES                                NOTE
                7    2026-11-21 17:01:02  user.updated  user u1  key billing          name: Ann -> none, tag: GUEST -> USER
                """;
        cli.run("user", "history", "x", "--limit", "3").printed(table.replaceAll("(?m)SUBJECT  |user u1  ", ""));
        asked("GET /v1/users/x/history?limit=3", "");
        cli.run("journal", "list", "--action", "user.updated", "--since", "2026-11-01T00:00:00Z")
                .printed(table);
        asked("GET /v1/journal?action=user.updated&since=2026-11-01T00:00:00.000Z&limit=50", "");
    }

    @Test
    void theHeadIsShown() {
        server.then(200, "{\"seq\":7,\"head\":\"ab12\"}");
        cli.run("journal", "head").printed("7 ab12\n");
    }
}
