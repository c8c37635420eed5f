package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.security.Caller;
import dev.muster.security.RemoteClient;
import dev.muster.security.passkeys.PasskeyCeremonies;
import dev.muster.testing.IgnoringListener;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Tests passkeys in a real browser, with devices that Chromium simulates.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PasskeysTest {
    private static final Pattern OVERVIEW = Pattern.compile(".*/overview");
    private static final Pattern ACCOUNT = Pattern.compile(".*/account(\\?.*)?");

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());
    private TestServer server;
    private Chromium chromium;
    private URI home;
    private int tenants;
    private String tenant;
    private TestServer.Tenancy tenancy;
    private Actor admin;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new TestServer(
                folder,
                clock,
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, clock, null, "/api/v1").httpApis());
        // Passkeys do not work with an IP address as the host.
        home = URI.create("http://localhost:" + server.port());
        chromium = new Chromium();
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
    }

    @BeforeEach
    void begin() {
        ahead.set(Duration.ZERO);
        tenant = "acme-" + ++tenants;
        tenancy = server.makeTenant(tenant);
        admin = server.actor(tenancy.production(), tenancy.productionKey());
        server.signIn(tenancy.production(), tenancy.productionKey(), "ada", Role.ADMIN);
        server.signIn(tenancy.production(), tenancy.productionKey(), "bob", Role.ADMIN);
    }

    private String base() {
        return "/console/" + tenant + "/production";
    }

    private void press(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private Page browser() {
        return chromium.open(home);
    }

    private Page typePassword(Page page, String username) {
        page.navigate("/console/sign-in");
        page.getByLabel("Tenant").fill(tenant);
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        press(page, "Sign in");
        return page;
    }

    private Page signedIn(String username) {
        Page page = typePassword(browser(), username);
        page.waitForURL(OVERVIEW);
        return page;
    }

    private void add(Page page, String name) {
        page.navigate(base() + "/account");
        press(page, "Add a passkey");
        page.locator("dialog[open] input[name=name]").fill(name);
        press(page, "Continue");
        page.waitForURL(Pattern.compile(".*/account\\?done=.*"));
        assertThat(page.getByText("The passkey was added.")).isVisible();
    }

    private void signOut(Page page) {
        page.context().clearCookies();
    }

    private void usePasskey(Page page) {
        page.navigate("/console/sign-in");
        press(page, "Sign in with a passkey");
    }

    private void require(Role... roles) {
        server.execute(
                tenancy.production(),
                admin,
                null,
                new OperatorCommand.SetPasskeyPolicy(new PasskeyPolicy(Set.of(roles))));
    }

    private List<String> actions() {
        return TestServer.ok(server.journal()
                        .page(
                                admin,
                                tenancy.production(),
                                new JournalQuery(
                                        null, null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 50, null)))
                .items()
                .stream()
                .map(entry -> entry.action())
                .toList();
    }

    private static ListAppender<ILoggingEvent> listen(String logger) {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger(logger)).addAppender(lines);
        return lines;
    }

    @Test
    void aPasskeySignsInWithNothingTyped() {
        Page page = signedIn("ada");
        VirtualAuthenticator device = new VirtualAuthenticator(page, true);
        add(page, "Work laptop");
        assertThat(page.getByRole(AriaRole.ROWHEADER)).containsText(new String[] {"Work laptop"});
        assertThat(device.passkeys()).isEqualTo(1);
        assertThat(actions()).contains("operator.passkey.added");

        signOut(page);
        usePasskey(page);
        page.waitForURL(OVERVIEW);
        assertThat(page.url()).contains(base());
        assertThat(actions().getFirst()).isEqualTo("operator.signed_in");
        page.navigate(base() + "/account");
        assertThat(page.getByText("never")).hasCount(0);
        assertThat(page.getByText("by passkey")).isVisible();

        // A removed passkey can no longer be used to sign in.
        press(page, "Remove Work laptop");
        page.locator("dialog[open]")
                .getByText("Remove passkey", new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
                .click();
        assertThat(page.getByText("The passkey was removed.")).isVisible();
        assertThat(actions().getFirst()).isEqualTo("operator.passkey.removed");
        signOut(page);
        usePasskey(page);
        assertThat(page.getByText("This passkey is not known here.")).isVisible();
        assertThat(chromium.takeComplaints()).allMatch(complaint -> complaint.contains("403"));
    }

    @Test
    void withoutPasskeysInTheBrowserThereIsNoButton() {
        Page page = browser();
        page.addInitScript("delete window.PublicKeyCredential");
        page.navigate("/console/sign-in");
        assertThat(page.getByText("Sign in with a passkey")).isHidden();
        typePassword(page, "ada");
        page.waitForURL(OVERVIEW);
        page.navigate(base() + "/account");
        assertThat(page.getByText("No passkeys yet.")).isVisible();
        assertThat(page.getByText("Add a passkey").first()).isHidden();
        Page plain = chromium.openWithoutScripts(home);
        plain.navigate("/console/sign-in");
        assertThat(plain.getByText("Sign in with a passkey")).isHidden();
        assertThat(chromium.takeComplaints()).isEmpty();
    }

    /// Asserts that axe-core finds no violations. Every page that shows passkeys is checked with this method.
    private static void accessible(Page page) {
        assertThat(Accessibility.violations(page, List.of())).as(page.url()).isEmpty();
    }

    @Test
    void thePagesAreAccessible() {
        require(Role.ADMIN);
        Page page = typePassword(browser(), "ada");
        page.waitForURL(ACCOUNT);
        accessible(page);
        // Without a device, pages that request a passkey stay open.
        press(page, "Add a passkey");
        page.locator("dialog[open] input[name=name]").fill("Work laptop");
        accessible(page);
        VirtualAuthenticator device = new VirtualAuthenticator(page, true);
        device.setUserVerified(false);
        press(page, "Continue");
        assertThat(page.getByText("No passkey was added.")).isVisible();
        accessible(page);
        device.setUserVerified(true);
        press(page, "Create passkey");
        page.waitForURL(Pattern.compile(".*/account\\?done=.*"));
        accessible(page);
        ahead.set(Duration.ofMinutes(16));
        page.navigate(base() + "/confirm");
        accessible(page);
        signOut(page);
        device.setUserVerified(false);
        device.clear();
        typePassword(page, "ada");
        assertThat(page.getByText("No passkey was used.")).isVisible();
        accessible(page);
        chromium.takeComplaints();
    }

    @Test
    void theDeviceMustVerifyItsUserWhenThereIsNoPassword() {
        Page page = signedIn("ada");
        VirtualAuthenticator device = new VirtualAuthenticator(page, true);
        add(page, "Work laptop");
        signOut(page);
        device.setUserVerified(false);
        usePasskey(page);
        assertThat(page.getByText("No passkey was used.")).isVisible();
        assertThat(page.url()).endsWith("/sign-in");

        // If the browser does not verify its user, the server refuses the sign-in, because it checks the flag itself.
        page.route("**/passkeys/options", route -> {
            com.microsoft.playwright.APIResponse reply = route.fetch();
            route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                    .setResponse(reply)
                    .setBody(reply.text().replace("\"required\"", "\"discouraged\"")));
        });
        usePasskey(page);
        assertThat(page.getByText("Your device did not verify that it is you.")).isVisible();
        page.unroute("**/passkeys/options");
        device.setUserVerified(true);
        usePasskey(page);
        page.waitForURL(OVERVIEW);
        chromium.takeComplaints();
    }

    @Test
    void aCopiedPasskeyIsRefusedAndReported() throws Exception {
        Page page = signedIn("ada");
        VirtualAuthenticator device = new VirtualAuthenticator(page, true);
        add(page, "Security key");
        JsonObject copy = device.passkey();
        for (int i = 0; i < 2; i++) {
            signOut(page);
            usePasskey(page);
            page.waitForURL(OVERVIEW);
        }
        Page thief = browser();
        new VirtualAuthenticator(thief, true).put(copy);
        ListAppender<ILoggingEvent> warnings = listen(PasskeyCeremonies.class.getName());
        ListAppender<ILoggingEvent> security = listen("muster.security");
        usePasskey(thief);
        assertThat(thief.getByText("There may be a copy of this passkey")).isVisible();
        assertThat(thief.url()).doesNotContain("overview");
        assertThat(warnings.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(line -> assertThat(line).contains("was copied"));
        for (int i = 0; i < 100 && security.list.isEmpty(); i++) {
            Thread.sleep(20);
        }
        assertThat(security.list.toString()).contains("passkey_copied");
        chromium.takeComplaints();
    }

    @Test
    void aChallengeIsGoodOnceAndForFiveMinutes() {
        Page page = signedIn("ada");
        new VirtualAuthenticator(page, true);
        add(page, "Work laptop");
        signOut(page);
        // The test captures the first response in order to send it again later.
        AtomicReference<String> sent = new AtomicReference<>();
        AtomicReference<String> cookie = new AtomicReference<>();
        page.onRequest(request -> {
            if (request.url().endsWith("/passkeys/sign-in")) {
                sent.set(request.postData());
                cookie.set(request.allHeaders().get("cookie"));
            }
        });
        usePasskey(page);
        page.waitForURL(OVERVIEW);
        assertThat(send(sent.get(), cookie.get())).contains("This took too long, or was finished already.");

        signOut(page);
        page.route("**/passkeys/sign-in", route -> {
            ahead.set(Duration.ofMinutes(5));
            route.resume();
        });
        usePasskey(page);
        assertThat(page.getByText("This took too long, or was finished already."))
                .isVisible();
        chromium.takeComplaints();
    }

    private String send(String form, String cookie) {
        try (java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
            return client.send(
                            java.net.http.HttpRequest.newBuilder(home.resolve("/console/passkeys/sign-in"))
                                    .header("Origin", home.toString())
                                    .header("Cookie", cookie)
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(form))
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPasskeyConfirmsTheIdentityAndTheFormContinues() {
        Page page = signedIn("ada");
        new VirtualAuthenticator(page, true);
        add(page, "Work laptop");
        ahead.set(Duration.ofMinutes(16));
        // Adding another passkey requires that the operator confirms their identity first.
        page.navigate(base() + "/account");
        press(page, "Add a passkey");
        page.locator("dialog[open] input[name=name]").fill("Phone");
        press(page, "Continue");
        page.waitForURL(Pattern.compile(".*/confirm\\?waiting=.*"));
        press(page, "Confirm with a passkey");
        // The browser reports that the device already has a passkey.
        page.waitForURL(Pattern.compile(".*/account/passkeys/new"));
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Add a passkey")))
                .isVisible();
        assertThat(page.getByText("This device already has one of your passkeys."))
                .isVisible();
        chromium.takeComplaints();
    }

    @Test
    void aRoleCanRequireOne() {
        require(Role.ADMIN);
        Page page = typePassword(browser(), "ada");
        // Until the operator has a passkey, only the account page is accessible.
        page.waitForURL(ACCOUNT);
        assertThat(page.getByText("Your role needs a passkey.")).isVisible();
        page.navigate(base() + "/users");
        page.waitForURL(ACCOUNT);
        new VirtualAuthenticator(page, true);
        add(page, "Work laptop");
        page.navigate(base() + "/users");
        assertThat(page.url()).endsWith("/users");

        signOut(page);
        typePassword(page, "ada");
        page.waitForURL(OVERVIEW);
        assertThat(actions().getFirst()).isEqualTo("operator.signed_in");

        // In another browser, someone knows only the password.
        Page thief = typePassword(browser(), "ada");
        assertThat(thief.getByText("Your role needs a passkey after the password."))
                .isVisible();
        thief.navigate(base() + "/users");
        assertThat(thief.url()).contains("/sign-in");
        // The password alone is not enough to get tokens either.
        assertThat(server.authenticator()
                        .signIn(
                                new Caller(
                                        server.credentials().realm(tenancy.production()),
                                        server.actor(tenancy.production(), tenancy.productionKey())),
                                "ada",
                                TestServer.PASSWORD,
                                new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener()),
                                "test"))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Unauthenticated.class));
        chromium.takeComplaints();
    }

    @Test
    void anAdminRequiresThemOnceTheyHaveOne() {
        Page page = signedIn("ada");
        new VirtualAuthenticator(page, true);
        page.navigate(base() + "/operators");
        assertThat(page.getByText("Passkeys are optional.")).isVisible();
        choose(page, "admin");
        assertThat(page.locator("dialog[open]").getByRole(AriaRole.ALERT))
                .containsText("Add a passkey of your own first");
        assertThat(server.credentials().passkeyPolicy(tenancy.production())).isEqualTo(PasskeyPolicy.NONE);
        assertThat(chromium.takeComplaints()).allMatch(complaint -> complaint.contains("422"));

        add(page, "Work laptop");
        page.navigate(base() + "/operators");
        choose(page, "admin");
        // Under the new policy, a session that began with only a password is no longer enough.
        page.waitForURL(Pattern.compile(".*/confirm"));
        assertThat(actions().getFirst()).isEqualTo("realm.passkey_policy.changed");
        press(page, "Confirm with a passkey");
        page.waitForURL(OVERVIEW);
        page.navigate(base() + "/operators");
        assertThat(page.getByText("Passkeys are required for: admin.")).isVisible();
        accessible(page);
        choose(page, "admin");
        assertThat(page.getByText("Saved.")).isVisible();
        assertThat(page.getByText("Passkeys are optional.")).isVisible();
        assertThat(chromium.takeComplaints()).isEmpty();
    }

    /// Selects or deselects a role in the passkey policy.
    private void choose(Page page, String role) {
        press(page, "Passkey policy");
        page.locator("dialog[open] input[value=" + role + "]").click();
        page.locator("dialog[open] .modal-footer .btn-primary").click();
    }

    /// A security key without a PIN can only be used as a second step after the password, not to sign in by itself.
    @Test
    void aDeviceWithoutUserVerificationIsASecondStep() {
        require(Role.ADMIN);
        Page page = typePassword(browser(), "ada");
        page.waitForURL(ACCOUNT);
        new VirtualAuthenticator(page, false);
        add(page, "Plain key");
        signOut(page);
        typePassword(page, "ada");
        page.waitForURL(OVERVIEW);
        signOut(page);
        usePasskey(page);
        assertThat(page.getByText("No passkey was used.")).isVisible();
        chromium.takeComplaints();
    }

    /// In a session that began before the policy, the operator is asked for a passkey on the next page.
    @Test
    void aSessionThatBeganWithThePasswordIsAskedForThePasskey() {
        Page page = signedIn("ada");
        new VirtualAuthenticator(page, true);
        add(page, "Work laptop");
        require(Role.ADMIN);
        page.navigate(base() + "/users");
        page.waitForURL(Pattern.compile(".*/confirm"));
        assertThat(page.getByLabel("Password of ada")).hasCount(0);
        page.navigate(base() + "/account");
        page.waitForURL(Pattern.compile(".*/confirm"));
        press(page, "Confirm with a passkey");
        page.waitForURL(OVERVIEW);
        chromium.takeComplaints();
    }

    @Test
    void anAdminHelpsAnOperatorWhoLostTheirLastPasskey() {
        require(Role.ADMIN);
        Page ada = typePassword(browser(), "ada");
        ada.waitForURL(ACCOUNT);
        VirtualAuthenticator device = new VirtualAuthenticator(ada, true);
        add(ada, "Work laptop");
        signOut(ada);
        device.clear();
        typePassword(ada, "ada");
        assertThat(ada.getByText("No passkey was used.")).isVisible();

        Page bob = typePassword(browser(), "bob");
        bob.waitForURL(ACCOUNT);
        new VirtualAuthenticator(bob, true);
        add(bob, "Bob's");
        bob.navigate(base() + "/operators");
        press(bob, "Actions for ada");
        press(bob, "Remove passkeys");
        bob.locator("dialog[open]")
                .getByRole(
                        AriaRole.BUTTON,
                        new com.microsoft.playwright.Locator.GetByRoleOptions()
                                .setName("Remove passkeys")
                                .setExact(true))
                .click();
        assertThat(bob.getByText("The operator's passkeys were removed.")).isVisible();
        assertThat(actions().getFirst()).isEqualTo("operator.passkey.removed");

        typePassword(ada, "ada");
        ada.waitForURL(ACCOUNT);
        add(ada, "New laptop");
        chromium.takeComplaints();
    }
}
