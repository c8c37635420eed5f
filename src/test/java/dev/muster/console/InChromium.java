package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Base class for tests that share one server and one browser. A test fails if a page reports an error that the test
/// does not take with [Chromium#takeComplaints].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InChromium {
    ConsoleFixture console;

    @BeforeAll
    void open(@TempDir Path folder) {
        console = new ConsoleFixture(folder);
    }

    @AfterAll
    void close() {
        console.close();
    }

    @AfterEach
    void noPageReportsAnError() {
        assertThat(console.chromium.takeComplaints()).isEmpty();
    }
}
