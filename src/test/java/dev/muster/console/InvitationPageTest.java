package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.BASE;
import static dev.muster.console.ConsoleFixture.button;
import static dev.muster.console.ConsoleFixture.press;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Opens the link of an invitation in a real browser, which decides what headers it sends with a form.
final class InvitationPageTest extends InChromium {
    @Test
    void anInvitedOperatorChoosesAPasswordAndIsSignedIn() {
        Page admin = console.signIn("admin");
        admin.navigate(BASE + "/operators");
        Locator dialog = ConsoleFixture.dialog(admin, "Invite operator");
        dialog.locator("[name=username]").fill("anna");
        press(dialog, "Invite");
        String link = admin.locator("#invitation-link").textContent();
        admin.context().close();

        Page anna = console.chromium.open(console.server.address());
        List<String> referrers = new ArrayList<>();
        anna.onRequest(request -> referrers.add(request.headers().getOrDefault("referer", "")));
        anna.navigate(link);
        anna.locator("[name=new-password]").fill("meadow-lantern-4711-brook");
        button(anna, "Save and sign in").click();
        anna.waitForURL("**/overview");
        assertThat(anna.locator("body")).containsText("anna");
        Assertions.assertThat(referrers).isNotEmpty().noneMatch(referrer -> referrer.contains("/invitation/"));
        anna.context().close();
    }
}
