package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.button;
import static dev.muster.console.ConsoleFixture.dialog;
import static dev.muster.console.ConsoleFixture.press;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.model.user.User;
import java.time.Instant;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Operators see and type times in their own time zone, or in UTC if they prefer.
final class LocalTimeTest extends InChromium {
    private static final Instant EXACT = Instant.parse("2030-12-03T14:00:07.123Z");

    private Page signIn(String timeZone) {
        return console.signIn(console.chromium.openIn(console.server.address(), timeZone), "manager", "production");
    }

    private static void until(Locator form) {
        form.getByRole(AriaRole.RADIO, new Locator.GetByRoleOptions().setName("Until"))
                .check();
    }

    @Test
    void timesAreLocalWithUtcOnHover() {
        User user = console.hold(console.register("Local Time", null), "chargeback", null, EXACT);
        Page page = console.open(signIn("Asia/Kathmandu"), user);
        assertThat(page.locator(".sentence")).containsText("until 3 Dec 2030 19:45 GMT+5:45: suspended");
        assertThat(page.locator(".sentence time")).hasAttribute("title", "3 Dec 2030 14:00 UTC");
        assertThat(page.locator(".sentence time")).hasAttribute("datetime", "2030-12-03T14:00:00.000Z");

        Locator form = dialog(page, "Extend: Suspended");
        assertThat(form.locator("[name=until]")).hasValue("2030-12-03T19:45");
        assertThat(form.getByText("Until (local time)")).isVisible();
        // An end that was not edited is not changed, not even by a millisecond.
        until(form);
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Nothing to change.");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(EXACT);
        // A typed time is in local time.
        form = dialog(page, "Extend: Suspended");
        form.locator("[name=until]").fill("2031-01-01T05:45");
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Assertions.assertThat(console.hold(user).until()).isEqualTo("2031-01-01T00:00:00Z");
        page.context().close();
    }

    @Test
    void aViewOfThePastIsAskedForInLocalTime() {
        User user = console.register("Past Local", null);
        Page page = console.open(signIn("America/New_York"), user);
        button(page, "View as of another time").click();
        page.locator("#as-of input").fill("2099-07-01T08:00");
        press(page.locator("#as-of"), "Show");
        page.waitForURL("**at=2099-07-01T12%3A00**");
        // The server refuses a time in the future.
        Assertions.assertThat(console.chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        page.context().close();
    }

    @Test
    void anEndInTheHourThatOccursTwiceStays() {
        Instant second = Instant.parse("2030-10-27T01:30:00Z");
        User user = console.hold(console.register("Clocks Back", null), "chargeback", null, second);
        Page page = console.open(signIn("Europe/Berlin"), user);
        Locator form = dialog(page, "Extend: Suspended");
        assertThat(form.locator("[name=until]")).hasValue("2030-10-27T02:30");
        until(form);
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Nothing to change.");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(second);
        page.context().close();
    }

    /// The preview is made from the form without sending it, and compares the times as typed.
    @Test
    void thePreviewForManyShowsATypedTime() {
        User user = console.register("Previewed Local", null);
        Page page = signIn("Asia/Kathmandu");
        page.navigate(ConsoleFixture.BASE + "/users?q=previewed-local");
        page.getByLabel("Select Previewed Local").check();
        button(page, "Hold or release").click();
        page.getByLabel("Or a time (local time)").fill("2031-01-01T05:45");
        page.keyboard().press("Tab");
        assertThat(page.locator("#effect tbody")).containsText("until 1 Jan 2031 05:45 GMT+5:45: suspended");
        button(page, "Suspend 1 user").click();
        assertThat(page.getByText("1 of 1 user changed.")).isVisible();
        Assertions.assertThat(console.hold(user).until()).isEqualTo("2031-01-01T00:00:00Z");
        page.context().close();
    }

    @Test
    void theChoiceOfUtcIsKept() {
        User user = console.hold(console.register("In Utc", null), "chargeback", null, EXACT);
        Page page = console.open(signIn("Asia/Kathmandu"), user);
        Locator form = dialog(page, "Edit: Suspended");
        form.getByLabel("Or a time").fill("2031-01-01T05:45");
        page.keyboard().press("Escape");
        button(page, "Account of manager").click();
        button(page, "Show times in UTC").click();
        assertThat(page.locator(".sentence")).containsText("until 3 Dec 2030 14:00 UTC: suspended");
        assertThat(page.locator(".sentence time")).hasAttribute("title", "3 Dec 2030 19:45 GMT+5:45");
        // A time that was typed before the switch is now shown in UTC and is still the same instant.
        form = dialog(page, "Edit: Suspended");
        assertThat(form.getByLabel("Or a time (UTC)")).hasValue("2031-01-01T00:00");
        page.reload();
        assertThat(page.locator(".sentence")).containsText("until 3 Dec 2030 14:00 UTC: suspended");
        form = dialog(page, "Extend: Suspended");
        form.locator("[name=until]").fill("2031-01-02T00:00");
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Assertions.assertThat(console.hold(user).until()).isEqualTo("2031-01-02T00:00:00Z");
        button(page, "Account of manager").click();
        button(page, "Show times in local time").click();
        assertThat(page.locator(".sentence")).containsText("until 2 Jan 2031 05:45 GMT+5:45: suspended");
        page.context().close();
    }
}
