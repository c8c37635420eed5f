package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Output that cannot be written is reported. Links and special files are not replaced when they are written to.
@Timeout(600)
final class OutputTest {
    private static final String KEY =
            "{\"keyId\":\"k1\",\"name\":\"x\",\"role\":\"viewer\",\"apiKey\":\"mst_test_1_k1_s\",\"apiSecret\":\"s3cret\"}";
    private static final String LINES = "{\"seq\":1}\n{\"seq\":2}\n";

    @TempDir
    private Path folder;

    private Replay server;
    private Launched launched;

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        launched = new Launched(folder.resolve("muster"))
                .with("MUSTER_URL", server.url())
                .with("MUSTER_KEY", "mst_test_1_admin_s");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SmallDisk fullDisk() throws Exception {
        SmallDisk disk = SmallDisk.mount(folder.resolve("full"), 1);
        launched.within(disk.within());
        for (String name : new String[] {"out", "err"}) {
            Files.createFile(disk.fromHere().resolve(name));
        }
        disk.fill();
        return disk;
    }

    @Test
    void aSecretThatCannotBeWrittenIsShownElsewhere() throws Exception {
        try (SmallDisk full = fullDisk()) {
            server.then(201, KEY);
            Cli.Ran ran = launched.shell(
                    "exec ./muster \"$@\" >" + full.folder() + "/out",
                    "key",
                    "create",
                    "x",
                    "--role",
                    "viewer",
                    "--json");
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err())
                    .isEqualTo(KEY + "\nmuster key create: the output cannot be written (No space left on device); the"
                            + " secret is printed above and not shown again\n");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void anUnseenSecretIsRevoked() throws Exception {
        try (SmallDisk full = fullDisk()) {
            server.then(201, KEY)
                    .then(403, "{\"title\":\"Forbidden\",\"status\":403,\"code\":\"forbidden\"}")
                    .then(204, "");
            Cli.Ran ran = launched.shell(
                    "exec ./muster \"$@\" >" + full.folder() + "/out 2>" + full.folder() + "/err",
                    "key",
                    "create",
                    "x",
                    "--role",
                    "viewer");
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(server.requests())
                    .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::authorization)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("POST /v1/keys", "Bearer mst_test_1_admin_s"),
                            org.assertj.core.groups.Tuple.tuple("DELETE /v1/keys/k1", "Bearer mst_test_1_k1_s"),
                            org.assertj.core.groups.Tuple.tuple("DELETE /v1/keys/k1", "Bearer mst_test_1_admin_s"));
        }
    }

    @Test
    void aFullDiskIsOneLine() throws Exception {
        try (SmallDisk full = fullDisk()) {
            server.then(200, "{\"items\":[],\"page\":{\"total\":0}}")
                    .then(200, LINES)
                    .then(200, LINES);
            Cli.Ran list = launched.shell("exec ./muster user list >" + full.folder() + "/out");
            assertThat(list.exit()).isEqualTo(2);
            assertThat(list.err())
                    .isEqualTo("muster user list: the output cannot be written: No space left on device\n");
            Cli.Ran piped = launched.shell("exec ./muster journal export >" + full.folder() + "/out");
            assertThat(piped.exit()).isEqualTo(2);
            assertThat(piped.err())
                    .isEqualTo("muster journal export: the output cannot be written: No space left on device\n");
            String file = full.folder() + "/export.ndjson";
            Cli.Ran export = launched.launch("journal", "export", "-o", file);
            assertThat(export.exit()).isEqualTo(2);
            assertThat(export.err())
                    .isEqualTo("muster journal export: --output " + file
                            + " cannot be written: No space left on device\n");
            Cli.Ran help = launched.shell("exec ./muster user hold --help >" + full.folder() + "/out");
            assertThat(help.exit()).isEqualTo(2);
            assertThat(help.err()).hasLineCount(1);
        }
    }

    @Test
    void readersThatStopEarlyGetNoHintForTheNextPage() throws Exception {
        StringBuilder items = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            items.append(i == 0 ? "" : ",").append("{\"number\":").append(i).append('}');
        }
        String page = "{\"items\":[" + items + "],\"page\":{\"total\":9000,\"next\":\"c\"}}";
        for (int i = 0; i < 9; i++) {
            server.then(200, page);
        }
        Cli.Ran ran = launched.shell("./muster user list --all | head -1; exit \"${PIPESTATUS[0]}\"");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).hasLineCount(1);
        assertThat(ran.err()).isEmpty();
        assertThat(server.requests().size()).isLessThan(9);
    }

    @Test
    void aPipeIsWrittenInto() throws Exception {
        server.then(200, LINES).then(200, "PK evidence");
        Cli.Ran ran = launched.shell(
                "mkfifo pipe; timeout 30 cat pipe >copy & ./muster journal export -o pipe; code=$?; wait; cat copy;"
                        + " [ -p pipe ] && exit $code");
        assertThat(ran.exit()).as("%s", ran).isZero();
        assertThat(ran.out()).isEqualTo(LINES);
        Cli.Ran evidence =
                launched.shell("timeout 30 cat pipe >copy & ./muster job evidence j1 -o pipe; code=$?; wait; cat copy;"
                        + " [ -p pipe ] && exit $code");
        assertThat(evidence.exit()).as("%s", evidence).isZero();
        assertThat(evidence.out()).isEqualTo("PK evidence");
    }

    @Test
    void aLinkIsFollowed() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        Path target = there.resolve("export.ndjson");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("there/export.ndjson"));
        Cli cli = new Cli();
        cli.environment.put("MUSTER_URL", server.url());
        server.then(200, LINES).then(200, LINES + LINES);
        // The target of the link does not exist the first time, but does the second time.
        assertThat(cli.run("journal", "export", "-o", link.toString()).exit()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent(LINES);
        assertThat(cli.run("journal", "export", "-o", link.toString()).exit()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent(LINES + LINES);
        Path round = Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
        assertThat(cli.run("journal", "export", "-o", round.toString()).exit()).isEqualTo(2);
    }
}
