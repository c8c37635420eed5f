package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.credential.Role;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.testing.Receiver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests the console's pages about webhooks, with a real endpoint and a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookPagesTest {
    private static final String BASE = "/console/acme/production";

    private final AtomicInteger status = new AtomicInteger(200);
    private TestServer server;
    private TestServer.Tenancy acme;
    private Chromium chromium;
    private Receiver receiver;
    private Page page;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = TestServer.delivering(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        acme = server.makeTenant("acme");
        for (Role role : Role.values()) {
            server.signIn(acme.production(), acme.productionKey(), role.wireName(), role);
        }
        chromium = new Chromium();
        receiver = new Receiver(_ -> Receiver.Answer.status(status.get()));
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
        receiver.close();
    }

    @BeforeEach
    void signIn() {
        status.set(200);
        page = signIn("admin");
    }

    @AfterEach
    void signOut() {
        // The browser reports the status of a refused form as an error.
        assertThat(chromium.takeComplaints()).allMatch(complaint -> complaint.contains("status of 422"));
        page.context().close();
    }

    private Page signIn(String username) {
        return ConsoleFixture.signIn(chromium.open(server.address()), server.address(), "acme", "production", username);
    }

    private User register(String externalId) {
        return server.execute(
                        acme.production(),
                        server.actor(acme.production(), acme.productionKey()),
                        null,
                        new Command.Register(
                                null,
                                new Validator().identifier(Identifier.Kind.EXTERNAL_ID, externalId),
                                null,
                                null,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
    }

    /// Creates a webhook for events about users. The page then shows its secret.
    private void create(String description) {
        page.navigate(BASE + "/webhooks");
        Locator dialog = ConsoleFixture.dialog(page, "Create webhook");
        dialog.getByLabel("URL").fill(receiver.url() + "/" + description);
        dialog.getByLabel("Types of events, one per line").fill("user.*");
        dialog.getByLabel("Description").fill(description);
        ConsoleFixture.press(dialog, "Create webhook");
        assertThat(page.locator("#webhook-secret")).containsText("whsec_");
    }

    private void open(String description) {
        page.navigate(BASE + "/webhooks");
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName(description).setExact(true))
                .click();
        assertThat(page.locator("h1")).containsText(description);
    }

    /// Reloads the page until a table contains `text`.
    private void until(String text) {
        Locator there = page.locator("table").getByText(text);
        for (int i = 0; i < 100 && there.count() == 0; i++) {
            page.waitForTimeout(100);
            page.reload();
        }
        assertThat(there.first()).isVisible();
    }

    private Locator more(String action) {
        ConsoleFixture.button(page, "More actions").click();
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(action).setExact(true))
                .click();
        return page.locator("dialog[open]");
    }

    /// The secret is shown only once. The pages of the webhook, the event and the user show the requests and
    /// responses.
    @Test
    void aWebhookIsCreatedAndWhatItWasSentIsShown() {
        create("sent");
        String secret = page.locator("#webhook-secret").textContent();
        User user = register("told");
        open("sent");
        assertThat(page.content()).doesNotContain(secret);
        until("user.registered");
        assertThat(page.getByText("delivered").first()).isVisible();
        assertThat(page.getByText("up to date")).isVisible();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("user.registered"))
                .click();
        assertThat(page.locator("[aria-labelledby=body] pre"))
                .containsText(user.id().toString());
        assertThat(page.getByText("This event was sent, unless the webhook began later."))
                .isVisible();
        page.navigate(BASE + "/users/" + user.id());
        page.locator(".happening-more summary").first().click();
        assertThat(page.locator(".happening-more").first()).containsText("Sent to sent");
    }

    /// The message names the field as the form does.
    @Test
    void anEntryBeyondTheEndOfTheJournalIsRefused() {
        page.navigate(BASE + "/webhooks");
        Locator dialog = ConsoleFixture.dialog(page, "Create webhook");
        dialog.getByLabel("URL").fill(receiver.url().toString());
        dialog.getByLabel("First journal entry to send").fill("999999");
        ConsoleFixture.press(dialog, "Create webhook");
        assertThat(page.locator("dialog[open]").getByRole(AriaRole.ALERT)).containsText("First entry: Must be at most");
        assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("422"));
    }

    @Test
    void anEventIsSentAgain() {
        create("again");
        User user = register("twice");
        open("again");
        until("user.registered");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("user.registered"))
                .click();
        ConsoleFixture.button(page, "Send again").click();
        assertThat(page.getByText("It will be sent again.")).isVisible();
        for (int i = 0; i < 100 && sent("again", user) < 2; i++) {
            page.waitForTimeout(100);
        }
        assertThat(sent("again", user)).isEqualTo(2);
    }

    @Test
    void whatIsSentAgainWhilePausedWaitsUntilTheWebhookIsResumed() {
        create("waits");
        register("waiting");
        open("waits");
        until("user.registered");
        ConsoleFixture.button(page, "Pause").click();
        assertThat(page.getByText("The webhook was paused.")).isVisible();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("user.registered"))
                .click();
        ConsoleFixture.button(page, "Send again").click();
        assertThat(page.getByText("It will be sent again once the webhook is resumed."))
                .isVisible();
        Locator replay = more("Send entries again");
        replay.getByLabel("Number of the first entry").fill("1");
        replay.getByLabel("Number of the last entry").fill("1");
        ConsoleFixture.press(replay, "Send again");
        assertThat(page.getByText("It will be sent again once the webhook is resumed."))
                .isVisible();
    }

    private long sent(String description, User user) {
        return receiver.received().stream()
                .filter(request -> request.path().endsWith(description)
                        && request.text().contains(user.id().toString())
                        && request.text().contains("user.registered"))
                .count();
    }

    @Test
    void aPingShowsTheAnswerOrWhyThereIsNone() {
        create("pinged");
        ConsoleFixture.button(page, "Send a ping").click();
        assertThat(page.locator(".notice")).containsText("Response to the ping: 200 in");
        status.set(503);
        ConsoleFixture.button(page, "Send a ping").click();
        assertThat(page.locator(".notice")).containsText("Response to the ping: 503 in");
        // Reloading the page does not send another ping.
        page.reload();
        assertThat(page.locator(".notice")).containsText("Response to the ping: 503 in");
        assertThat(page.locator("[aria-labelledby=attempts] tbody tr")).hasCount(2);
    }

    @Test
    void aFailingWebhookSaysSo() {
        create("failing");
        status.set(500);
        register("untold");
        page.navigate(BASE + "/webhooks");
        until("The last attempt failed");
        page.navigate(BASE + "/overview");
        assertThat(page.locator(".attention")).containsText(Pattern.compile("[1-9][0-9]* webhooks? that fail"));
        status.set(200);
    }

    @Test
    void aWebhookIsPausedEditedAndResumed() {
        create("paused");
        open("paused");
        ConsoleFixture.button(page, "Pause").click();
        assertThat(page.getByText("The webhook was paused.")).isVisible();
        assertThat(page.getByText("Events wait until it is resumed.")).isVisible();
        Locator edit = more("Edit");
        edit.getByLabel("Types of events, one per line").fill("job.completed\nuser.vanished");
        ConsoleFixture.press(edit, "Save");
        assertThat(page.getByText("Must be a type of event").first()).isVisible();
        page.locator("dialog[open]").getByLabel("Types of events, one per line").fill("job.completed");
        ConsoleFixture.press(page.locator("dialog[open]"), "Save");
        assertThat(page.getByText("Saved.")).isVisible();
        assertThat(page.locator("dl").getByText("job.completed")).isVisible();
        Locator resume = ConsoleFixture.dialog(page, "Resume");
        resume.getByLabel("Continue").selectOption("at");
        ConsoleFixture.press(resume, "Resume");
        assertThat(resume.locator(".notice")).containsText("Is required to continue at an entry.");
        resume.getByLabel("Continue").selectOption("");
        ConsoleFixture.press(resume, "Resume");
        assertThat(page.getByText("The webhook was resumed.")).isVisible();
    }

    @Test
    void theSecretIsReplacedAndShownOnce() {
        create("rotated");
        String before = page.locator("#webhook-secret").textContent();
        open("rotated");
        ConsoleFixture.press(more("Replace the secret"), "Replace secret");
        assertThat(page.locator("#webhook-secret")).containsText("whsec_");
        assertThat(page.locator("#webhook-secret").textContent()).isNotEqualTo(before);
        assertThat(page.getByText("The previous secret signs until")).isVisible();
        open("rotated");
        assertThat(page.locator("#webhook-secret")).hasCount(0);
    }

    @Test
    void aWebhookIsDeletedOnceItsHostWasTyped() {
        create("deleted");
        open("deleted");
        Locator dialog = more("Delete webhook");
        dialog.getByLabel("Type").fill("example.org");
        ConsoleFixture.press(dialog, "Delete webhook");
        assertThat(page.getByText("Type the host, ").first()).isVisible();
        page.locator("dialog[open]").getByLabel("Type").fill("127.0.0.1");
        ConsoleFixture.press(page.locator("dialog[open]"), "Delete webhook");
        assertThat(page.getByText("Deleted.")).isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("deleted")))
                .hasCount(0);
    }

    /// Managers and viewers do not see the section about webhooks and cannot open its page. The timelines they see
    /// do not mention webhooks.
    @Test
    void onlyAdminsSeeWebhooks() {
        create("hidden");
        User user = register("seen");
        try (Page other = signIn("manager")) {
            assertThat(other.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Webhooks")))
                    .hasCount(0);
            other.navigate(BASE + "/users/" + user.id());
            assertThat(other.locator(".happening-more").first()).not().containsText("webhook");
            assertThat(other.navigate(BASE + "/webhooks").status()).isEqualTo(403);
            other.context().close();
        }
        chromium.takeComplaints();
    }
}
