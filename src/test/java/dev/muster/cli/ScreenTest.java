package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests the output of a process on a real terminal, which `script` creates, and in a pipe.
@Timeout(600)
final class ScreenTest {
    private static final String NAME = "A name that is longer than there is room for it";
    private static final String LIST = """
            {"items":[{"number":42,"email":"ann@example.org","externalId":"0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11",\
            "name":"%s","rank":"REGULAR","tag":"USER","registeredAt":"2026-01-02T03:04:05.678Z",\
            "standing":{"status":"suspended"}}],"page":{}}""".formatted(NAME);

    @TempDir
    private Path folder;

    private Replay server;
    private Launched launched;

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        launched = new Launched(folder.resolve("muster")).with("MUSTER_URL", server.url());
        server.then(200, LIST);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> onTerminal(int columns, String command) throws Exception {
        Cli.Ran ran = launched.shell("script -qec 'stty cols " + columns + "; exec " + command + "' /dev/null");
        assertThat(ran.exit()).as("%s", ran).isZero();
        return ran.out().lines().toList();
    }

    @Test
    void aTableFitsTheTerminalAndHasColours() throws Exception {
        List<String> lines = onTerminal(100, "./muster user list");
        assertThat(lines.get(1)).contains("\u001b[33msuspended\u001b[0m");
        List<String> bare = lines.stream()
                .map(line -> line.replaceAll("\u001b\\[[0-9]+m", ""))
                .toList();
        assertThat(bare).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(bare.get(1)).contains("0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11").endsWith("…");
        assertThat(bare.getLast()).startsWith("Too narrow for ").endsWith(": --wide shows them.");
    }

    @Test
    void wideLeavesNothingOut() throws Exception {
        List<String> lines = onTerminal(100, "./muster user list --wide");
        assertThat(lines.get(1)).contains(NAME).endsWith("2026-01-02 03:04:05");
    }

    @Test
    void noColourWhereNoneIsWanted() throws Exception {
        launched.with("NO_COLOR", "1");
        assertThat(onTerminal(100, "./muster user list"))
                .allSatisfy(line -> assertThat(line).doesNotContain("\u001b"));
    }

    @Test
    void inAPipeNothingIsCutAndNothingIsColoured() throws Exception {
        launched.with("COLUMNS", "40");
        Cli.Ran ran = launched.shell("./muster user list | cat");
        assertThat(ran.out())
                .contains(NAME)
                .contains("2026-01-02 03:04:05")
                .doesNotContain("\u001b")
                .doesNotContain("…");
    }

    @Test
    void timesAreLocalWhereThatIsAskedFor() throws Exception {
        launched.with("TZ", "Asia/Kolkata");
        Cli.Ran ran = launched.launch("user", "list", "--local");
        assertThat(ran.out()).contains("2026-01-02 08:34:05 +05:30").contains("  REGISTERED\n");
    }
}
