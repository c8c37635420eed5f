package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.muster.Dialects;
import dev.muster.Golden;
import dev.muster.TestServer;
import dev.muster.demo.DemoClock;
import dev.muster.testing.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Opens every page in light and dark mode and in narrow and wide windows. Pages must not have accessibility violations
/// (according to axe-core) or browser errors, send requests to other hosts, or exceed their size limit.
///
/// Each page is loaded once, and then shown in light mode, in a narrow window, and in a wide one in dark mode. axe-core
/// applies all its rules in light mode, those about colours in dark mode, and the others in a narrow window. The rules
/// about colours are applied to each combination of classes once in each mode, wherever it is seen first. With
/// `muster.long`, each page is also loaded in each mode and width, axe-core applies all rules everywhere, and
/// screenshots are written to `target/screenshots`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TourTest {
    private static final Path PICTURES = Path.of("target", "screenshots");

    private static final boolean LONG = Boolean.getBoolean("muster.long");

    /// How pages are shown, with the rules of axe-core that can have other results than in light mode.
    enum Appearance {
        LIGHT(1280, ColorScheme.LIGHT, Accessibility.Rules.ALL),
        DARK(1440, ColorScheme.DARK, Accessibility.Rules.COLOURS),
        NARROW(390, ColorScheme.LIGHT, Accessibility.Rules.ALL_BUT_COLOURS),
        WIDE(2560, ColorScheme.DARK, Accessibility.Rules.COLOURS);

        final int width;
        final ColorScheme scheme;
        final Accessibility.Rules rules;

        Appearance(int width, ColorScheme scheme, Accessibility.Rules rules) {
            this.width = width;
            this.scheme = scheme;
            this.rules = rules;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private TestServer server;
    private Chromium chromium;
    private Receiver receiver;
    private String password;

    /// The looks whose colours have been checked in each mode; see [Accessibility].
    private final Map<ColorScheme, Set<Object>> looks = new EnumMap<>(ColorScheme.class);

    @BeforeAll
    void open(@TempDir Path folder) {
        DemoClock clock = new DemoClock();
        // The receiver refuses events about holds, so that the page of the webhook shows every kind of delivery.
        receiver = new Receiver(request -> request.text().contains("\"type\":\"user.hold.placed\"")
                ? new Receiver.Answer.Response(422, List.of(), "no such account")
                : Receiver.Answer.status(200));
        server = TestServer.delivering(
                folder,
                clock,
                20,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, clock, null, "/api/v1").httpApis());
        password = server.demonstrate();
        chromium = new Chromium();
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
        receiver.close();
    }

    @Test
    void everyPageLooksGood() {
        tour(List.of(Appearance.LIGHT, Appearance.NARROW, Appearance.WIDE));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource
    void everyPageLooksGoodFromTheStart(Appearance look) {
        tour(List.of(look));
    }

    /// Takes the pictures for the README and `docs/console.md`. They are not compared with the existing ones,
    /// because they depend on the installed fonts.
    @Tag("long")
    @Test
    void pictures() throws IOException {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page page = chromium.open(server.address(), 1280, scheme);
            page.navigate("/console");
            String base = signIn(page);
            page.locator(".chart .u-legend").waitFor();
            picture(page, "overview", scheme);
            page.navigate(userWithHolds(page, base));
            picture(page, "user", scheme);
            page.navigate(base + "/users");
            for (int row = 1; row < 4; row++) {
                page.locator("tbody input").nth(row).check();
            }
            page.locator(".chosen").waitFor();
            picture(page, "users", scheme);
            page.context().close();
        }
        assertThat(chromium.takeComplaints()).isEmpty();
    }

    private static void picture(Page page, String title, ColorScheme scheme) throws IOException {
        byte[] picture = page.screenshot(new Page.ScreenshotOptions().setClip(0, 0, 1280, 800));
        Path file = Path.of("docs", "images", title + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png");
        Golden.write(file, picture);
        assertThat(picture.length).as("%s, in bytes", file).isLessThan(150_000);
        assertThat(file).as("written with -Dmuster.golden.write=true").exists();
    }

    /// Returns the URL of a suspended user with at least two holds. The user's name is in Latin letters, for which
    /// every machine has a font.
    private static String userWithHolds(Page page, String base) {
        page.navigate(base + "/users?status=suspended");
        List<String> users = page.locator("tbody th a").all().stream()
                .filter(link -> link.textContent().matches("[\\p{IsLatin} .'-]+"))
                .map(link -> link.getAttribute("href"))
                .toList();
        for (String user : users) {
            page.navigate(user);
            if (page.locator(".hold").count() > 1) {
                return user;
            }
        }
        throw new AssertionError("the demonstration has no such user");
    }

    /// Signs in on the page that is open.
    ///
    /// @return the base URL of all pages
    private String signIn(Page page) {
        page.getByLabel("Tenant").fill("demo");
        page.getByLabel("test", new Page.GetByLabelOptions().setExact(true)).check();
        page.getByLabel("Username").fill("demo");
        page.getByLabel("Password").fill(password);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                .click();
        page.waitForURL("**/overview");
        return page.url().replace("/overview", "");
    }

    private void tour(List<Appearance> appearances) {
        Appearance first = appearances.getFirst();
        Page page = chromium.open(server.address(), first.width, first.scheme);
        page.navigate("/console");
        List<String> wrong = new ArrayList<>(check(page, appearances, "sign-in"));
        String base = signIn(page);
        Map<String, String> pages = new LinkedHashMap<>();
        makeWebhook(page, base);
        wrong.addAll(check(page, appearances, "webhook-secret"));
        page.navigate(base + "/webhooks");
        page.navigate(page.locator("tbody th a").first().getAttribute("href"));
        for (int i = 0; i < 100 && page.locator("#aside").count() == 0; i++) {
            page.waitForTimeout(100);
            page.reload();
        }
        assertThat(page.locator("#aside").count()).isEqualTo(1);
        pages.put("webhook", page.url());
        pages.put(
                "webhook-event",
                page.locator("[aria-labelledby=aside] tbody th a").first().getAttribute("href"));
        for (String path : List.of(
                "overview",
                "ending",
                "users",
                "jobs",
                "groups",
                "policies",
                "journal",
                "integrity",
                "approvals",
                "keys",
                "webhooks",
                "operators")) {
            pages.put(path, base + "/" + path);
        }
        pages.put("user", userWithHolds(page, base));
        pages.put("user-before", pages.get("user") + "?at=" + LocalDate.now(ZoneOffset.UTC) + "T00:00");
        page.navigate(base + "/groups");
        pages.put("group", page.locator("tbody th a").first().getAttribute("href"));
        page.navigate(base + "/policies");
        pages.put("policy", page.locator("tbody th a").first().getAttribute("href"));
        page.navigate(base + "/jobs?review=open");
        pages.put("job", page.locator("tbody th a").first().getAttribute("href"));
        Set<String> seen = new HashSet<>();
        pages.forEach((title, address) -> {
            page.navigate(address);
            wrong.addAll(check(page, appearances, title));
            appearances.forEach(look -> {
                show(page, look);
                wrong.addAll(lookBehindButtons(page, look, title, seen));
            });
            show(page, first);
        });
        page.navigate(base + "/users");
        page.locator("#all").check();
        page.locator(".chosen button").click();
        page.locator("h1", new Page.LocatorOptions().setHasText("Hold or release 25 users"))
                .waitFor();
        wrong.addAll(check(page, appearances, "hold-many"));
        page.getByLabel("Or a time").fill("2001-01-01T00:00");
        page.keyboard().press("Tab");
        page.locator("#effect .notice").waitFor();
        assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        wrong.addAll(check(page, appearances, "hold-many-refused"));
        assertThat(wrong).isEmpty();
        assertThat(chromium.takeComplaints()).isEmpty();
        page.context().close();
    }

    /// Creates a webhook that receives all events since the beginning. The page then shows its secret.
    private void makeWebhook(Page page, String base) {
        page.navigate(base + "/webhooks");
        page.locator("[command=show-modal][commandfor=create]").click();
        Locator dialog = page.locator("dialog[open]");
        dialog.getByLabel("URL").fill(receiver.url().toString());
        dialog.getByLabel("Types of events, one per line").fill("user.*\njob.*");
        dialog.getByLabel("Description").fill("The ledger of the payments team");
        dialog.getByLabel("First journal entry").fill("1");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Create webhook"))
                .click();
        page.locator("#webhook-secret").waitFor();
    }

    /// Opens and checks each dialog and each menu of a page, one after the other.
    ///
    /// @param seen the dialogs and menus already checked, so that each look at those of the layout is taken once
    private List<String> lookBehindButtons(Page page, Appearance look, String title, Set<String> seen) {
        List<String> wrong = new ArrayList<>();
        List<?> all = (List<?>)
                page.evaluate("[...document.querySelectorAll('dialog[id], [popover][id]')].map(each => each.id)");
        for (Object id : all) {
            // The rows of a list have the same dialogs, so only those of the first row are checked.
            String kind = id.toString().replaceFirst("-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "");
            if (!seen.add(look + (FRAME.contains(id) ? " " : " " + title + " ") + kind)
                    // The menu `side` is a sidebar except in a narrow window.
                    || (Set.of("side", "filters").contains(id) && look != Appearance.NARROW)) {
                continue;
            }
            page.evaluate(OPEN, id);
            screenshot(page, title + "-" + id + "-" + look, false);
            // In a narrow window, the other dialogs have the same elements and colours as in light mode.
            if (id.equals("side") || look != Appearance.NARROW) {
                wrong.addAll(violations(page, look, title + " " + id + ", " + look, List.of("#" + id)));
            }
            Object overflow = page.evaluate(OUTSIDE, id);
            if (!overflow.equals(0)) {
                wrong.add(title + " " + id + " is " + overflow + " pixels outside");
            }
            page.evaluate(CLOSE, id);
        }
        return wrong;
    }

    private static final Set<String> FRAME = Set.of("side", "realms", "me", "shortcuts");

    private static final String OPEN = """
            id => {
                const place = document.getElementById(id);
                place.localName === "dialog"
                    ? place.showModal()
                    : document.querySelector(`[popovertarget="${id}"]`).offsetParent
                        ? document.querySelector(`[popovertarget="${id}"]`).click()
                        : place.showPopover();
            }""";

    private static final String CLOSE = """
            id => {
                const place = document.getElementById(id);
                place.localName === "dialog" ? place.close() : place.hidePopover();
            }""";

    /// The number of pixels by which the content of a dialog or menu overflows, or by which it exceeds the window.
    private static final String OUTSIDE = """
            id => {
                const place = document.getElementById(id);
                const box = place.getBoundingClientRect();
                return Math.ceil(Math.max(0, place.scrollWidth - place.clientWidth,
                    -box.left, -box.top, box.right - innerWidth, box.bottom - innerHeight));
            }""";

    /// Shows the page in another mode and width, and ends the transitions of colours that this starts.
    private static void show(Page page, Appearance look) {
        if (page.viewportSize().width != look.width) {
            page.setViewportSize(look.width, 900);
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.scheme));
        page.evaluate(AWAIT_THEME, look.scheme == ColorScheme.DARK);
    }

    private static final String AWAIT_THEME = """
            async dark => {
                while ((document.documentElement.dataset.bsTheme === "dark") !== dark) {
                    await new Promise(requestAnimationFrame);
                }
                document.getAnimations()
                    .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
                    .forEach(each => each.finish());
            }""";

    /// Checks a page, and then shows it in the first look. Opens all `details` elements first, so that their content is
    /// checked too.
    private List<String> check(Page page, List<Appearance> appearances, String title) {
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)");
        List<String> wrong = new ArrayList<>();
        for (Appearance look : appearances) {
            show(page, look);
            screenshot(page, title + "-" + look, true);
            if (page.evaluate(FAINT) instanceof List<?> faint) {
                faint.forEach(each -> wrong.add(title + " has a faint border, " + look + ": " + each));
            }
            Object overflow =
                    page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (!overflow.equals(0)) {
                wrong.add(title + " is " + overflow + " pixels too wide, " + look);
            }
        }
        Object bytes = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize");
        if (((Number) bytes).longValue() > 75_000) {
            wrong.add(title + " has " + bytes + " bytes");
        }
        if (!LONG) {
            page.evaluate(REMOVE_ALIKE);
        }
        for (Appearance look : appearances) {
            show(page, look);
            wrong.addAll(violations(page, look, title + ", " + look, List.of()));
        }
        show(page, appearances.getFirst());
        return wrong;
    }

    /// The fields whose border has less than three times the luminance of their surroundings, or more than a third
    /// (WCAG 1.4.11). axe-core has no such rule.
    private static final String FAINT = """
            () => {
                const parts = colour => colour.match(/[0-9.]+/g).map(Number);
                const luminance = colour => parts(colour).slice(0, 3)
                    .map(part => part / 255)
                    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0.05);
                const ground = place => {
                    const colour = getComputedStyle(place).backgroundColor;
                    return place.parentElement && (parts(colour)[3] ?? 1) < 1 ? ground(place.parentElement) : colour;
                };
                return [...document.querySelectorAll(".form-control, .form-select, .form-check-input")]
                    .filter(field => field.checkVisibility() && field !== document.activeElement)
                    .filter(field => {
                        const border = getComputedStyle(field).borderTopColor;
                        const ratio = luminance(border) / luminance(ground(field.parentElement));
                        return (parts(border)[3] ?? 1) < 1 || Math.max(ratio, 1 / ratio) < 3;
                    })
                    .map(field => field.outerHTML.slice(0, 100));
            }""";

    /// Removes the rows of tables and timelines that differ from an earlier row only in their texts. Checking them
    /// takes long.
    private static final String REMOVE_ALIKE = """
            () => {
                const seen = new Set();
                for (const row of document.querySelectorAll("tbody tr, .timeline .happening")) {
                    const parts = [row, ...row.querySelectorAll("*")];
                    const look = parts.map(each => each.localName + "." + each.getAttribute("class")).join(" ");
                    if (seen.has(look)) {
                        row.remove();
                    }
                    seen.add(look);
                }
            }""";

    private List<String> violations(Page page, Appearance look, String title, List<String> parts) {
        boolean whole = LONG || (look == Appearance.NARROW && !parts.isEmpty());
        List<String> found = whole
                ? Accessibility.violations(page, parts)
                : Accessibility.violations(
                        page, parts, look.rules, looks.computeIfAbsent(look.scheme, _ -> new HashSet<>()));
        return found.stream().map(violation -> title + ": " + violation).toList();
    }

    /// Takes a screenshot for people to look at; no test compares it. Screenshots would take a fifth of the test's
    /// time.
    private static void screenshot(Page page, String name, boolean whole) {
        if (LONG) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(PICTURES.resolve(name + ".png"))
                    .setFullPage(whole));
        }
    }
}
