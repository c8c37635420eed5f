package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import dev.muster.directory.Journal;
import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What an auditor takes from the integrity page: files to verify elsewhere, and paper.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntegrityPageTest {
    private Path folder;
    private ConsoleFixture console;

    @BeforeAll
    void open(@TempDir Path place) {
        folder = place;
        console = new ConsoleFixture(folder);
    }

    @AfterAll
    void close() {
        console.close();
    }

    /// The checkpoint is signed here, because the task that signs does not run in this server.
    @Test
    void theSignedCheckpointsAndTheirKeyAreDownloaded() throws IOException {
        Page page = console.signIn("admin");
        page.navigate(ConsoleFixture.BASE + "/integrity");
        PlaywrightAssertions.assertThat(page.locator("main"))
                .containsText("This server has not signed the journal yet.");
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("checkpoint.key"), new SecureRandom());
        Journal.Head head = console.head();
        String line = key.sign(Checkpoint.after(
                null, console.realm(), head.seq(), HexFormat.of().parseHex(head.head()), Instant.now()));
        new CheckpointFolder(folder.resolve("checkpoints")).add(console.realm(), line);

        page.reload();
        PlaywrightAssertions.assertThat(page.locator("main")).containsText("up to entry " + head.seq());
        PlaywrightAssertions.assertThat(page.locator("main")).containsText(key.id());
        String checkpoints = download(page, "Signed checkpoints", "checkpoints-acme-production.txt");
        String publicKey = download(page, "Public key", "checkpoint.key.pub");
        assertThat(checkpoints).isEqualTo(line + "\n");
        assertThat(publicKey).isEqualTo(key.publicKeyPem());
        assertThat(CheckpointKey.verify(publicKey, checkpoints.strip())).isPresent();
        assertThat(page.locator("pre").textContent())
                .contains("--checkpoints checkpoints-acme-production.txt --public-key checkpoint.key.pub");
        page.context().close();
    }

    /// Fetched rather than clicked, because the headless browser stores downloads under other names.
    private static String download(Page page, String title, String name) {
        String address = page.locator("main a", new Page.LocatorOptions().setHasText(title))
                .getAttribute("href");
        APIResponse file = page.request().get(page.url().replaceFirst("/console/.*", "") + address);
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.headers().get("content-disposition")).isEqualTo("attachment; filename=\"" + name + "\"");
        return file.text();
    }

    @Test
    void entriesAfterTheVerificationAreNotCalledVerified() {
        Page page = console.signIn("admin");
        page.navigate(ConsoleFixture.BASE + "/integrity");
        page.getByText("Verify now").first().click();
        PlaywrightAssertions.assertThat(page.locator("#verdict")).hasText("Verified");
        long verified = console.head().seq();
        console.register("Added Later", null);
        page.reload();
        PlaywrightAssertions.assertThat(page.locator("#verdict")).hasText("Verified up to entry " + verified);
        PlaywrightAssertions.assertThat(page.locator(".verdict"))
                .containsText("1 newer entry has not been verified yet.");
        page.navigate(ConsoleFixture.BASE + "/overview");
        PlaywrightAssertions.assertThat(page.getByLabel("Integrity"))
                .containsText("1 newer entry has not been verified yet.");
        page.context().close();
    }

    @Test
    void aPrintedPageSaysWhereAndWhenItWasPrintedAndIsLight() {
        Page page = console.signIn(
                console.chromium.open(console.server.address(), 1280, ColorScheme.DARK), "admin", "test");
        page.navigate("/console/acme/test/integrity");
        PlaywrightAssertions.assertThat(page.locator(".print-head")).isHidden();
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        PlaywrightAssertions.assertThat(page.locator(".print-head")).containsText("acme, test");
        PlaywrightAssertions.assertThat(page.locator(".print-head")).containsText("loaded");
        page.evaluate("dispatchEvent(new Event('beforeprint'))");
        PlaywrightAssertions.assertThat(page.locator(".print-head"))
                .containsText(Pattern.compile("printed \\d+ \\w+ \\d{4} \\d\\d:\\d\\d UTC by admin"));
        assertThat(page.locator("html").getAttribute("data-bs-theme")).isEqualTo("light");
        page.evaluate("dispatchEvent(new Event('afterprint'))");
        assertThat(page.locator("html").getAttribute("data-bs-theme")).isEqualTo("dark");
        page.context().close();
    }
}
