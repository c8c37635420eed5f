package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.BASE;
import static dev.muster.console.ConsoleFixture.button;
import static dev.muster.console.ConsoleFixture.dialog;
import static dev.muster.console.ConsoleFixture.press;
import static dev.muster.console.ConsoleFixture.tabUntil;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.TestServer;
import dev.muster.model.user.User;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Tests dialogs and menus with the keyboard only, after a refusal, without JavaScript, and in each environment.
final class DialogsTest extends InChromium {
    private static void focusIs(Page page, String text) {
        Assertions.assertThat(page.evaluate("document.activeElement.textContent.trim()"))
                .isEqualTo(text);
    }

    @Test
    void aDialogIsOpenedFilledAndClosedByKeyboard() {
        User user = console.register("Dialog Keys", null);
        Page page = console.open(console.signIn("manager"), user);
        tabUntil(page, "document.activeElement.textContent.trim() === 'Place a hold'");
        page.keyboard().press("Enter");
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).isVisible();
        // The first field has the focus.
        Assertions.assertThat(page.evaluate("document.activeElement.name")).isEqualTo("kind");
        // Tab stays within the dialog.
        for (int i = 0; i < 25; i++) {
            page.keyboard().press("Tab");
            Assertions.assertThat(page.evaluate("document.activeElement === document.body"
                            + " || document.activeElement.closest('dialog[open]') != null"))
                    .isEqualTo(true);
        }
        page.keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
        focusIs(page, "Place a hold");
        // The dialog's shortcut opens it. Cancel and the close button close it.
        page.keyboard().press("h");
        assertThat(dialog).isVisible();
        tabUntil(page, "document.activeElement.textContent.trim() === 'Cancel'");
        page.keyboard().press("Enter");
        assertThat(dialog).hasCount(0);
        focusIs(page, "Place a hold");
        page.keyboard().press("Enter");
        tabUntil(page, "document.activeElement.ariaLabel === 'Close'");
        page.keyboard().press("Enter");
        assertThat(dialog).hasCount(0);
        focusIs(page, "Place a hold");
        // Enter in a field submits the form.
        page.keyboard().press("Enter");
        tabUntil(page, "document.activeElement.name === 'reason'");
        page.keyboard().type("by keyboard");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        Assertions.assertThat(console.hold(user).reason()).isEqualTo("by keyboard");
        page.context().close();
    }

    @Test
    void aMenuIsOpenedAndClosedByKeyboardAndLeadsToItsDialogs() {
        User user = console.register("Menu Keys", null);
        Page page = console.open(console.signIn("manager"), user);
        tabUntil(page, "document.activeElement.ariaLabel === 'More actions'");
        page.keyboard().press("Enter");
        assertThat(page.locator("#more")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("#more")).isHidden();
        Assertions.assertThat(page.evaluate("document.activeElement.ariaLabel")).isEqualTo("More actions");
        page.keyboard().press("Enter");
        tabUntil(page, "document.activeElement.textContent.trim() === 'Edit cards'");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog[open] h2")).hasText("Edit cards");
        // The menu does not cover the dialog.
        assertThat(page.locator("#more")).isHidden();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog[open]")).hasCount(0);
        page.context().close();
    }

    @Test
    void theListOfShortcutsIsAKeyAway() {
        Page page = console.signIn("viewer");
        page.keyboard().press("?");
        assertThat(page.locator("dialog[open]")).containsText("Keyboard shortcuts");
        // Shortcuts have no effect while a dialog is open.
        page.keyboard().press("g");
        page.keyboard().press("u");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog[open]")).hasCount(0);
        page.keyboard().press("g");
        page.keyboard().press("j");
        page.waitForURL("**/journal");
        page.context().close();
    }

    /// Each dialog shows why its form was refused, and keeps the values that were typed.
    @Test
    void aRefusedFormStaysInItsDialog() {
        User user = console.hold(
                console.register("Refused", "refused@example.org"),
                "chargeback",
                null,
                Instant.parse("2030-12-03T14:00:00Z"));
        console.register("Taken", "taken@example.org");
        Page page = console.open(console.signIn("admin"), user);
        refused(page, "Place a hold", "Place hold", "note", "typed much", "This hold already exists");
        button(page, "More actions").click();
        refused(page, "Edit details", "Save", "email", "taken@example.org", "Another user has this email already.");
        button(page, "More actions").click();
        refused(page, "Edit cards", "Save", "cards", "not a number", "Cards");
        button(page, "More actions").click();
        refused(page, "Bar permanently", "Bar permanently", "name", "Somebody", "Type the user's name, Refused");
        page.navigate(BASE + "/users");
        refused(page, "Register user", "Register", "name", "Without Any Identifier", "E-mail: Give an e-mail address");
        Assertions.assertThat(console.chromium.takeComplaints())
                .hasSize(5)
                .allMatch(line -> line.contains("422") || line.contains("409"));
        page.context().close();
    }

    private static void refused(Page page, String button, String submit, String field, String typed, String why) {
        String before = page.url();
        Locator dialog = dialog(page, button);
        dialog.locator("[name=" + field + "]").fill(typed);
        press(dialog, submit);
        assertThat(dialog.getByRole(AriaRole.ALERT)).containsText(why);
        assertThat(dialog.locator("[name=" + field + "]")).hasValue(typed);
        Assertions.assertThat(page.url()).isEqualTo(before);
        // If the form is refused again, the dialog still shows only one message.
        assertThat(dialog.getByRole(AriaRole.ALERT)).hasCount(1);
        press(dialog, "Cancel");
        assertThat(page.locator("dialog[open]")).hasCount(0);
    }

    // Without JavaScript

    @Test
    void everythingWorksWithoutJavaScript() {
        User user = console.register("No Script", "no.script@example.org");
        Page page =
                console.signIn(console.chromium.openWithoutScripts(console.server.address()), "manager", "production");
        page.locator("#search").fill("no.script");
        page.locator("#search").press("Enter");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("No Script"))
                .press("Enter");
        // The browser itself opens dialogs and menus.
        Locator form = dialog(page, "Place a hold");
        form.getByLabel("Reason").fill("no script");
        form.getByLabel("Or a time").fill("2030-01-01T00:00");
        send(form, "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        button(page, "Undo").press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        button(page, "More actions").press("Enter");
        form = dialog(page, "Edit workstations");
        form.locator("textarea").fill("desk");
        send(form, "Save");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Saved.");
        assertThat(page.locator(".details", new Page.LocatorOptions().setHasText("desk")))
                .isVisible();
        // The timeline's filter has a button to submit it.
        page.getByLabel("Show", new Page.GetByLabelOptions().setExact(true)).selectOption("user.hold");
        page.locator("form.card-actions button").press("Enter");
        assertThat(page.locator(".timeline .happening")).hasCount(2);
        // After a refusal, a separate page shows the reason.
        form = dialog(page, "Place a hold");
        form.getByLabel("Or a time").fill("2020-01-01T00:00");
        send(form, "Place hold");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Until: Must be in the future");
        Assertions.assertThat(console.chromium.takeComplaints())
                .as("the browser notes the status of the page")
                .allMatch(line -> line.contains("422"));
        // Change the selected users, undo that, and paste a list.
        page.navigate(BASE + "/users?q=no.script");
        page.getByLabel("Select No Script").press("Space");
        button(page, "Hold or release").press("Enter");
        assertThat(button(page, "Suspend 1 user")).isVisible();
        page.locator("[name=kind]").selectOption("blocked");
        page.getByLabel("Reason").fill("no script");
        button(page, "Update preview").press("Enter");
        assertThat(page.locator("tbody tr")).containsText("May not act: blocked by manager, reason no script.");
        button(page, "Block 1 user").press("Enter");
        assertThat(page.getByText("1 of 1 user changed.")).isVisible();
        button(page, "Undo").press("Enter");
        assertThat(page.locator("h1")).hasText("Undone");
        Assertions.assertThat(console.now(user).holds().isEmpty()).isTrue();
        page.navigate(BASE + "/users");
        form = dialog(page, "Paste a list");
        form.locator("textarea").fill("no.script@example.org");
        send(form, "Find users");
        assertThat(page.getByText("1 found")).isVisible();
        // Sign out.
        button(page, "Account of manager").press("Enter");
        button(page, "Sign out").press("Enter");
        assertThat(page.getByLabel("Password")).isVisible();
        page.context().close();
    }

    /// Presses Enter instead of clicking. Playwright waits for animation frames before it clicks, and without
    /// JavaScript the browser may not render any.
    private static void send(Locator within, String button) {
        within.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true))
                .press("Enter");
    }

    // The environment's name

    @Test
    void theEnvironmentIsOnEveryPageAndInEveryDialog() {
        Page page = console.signIn(console.chromium.open(console.server.address()), "admin", "test");
        String base = page.url().replace("/overview", "");
        page.navigate(base + "/users");
        Locator form = dialog(page, "Register user");
        form.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true)).fill("In Test");
        form.getByLabel("Username").fill("in-test");
        press(form, "Register");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The user was registered.");
        String user = page.url().replaceFirst("\\?.*", "");
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        int dialogs = 0;
        for (String address : List.of(
                base + "/overview",
                base + "/ending",
                base + "/users",
                user,
                base + "/jobs",
                base + "/groups",
                base + "/policies",
                base + "/journal",
                base + "/integrity",
                base + "/keys",
                base + "/operators")) {
            page.navigate(address);
            assertThat(page.locator(".side .environment")).hasText("test");
            Object colour = page.evaluate("getComputedStyle(document.querySelector('.frame')).borderTopColor");
            Assertions.assertThat(colour).as(address).isEqualTo("rgb(240, 140, 0)");
            for (Object id : (List<?>) page.evaluate("[...document.querySelectorAll('dialog')].map(each => each.id)")) {
                page.evaluate("id => document.getElementById(id).showModal()", id);
                assertThat(page.locator("#" + id + " .environment")).hasText("test");
                assertThat(page.locator("#" + id + " .environment")).isVisible();
                page.evaluate("id => document.getElementById(id).close()", id);
                dialogs++;
            }
        }
        Assertions.assertThat(dialogs).isGreaterThan(20);
        page.context().close();
    }

    @Test
    void theSwitchLeadsToTheSignInOfTheOtherEnvironment() {
        Page page = console.signIn("manager");
        assertThat(page.locator(".side .environment")).hasText("production");
        button(page, "Tenant acme, production: switch environment").click();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("acme, test"))
                .click();
        assertThat(page.getByLabel("Tenant")).hasValue("acme");
        assertThat(page.getByLabel("test", new Page.GetByLabelOptions().setExact(true)))
                .isChecked();
        assertThat(page.getByLabel("Username")).isFocused();
        page.getByLabel("Username").fill("manager");
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        button(page, "Sign in").click();
        page.waitForURL("**/acme/test/overview");
        assertThat(page.locator(".side .environment")).hasText("test");
        page.context().close();
    }
}
