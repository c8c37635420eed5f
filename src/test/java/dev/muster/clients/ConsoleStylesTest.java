package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Golden;
import dev.muster.api.StaticFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console serves exactly those rules of Tabler's style sheet that its templates and scripts use, a tenth of it,
/// because browsers parse and match all rules before the first paint. PurgeCSS finds them.
final class ConsoleStylesTest {
    private static final String TABLER = "/META-INF/resources/webjars/tabler__core/1.4.0/dist/css/tabler.css";
    private static final String SCRIPT = "used.mjs";

    @Test
    void theConsoleServesTheRulesOfTablerThatItUses(@TempDir Path folder) throws Exception {
        Path whole = Files.write(folder.resolve("tabler.css"), StaticFiles.read(TABLER));
        Path run = Files.createDirectories(NodePackages.install().resolve("styles"));
        Path script = Files.copy(
                NodePackages.SOURCES.resolve("styles").resolve(SCRIPT),
                run.resolve(SCRIPT),
                StandardCopyOption.REPLACE_EXISTING);
        ClientProcess used = ClientProcess.run(
                run,
                Map.of(),
                List.of(
                        "node",
                        script.toString(),
                        whole.toString(),
                        Path.of("").toAbsolutePath().toString()));
        assertThat(used.exitCode()).as("%s", used).isZero();
        Golden.check(Path.of("src/main/resources/dev/muster/console/tabler.css"), used.out());
    }
}
