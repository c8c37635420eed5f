package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.BASE;
import static dev.muster.console.ConsoleFixture.button;
import static dev.muster.console.ConsoleFixture.press;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Does the tasks that operators do most, and compares the clicks with `docs/console.md`. The browser counts the
/// clicks. A field is filled in without a click where the page does not begin in it, because typing is not counted.
final class ClicksTest extends InChromium {
    private static final Instant EXACT = Instant.parse("2030-12-03T14:00:41.123Z");

    private Page page;

    @BeforeEach
    void signIn() {
        signIn("admin");
    }

    private void signIn(String username) {
        page = console.signIn(username);
        page.setDefaultTimeout(60_000);
        page.addInitScript("addEventListener('pointerdown', () => sessionStorage.setItem('clicks',"
                + " 1 + Number(sessionStorage.getItem('clicks'))), true)");
    }

    private void startAt(String path) {
        page.navigate(BASE + path);
        clicks();
    }

    /// Returns the number of clicks since the last call.
    private int clicks() {
        return ((Number) page.evaluate("() => { const clicks = Number(sessionStorage.getItem('clicks'));"
                        + " sessionStorage.removeItem('clicks'); return clicks; }"))
                .intValue();
    }

    /// Returns the number of clicks that the document states for a task, such as `2 or 3`.
    private static String documented(String task) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/console.md")).stream()
                .filter(line -> line.startsWith("| " + task + " |"))
                .toList();
        Assertions.assertThat(rows).as(task).hasSize(1);
        String row = rows.getFirst();
        return row.substring(row.lastIndexOf('|', row.length() - 2) + 1, row.length() - 1)
                .strip();
    }

    private void link(String name) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    private Locator openedBy(String name) {
        button(page, name).click();
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).isVisible();
        return dialog;
    }

    @Test
    void findingAUserAndReadingWhy() throws IOException {
        console.hold(console.register("Clara Find", "clara.find@example.org"), "chargeback", null, EXACT);
        startAt("/integrity");
        page.locator("#search").click();
        assertThat(page.locator("#search")).hasAccessibleDescription("Press Enter to search");
        page.keyboard().type("ara.fi");
        page.keyboard().press("Enter");
        page.waitForURL("**q=ara.fi**");
        link("Clara Find");
        assertThat(page.locator(".sentence")).containsText("May not act until 3 Dec 2030");
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Find a user and read why they may or may not act"));
    }

    @Test
    void extendingAHold() throws IOException {
        User user = console.hold(console.register("Extended Fast", null), "chargeback", null, EXACT);
        startAt("/users/" + user.id());
        press(openedBy("Extend: Suspended"), "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        int least = clicks();
        startAt("/users/" + user.id());
        Locator form = openedBy("Extend: Suspended");
        form.getByLabel("30 days longer").click();
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(EXACT.plusSeconds(37 * 86_400));
        Assertions.assertThat(least + " or " + clicks()).isEqualTo(documented("Extend a hold"));
    }

    /// Opens the list of users from the menu, and types into its search field, which shows what matches by itself.
    private void search(String text, String matches) {
        link("Users");
        page.locator("#q").fill(text);
        assertThat(page.getByText(matches)).isVisible();
    }

    @Test
    void holdingThreeUsersAndUndoingIt() throws IOException {
        List<User> users = several("Three", 3);
        startAt("/overview");
        search("three", "3 users match");
        for (User user : users) {
            page.getByLabel("Select " + user.name()).click();
        }
        button(page, "Hold or release").click();
        button(page, "Suspend 3 users").click();
        assertThat(page.getByText("3 of 3 users changed.")).isVisible();
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Hold three users"));
        button(page, "Undo").click();
        assertThat(page.locator("h1")).hasText("Undone");
        Assertions.assertThat(users).allMatch(user -> console.hold(user) == null);
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Undo that"));
    }

    @Test
    void undoingAChangeLater() throws IOException {
        User user = console.hold(console.register("Undone Later", null), "chargeback", null, EXACT);
        page.navigate(BASE + "/users/" + user.id());
        press(openedBy("Extend: Suspended"), "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        startAt("/users/" + user.id());
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(EXACT);
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Undo my last change of a hold, later"));
    }

    @Test
    void holdingAllWhoMatch() throws IOException {
        List<User> users = several("Matching", 12);
        startAt("/overview");
        search("matching", "12 users match");
        button(page, "Hold or release all 12").click();
        button(page, "Suspend 12 users").click();
        assertThat(page.getByText("12 of 12 users changed.")).isVisible();
        Assertions.assertThat(users).allMatch(user -> console.hold(user) != null);
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Hold or release all who match"));
    }

    @Test
    void holdingAPastedList() throws IOException {
        List<User> users = several("Pasted", 2);
        startAt("/overview");
        link("Users");
        Locator dialog = openedBy("Paste a list");
        dialog.getByLabel("One per line").fill("pasted0@example.org\npasted1@example.org");
        press(dialog, "Find users");
        assertThat(page.getByText("2 found")).isVisible();
        int found = clicks();
        button(page, "Hold or release").click();
        button(page, "Suspend 2 users").click();
        assertThat(page.getByText("2 of 2 users changed.")).isVisible();
        Assertions.assertThat(users).allMatch(user -> console.hold(user) != null);
        Assertions.assertThat(found + ", then " + clicks())
                .isEqualTo(documented("Hold or release a list from elsewhere"));
    }

    @Test
    void reviewingAFraudCaseAndTheNext() throws IOException {
        for (String jobId : List.of("case-1", "case-2")) {
            User user = console.register("Fraud " + jobId, null);
            console.execute(user, new Command.PlaceHold(HoldKind.FRAUD, Hold.MAIN, "forged", null, null));
            console.judgedJob(user, jobId);
        }
        startAt("/overview");
        page.getByText("fraud cases waiting for review").click();
        button(page, "Confirm fraud").click();
        assertThat(page.locator(".notice")).containsText("Fraud of Fraud case-2 confirmed.");
        int first = clicks();
        button(page, "Not fraud, release").click();
        assertThat(page.locator("main")).containsText("All fraud reviews are done");
        Assertions.assertThat(first + ", then " + clicks()).isEqualTo(documented("Review a fraud case"));
    }

    @Test
    void creatingAKey() throws IOException {
        startAt("/overview");
        link("Keys");
        Locator dialog = openedBy("Create key");
        page.keyboard().type("robot");
        press(dialog, "Create key");
        assertThat(page.locator(".secret")).containsText("Key robot was created");
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Create a key"));
    }

    @Test
    void invitingAnOperator() throws IOException {
        startAt("/overview");
        link("Operators");
        Locator dialog = openedBy("Invite operator");
        page.keyboard().type("newcomer");
        press(dialog, "Invite");
        assertThat(page.locator(".secret")).containsText("newcomer is invited");
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Invite an operator"));
    }

    @Test
    void changingOnesPassword() throws IOException {
        // The new password ends the other sessions of this operator.
        signIn("viewer");
        startAt("/overview");
        button(page, "Account of viewer").click();
        link("Your account");
        // Typing needs no further click.
        assertThat(page.getByLabel("Current password")).isFocused();
        page.getByLabel("Current password").fill(TestServer.PASSWORD);
        page.getByLabel("New password").fill("correct-horse-battery-9-staple");
        button(page, "Change password").click();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The password was changed.");
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Change my password, or add a passkey"));
    }

    @Test
    void exportingWhatOneSees() throws IOException {
        several("Exported", 3);
        startAt("/overview");
        link("Users");
        Download download = page.waitForDownload(() -> link("CSV"));
        Assertions.assertThat(Files.readString(download.path())).contains("Exported 0", "Exported 2");
        Assertions.assertThat("" + clicks()).isEqualTo(documented("Export what I see"));
    }

    private List<User> several(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> console.register(name + " " + i, name.toLowerCase(Locale.ROOT) + i + "@example.org"))
                .toList();
    }
}
