package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.BASE;
import static dev.muster.console.ConsoleFixture.button;
import static dev.muster.console.ConsoleFixture.dialog;
import static dev.muster.console.ConsoleFixture.press;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.TestServer;
import dev.muster.model.user.Hold;
import dev.muster.model.user.User;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Tests what may interfere with filling in a form: a slow network, another operator, and the end of the session.
final class InterruptionsTest extends InChromium {
    private static final Instant END = Instant.parse("2030-12-03T14:00:00Z");

    /// Makes the network of a page as slow as a bad mobile connection.
    private static void slow(Page page) {
        JsonObject conditions = new JsonObject();
        conditions.addProperty("offline", false);
        conditions.addProperty("latency", 400);
        conditions.addProperty("downloadThroughput", 60_000);
        conditions.addProperty("uploadThroughput", 60_000);
        page.context().newCDPSession(page).send("Network.emulateNetworkConditions", conditions);
    }

    private static AtomicInteger countForms(Page page) {
        AtomicInteger forms = new AtomicInteger();
        page.onRequest(request -> {
            if (request.method().equals("POST")) {
                forms.incrementAndGet();
            }
        });
        return forms;
    }

    private static Locator submit(Locator within, String name) {
        return within.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    @Test
    void onASlowNetworkAnImpatientSecondClickSendsNothing() {
        User user = console.register("Slow Network", null);
        Page page = console.signIn("manager");
        page.navigate(BASE + "/users");
        slow(page);
        AtomicInteger forms = countForms(page);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Slow Network"))
                .click();
        page.waitForURL("**/users/" + user.id());
        Locator form = dialog(page, "Place a hold");
        form.getByLabel("Reason").fill("chargeback");
        // The page itself looks at the button, because the test may be too late: it waits for the next page.
        page.evaluate("""
                addEventListener("submit", (event) => sessionStorage.setItem("submitter",
                    ["aria-busy", "aria-disabled"].map((name) => event.submitter.getAttribute(name)).join()))""");
        // The button is disabled as soon as it is clicked, so neither another click nor Enter sends the form again.
        submit(form, "Place hold").dblclick();
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        Assertions.assertThat(page.evaluate("sessionStorage.getItem('submitter')"))
                .isEqualTo("true,true");
        Assertions.assertThat(forms).hasValue(1);
        Assertions.assertThat(console.hold(user).reason()).isEqualTo("chargeback");

        // The same holds for a form that is not in a dialog.
        button(page, "Undo").dblclick();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        Assertions.assertThat(forms).hasValue(2);
        Assertions.assertThat(console.hold(user)).isNull();

        // Going back does not send the form again, and shows the current state of the user.
        page.goBack();
        assertThat(page.locator(".hold")).hasCount(0);
        Assertions.assertThat(forms).hasValue(2);
        page.context().close();
    }

    @Test
    void aRefusedFormCanBeSentAgain() {
        User user = console.register("Sent Again", null);
        Page page = console.open(console.signIn("manager"), user);
        slow(page);
        Locator form = dialog(page, "Place a hold");
        form.getByLabel("Or a time").fill("2020-01-01T00:00");
        submit(form, "Place hold").click();
        assertThat(form.getByRole(AriaRole.ALERT)).containsText("Must be in the future");
        assertThat(submit(form, "Place hold")).isEnabled();
        form.getByLabel("Or a time").fill("2030-01-01T00:00");
        submit(form, "Place hold").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        Assertions.assertThat(console.chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        page.context().close();
    }

    @Test
    void twoOperatorsAtOnceSeeWhatTheOtherDidBesideWhatTheyTyped() {
        User user = console.hold(console.register("Two At Once", null), "chargeback", "as it was", END);
        Page one = console.open(console.signIn("manager"), user);
        Page two = console.open(console.signIn("admin"), user);
        Locator mine = dialog(one, "Edit: Suspended");
        mine.getByLabel("Note").fill("mine");

        Locator theirs = dialog(two, "Edit: Suspended");
        theirs.getByLabel("Note").fill("theirs");
        theirs.getByLabel("Reason").fill("fraud ring");
        theirs.getByLabel("Or a time").fill("2031-01-01T00:00");
        press(theirs, "Save");
        assertThat(two.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");

        press(mine, "Save");
        assertThat(mine.getByRole(AriaRole.ALERT)).containsText("This was changed in the meantime.");
        assertThat(mine.getByLabel("Note")).hasValue("mine");
        assertThat(mine.getByText("Now: theirs")).isVisible();
        // Fields that were not edited show the current values.
        assertThat(mine.getByLabel("Reason")).hasValue("fraud ring");
        assertThat(mine.getByLabel("Or a time")).hasValue("2031-01-01T00:00");
        Assertions.assertThat(console.hold(user).note()).isEqualTo("theirs");

        press(mine, "Save");
        assertThat(one.getByRole(AriaRole.STATUS)).hasText("The hold was changed.");
        Hold hold = console.hold(user);
        Assertions.assertThat(hold.note()).isEqualTo("mine");
        Assertions.assertThat(hold.reason()).isEqualTo("fraud ring");
        Assertions.assertThat(hold.until()).isEqualTo("2031-01-01T00:00:00Z");
        Assertions.assertThat(console.chromium.takeComplaints()).allMatch(line -> line.contains("409"));
        one.context().close();
        two.context().close();
    }

    /// The preview of a form for many users is made without sending the form, and asks to sign in nevertheless.
    @Test
    void aPreviewContinuesAfterTheSessionHasEnded() {
        User user = console.register("Preview Ended", null);
        Page page = console.signIn("manager");
        page.navigate(BASE + "/users?q=preview-ended");
        page.getByLabel("Select Preview Ended").check();
        button(page, "Hold or release").click();
        page.getByLabel("Reason").fill("typed with care");
        console.ahead.set(console.ahead.get().plus(Duration.ofMinutes(31)));
        page.locator("[name=kind]").selectOption("blocked");
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        page.getByLabel("Username").fill("manager");
        button(page, "Sign in").click();
        assertThat(button(page, "Block 1 user")).isVisible();
        assertThat(page.getByLabel("Reason")).hasValue("typed with care");
        button(page, "Block 1 user").click();
        assertThat(page.getByText("1 of 1 user changed.")).isVisible();
        Assertions.assertThat(console.now(user).holds().all()).hasSize(1);
        Assertions.assertThat(console.chromium.takeComplaints()).allMatch(line -> line.contains("/holds/preview"));
        page.context().close();
    }

    @Test
    void aFormContinuesAfterTheSessionHasEnded() {
        User user = console.register("Session Ended", null);
        Page page = console.open(console.signIn("manager"), user);
        Locator form = dialog(page, "Place a hold");
        form.getByLabel("Reason").fill("typed with care");
        form.getByLabel("Note").fill("Two\nlines");
        // The clock is not set back afterwards, because the server would then refuse writes.
        console.ahead.set(console.ahead.get().plus(Duration.ofMinutes(31)));
        press(form, "Place hold");
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        page.getByLabel("Username").fill("manager");
        button(page, "Sign in").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        assertThat(page.locator("h1")).containsText("Session Ended");
        Assertions.assertThat(console.hold(user).reason()).isEqualTo("typed with care");
        Assertions.assertThat(console.hold(user).note()).isEqualTo("Two\nlines");
        page.context().close();
    }
}
