package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.muster.Dialects;
import dev.muster.TestServer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Every page as it looks, light, dark and narrow: screenshots in `target/screenshots`, nothing that keeps people
/// out (axe-core), no complaint of the browser, no word to another host, no page that is too heavy.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TourTest {
    private static final Path PICTURES = Path.of("target", "screenshots");

    private static final String WIDE = "wide";

    private TestServer server;
    private Chromium chromium;
    private String password;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new TestServer(
                folder,
                InstantSource.system(),
                20,
                (core, gate, mint) ->
                        new Dialects(core, gate, mint, InstantSource.system(), null, "/api/v1").httpApis());
        password = server.demonstrate();
        chromium = new Chromium();
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
    }

    @Test
    void light() {
        tour("light", 1280, ColorScheme.LIGHT);
    }

    @Test
    void dark() {
        tour("dark", 1280, ColorScheme.DARK);
    }

    @Test
    void narrow() {
        tour("narrow", 390, ColorScheme.LIGHT);
    }

    @Test
    void wide() {
        tour(WIDE, 2560, ColorScheme.DARK);
    }

    private void tour(String name, int width, ColorScheme scheme) {
        Page page = chromium.open(server.address(), width, scheme);
        page.navigate("/console");
        look(page, name, "sign-in");
        page.getByLabel("Tenant").fill("demo");
        page.getByLabel("test", new Page.GetByLabelOptions().setExact(true)).check();
        page.getByLabel("Username").fill("demo");
        page.getByLabel("Password").fill(password);
        page.getByText("Sign in", new Page.GetByTextOptions().setExact(true)).click();
        page.waitForURL("**/overview");
        String base = page.url().replace("/overview", "");
        Map<String, String> pages = new LinkedHashMap<>();
        for (String path : List.of(
                "overview",
                "ending",
                "users",
                "jobs",
                "groups",
                "policies",
                "journal",
                "approvals",
                "keys",
                "operators")) {
            pages.put(path, base + "/" + path);
        }
        page.navigate(base + "/users?status=suspended");
        pages.put("suspended", page.url());
        pages.put("user", page.locator("tbody th a").first().getAttribute("href"));
        page.navigate(base + "/groups");
        pages.put("group", page.locator("tbody th a").first().getAttribute("href"));
        page.navigate(base + "/policies");
        pages.put("policy", page.locator("tbody th a").first().getAttribute("href"));
        page.navigate(base + "/jobs?review=open");
        pages.put("job", page.locator("tbody th a").first().getAttribute("href"));
        List<String> wrong = new ArrayList<>();
        pages.forEach((title, address) -> {
            page.navigate(address);
            wrong.addAll(look(page, name, title));
        });
        assertThat(wrong).isEmpty();
        assertThat(chromium.takeComplaints()).isEmpty();
        page.context().close();
    }

    /// All that is behind a lid is opened, so that it is seen too.
    private static List<String> look(Page page, String tour, String title) {
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)");
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(PICTURES.resolve(title + "-" + tour + ".png"))
                .setFullPage(true));
        List<String> wrong = new ArrayList<>();
        if (!tour.equals(WIDE)) {
            wrong.addAll(keptOut(page, title));
        }
        Object overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (!overflow.equals(0)) {
            wrong.add(title + " is " + overflow + " pixels too wide");
        }
        Object bytes = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize");
        if (((Number) bytes).longValue() > 60_000) {
            wrong.add(title + " has " + bytes + " bytes");
        }
        return wrong;
    }

    /// What axe-core says keeps people out. Not asked again in a wide window: its pages have the elements and colours
    /// of
    /// the dark ones.
    private static List<String> keptOut(Page page, String title) {
        List<String> wrong = new ArrayList<>();
        AxeRunOptions violations = new AxeRunOptions();
        violations.setResultTypes(List.of("violations"));
        // Legacy: all in the page itself, which has no frames. That takes a third of the time.
        new AxeBuilder(page)
                .setLegacyMode(true)
                .options(violations)
                .analyze()
                .getViolations()
                .forEach(violation -> wrong.add(title + ": " + violation.getId() + " "
                        + violation.getNodes().stream()
                                .limit(3)
                                .map(node -> node.getHtml())
                                .toList()));
        return wrong;
    }
}
