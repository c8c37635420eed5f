package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.BASE;
import static dev.muster.console.ConsoleFixture.dialog;
import static dev.muster.console.ConsoleFixture.press;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.model.user.User;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/// Undo is offered for a day, until the hold has ended, and not while the page shows the past. The clock is never set
/// back, because the server would then refuse writes if a hold has ended meanwhile.
final class UndoTimesTest extends InChromium {
    @Test
    void theTimelineOffersToUndoOnlyWhatIsRecentAndStillHolds() {
        Page page = console.signIn("manager");
        page.setDefaultTimeout(60_000);
        User user = console.register("No Longer", null);
        console.open(page, user);
        Locator dialog = dialog(page, "Place a hold");
        Instant end = Instant.now().plus(Duration.ofMinutes(15)).truncatedTo(ChronoUnit.MINUTES);
        dialog.locator("[name=end]").selectOption("at");
        dialog.locator("[name=until]").fill(end.toString().substring(0, 16));
        press(dialog, "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        offers(1, page, user);
        console.ahead.set(Duration.ofMinutes(2));
        Instant past = Instant.now().plus(Duration.ofMinutes(1));
        page.navigate(BASE + "/users/" + user.id() + "?at=" + past.toString().substring(0, 16));
        assertThat(page.locator(".timeline li")).hasCount(2);
        assertThat(page.locator(".undo")).hasCount(0);
        offers(1, page, user);
        console.ahead.set(Duration.ofMinutes(20));
        offers(0, page, user);

        User other = console.register("Long Ago", null);
        console.open(page, other);
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        offers(1, page, other);
        console.ahead.set(Duration.ofHours(25));
        Page later = console.signIn("manager");
        later.setDefaultTimeout(60_000);
        offers(0, later, other);
        assertThat(later.locator(".timeline li")).hasCount(2);
    }

    private void offers(int changes, Page page, User user) {
        console.open(page, user);
        assertThat(page.locator(".timeline li").first()).isVisible();
        assertThat(page.locator(".undo")).hasCount(changes);
    }
}
