package dev.muster.api.rest;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.muster.console.Accessibility;
import dev.muster.console.Chromium;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests `/docs` in a browser, light and dark, narrow and wide. Its search and its copy buttons must work, and the
/// browser must report no errors, as it would if the page violated its content security policy. With `muster.long`,
/// axe-core applies all its rules each time, and screenshots are written to `target/screenshots`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DocsPageTest {
    private static final boolean LONG = Boolean.getBoolean("muster.long");

    private static final Path PICTURES = Path.of("target", "screenshots");

    /// The parts that axe-core checks, one of each kind. The others are rendered by the same templates, and
    /// checking the whole page takes a long time.
    private static final List<String> PARTS =
            List.of(".bar", ".contents", ".guide", "#registerUser", "#placeHold", ".codes", "#shape-User", "footer");

    private static final int NARROW = 390;

    private RestServer server;
    private Chromium chromium;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new RestServer(folder, 20);
        chromium = new Chromium();
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
    }

    @AfterEach
    void noProblemIsReported() {
        assertThat(chromium.takeComplaints()).isEmpty();
    }

    private Page page(int width, ColorScheme scheme) {
        Page page = chromium.open(URI.create("http://127.0.0.1:" + server.port()), width, scheme);
        page.navigate("/docs");
        return page;
    }

    @Test
    void narrowAndLight() {
        look(NARROW, ColorScheme.LIGHT);
    }

    @Test
    void narrowAndDark() {
        look(NARROW, ColorScheme.DARK);
    }

    @Test
    void wideAndLight() {
        look(1440, ColorScheme.LIGHT);
    }

    @Test
    void wideAndDark() {
        look(1440, ColorScheme.DARK);
    }

    private void look(int width, ColorScheme scheme) {
        Page page = page(width, scheme);
        for (String place : LONG ? List.of("top", "moving-in", "placeHold", "problems") : List.<String>of()) {
            page.navigate("/docs#" + place);
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(PICTURES.resolve("docs-" + place + "-" + width + "-" + scheme + ".png")));
        }
        assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo(0);
        // Apart from the table of contents, no element may scroll sideways.
        assertThat(
                        page.evaluate(
                                "[...document.querySelectorAll('main *')].filter(each => each.scrollWidth > each.clientWidth"
                                        + " && getComputedStyle(each).overflowX === 'auto').map(each => each.outerHTML.slice(0, 200))"))
                .isEqualTo(List.of());
        assertThat(Accessibility.violations(page, PARTS, rules(width, scheme))).isEmpty();
        page.context().close();
    }

    /// Returns the rules that can have other results than in a wide window in light mode.
    private static Accessibility.Rules rules(int width, ColorScheme scheme) {
        if (LONG || (width > NARROW && scheme == ColorScheme.LIGHT)) {
            return Accessibility.Rules.ALL;
        }
        return scheme == ColorScheme.DARK ? Accessibility.Rules.COLOURS : Accessibility.Rules.ALL_BUT_COLOURS;
    }

    /// Calls can be found by path, summary and description, using only the keyboard.
    @Test
    void itIsSearched() {
        Page page = page(1440, ColorScheme.LIGHT);
        Locator found = page.locator("#found li");
        page.keyboard().press("/");
        assertThat(page.locator("#q")).isFocused();
        page.keyboard().type("/holds/{kind}");
        assertThat(found).hasText(new String[] {
            "Place a holdPUT /v1/users/{ref}/holds/{kind}",
            "Release a holdDELETE /v1/users/{ref}/holds/{kind}",
            "Release a hold, by POSTPOST /v1/users/{ref}/holds/{kind}/release"
        });
        if (LONG) {
            page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve("docs-search.png")));
        }
        page.keyboard().press("ArrowDown");
        assertThat(page.locator("#found li[aria-selected=true]")).containsText("Release a hold");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(java.util.regex.Pattern.compile("#releaseHold$"));
        assertThat(page.locator("#releaseHold h3")).isInViewport();
        assertThat(page.locator("#found")).isHidden();

        page.keyboard().press("/");
        page.locator("#q").fill("operators role");
        assertThat(found.first()).containsText("Change an operator's role");
        page.locator("#q").fill("gateway that rejects");
        assertThat(found).hasCount(1);
        assertThat(found.first()).containsText("Release a hold, by POST");
        page.locator("#q").fill("IDEMPOTENCY");
        assertThat(found.first()).containsText("Retries and idempotency");
        page.locator("#q").fill("nothing is called so");
        assertThat(found).hasText(new String[] {"Nothing found"});
        page.keyboard().press("Escape");
        assertThat(page.locator("#q")).hasValue("");
        assertThat(page.locator("#found")).isHidden();

        // A slash typed into the field is an ordinary character.
        page.keyboard().press("/");
        page.keyboard().type("/v1/me");
        assertThat(page.locator("#q")).hasValue("/v1/me");
        page.locator("#found li").first().click();
        assertThat(page).hasURL(java.util.regex.Pattern.compile("#getMe$"));
        page.context().close();
    }

    /// Each example has a button that copies exactly the text that is shown.
    @Test
    void examplesAreCopied() {
        Page page = page(1440, ColorScheme.LIGHT);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        int examples = page.locator("pre").count();
        assertThat(examples).isGreaterThan(150);
        assertThat(page.locator(".example button")).hasCount(examples);
        Locator example = page.locator("#getStanding .example").first();
        example.getByRole(com.microsoft.playwright.options.AriaRole.BUTTON).click();
        assertThat(example.locator("button")).hasText("Copied");
        assertThat(page.evaluate("navigator.clipboard.readText()"))
                .isEqualTo("curl -sS \"$MUSTER_URL/v1/users/email:ann@example.org/standing\" \\\n"
                        + "  -H \"Authorization: Bearer $MUSTER_KEY\"");
        page.context().close();
    }
}
