package dev.muster.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A real, headless browser: the Chromium of the Linux distribution. If possible, it is the variant without a user
/// interface, because the full browser draws its windows even when they are not shown.
///
/// The test classes of a JVM run one after the other and share one process, because starting it takes longer than most
/// tests. They share no cookies and no other data of pages.
public final class Chromium implements AutoCloseable {
    private static final List<String> PLACES = List.of(
            "/usr/bin/chromium-headless-shell",
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome");

    /// Disables the sandbox, because the tests may run as root, and the browser's own network requests at startup.
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private static Playwright playwright;
    private static Browser browser;

    private final List<BrowserContext> contexts = new ArrayList<>();

    /// The errors that its pages have reported, as text.
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    /// Returns the browser that this JVM shares. The browser ends with the JVM. If it has crashed, starts a new one, so
    /// that only the test that used it fails.
    private static synchronized Browser browser() {
        if (browser == null || !browser.isConnected()) {
            browser = launch();
        }
        return browser;
    }

    private static Browser launch() {
        if (playwright == null) {
            playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        }
        Path executable = PLACES.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no Chromium: ./verify installs it"));
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(ARGUMENTS));
    }

    /// Opens a page in a new browser context, which does not share cookies with others.
    ///
    /// @param home the only origin to which the page may send requests
    public Page open(URI home, int width, ColorScheme scheme) {
        return open(
                home,
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme));
    }

    /// Like [#open(URI)], with JavaScript disabled.
    public Page openWithoutScripts(URI home) {
        return open(
                home, new Browser.NewContextOptions().setViewportSize(1280, 900).setJavaScriptEnabled(false));
    }

    /// Like [#open(URI)], but in the given time zone. All other contexts are in UTC, wherever the tests run.
    Page openIn(URI home, String timeZone) {
        return open(
                home, new Browser.NewContextOptions().setViewportSize(1280, 900).setTimezoneId(timeZone));
    }

    private Page open(URI home, Browser.NewContextOptions options) {
        if (options.timezoneId == null) {
            options.setTimezoneId("UTC");
        }
        options.setReducedMotion(ReducedMotion.REDUCE);
        BrowserContext context = browser().newContext(options.setBaseURL(home.toString()));
        contexts.add(context);
        Page page = context.newPage();
        page.setDefaultTimeout(15_000);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(page.url() + " says " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + " throws " + error));
        page.onRequest(request -> {
            if (!request.url().startsWith(home + "/") && !request.url().startsWith("data:")) {
                complaints.add(page.url() + " asks " + request.url());
            }
        });
        return page;
    }

    public Page open(URI home) {
        return open(home, 1280, ColorScheme.LIGHT);
    }

    /// Returns the errors that pages have reported since the last call.
    public List<String> takeComplaints() {
        List<String> taken = List.copyOf(complaints);
        complaints.clear();
        return taken;
    }

    /// Closes the pages that were opened through this object.
    @Override
    public void close() {
        contexts.forEach(BrowserContext::close);
    }
}
