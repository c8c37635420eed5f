package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What operators do in the console, done in a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TasksTest {
    private TestServer server;
    private Chromium chromium;
    private TestServer.Tenancy tenancy;
    private Actor admin;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new TestServer(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, mint) ->
                        new Dialects(core, gate, mint, InstantSource.system(), null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.production(), tenancy.productionKey());
        for (Role role : Role.values()) {
            server.signIn(tenancy.production(), tenancy.productionKey(), role.word(), role);
        }
        chromium = new Chromium();
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
    }

    @AfterEach
    void nobodyComplained() {
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints()).isEmpty();
    }

    private User register(String name, String email) {
        return server.execute(
                        tenancy.production(),
                        admin,
                        null,
                        new Command.Register(
                                new Validator().identifier(Identifier.Kind.EMAIL, email),
                                null,
                                null,
                                name,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
    }

    private void hold(User user, String reason, Instant until) {
        server.execute(
                tenancy.production(),
                admin,
                UserRef.id(user.id()),
                new Command.PlaceHold(HoldKind.SUSPENDED, "main", reason, null, until));
    }

    private Page signIn(String username) {
        Page page = chromium.open(server.address());
        page.navigate("/console");
        page.getByLabel("Tenant").fill("acme");
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        page.waitForURL("**/overview");
        return page;
    }

    /// The task that the console is there for, without a mouse after the sign-in.
    @Test
    void findsExtendsAndSeesItInTheJournal() {
        User user = register("Petra Novak", "petra.novak@example.org");
        Instant until = Instant.parse("2030-12-03T14:00:00Z");
        hold(user, "chargeback", until);
        Page page = signIn("manager");

        page.keyboard().press("/");
        page.waitForURL("**/users**");
        page.getByLabel("Search").fill("tra.nov");
        page.waitForURL("**q=tra.nov**");
        // The list is replaced after the address: a link of the list before could vanish under the click.
        assertThat(page.getByText("Found: 1")).isVisible();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Petra Novak"))
                .click();
        assertThat(page.locator(".sentence"))
                .hasText("May not act until 3 Dec 2030 14:00 UTC: suspended by key admin, reason chargeback.");

        page.getByText("Extend or change: suspended").click();
        Locator form = page.locator("form[action$='/hold']").first();
        form.getByLabel("Until").selectOption("1 week longer");
        form.getByLabel("Reason").fill("still disputed");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was changed.");
        assertThat(page.locator(".sentence"))
                .hasText("May not act until 10 Dec 2030 14:00 UTC: suspended by key admin, changed by manager, reason"
                        + " still disputed.");

        Locator newest = page.locator(".timeline li").first();
        assertThat(newest).containsText("user hold changed by manager");
        assertThat(newest).containsText("Reason: still disputed");
        assertThat(newest).containsText("10 Dec 2030 14:00 UTC");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Journal"))
                .click();
        page.getByLabel("Action begins with").fill("user.hold");
        page.getByLabel("User (e-mail").fill(user.email().text());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        assertThat(page.locator(".timeline li").first()).containsText("Reason: still disputed");
    }

    /// Whoever changes a reason has not changed anything else.
    @Test
    void anEndThatNobodyTouchesStays() {
        User user = register("Exact End", "exact.end@example.org");
        Instant until = Instant.parse("2030-12-03T14:00:41.123Z");
        hold(user, "chargeback", until);
        Page page = signIn("manager");
        page.navigate("/console/acme/production/users/" + user.id());
        page.getByText("Extend or change: suspended").click();
        Locator form = page.locator("form[action$='/hold']").first();
        assertThat(form.getByLabel("Until")).hasValue("keep");
        form.getByLabel("Reason").fill("another reason");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(page.locator(".sentence")).containsText("reason another reason.");
        org.assertj.core.api.Assertions.assertThat(until(user)).isEqualTo(until);
    }

    private Instant until(User user) {
        return TestServer.ok(server.directory().find(admin, tenancy.production(), UserRef.id(user.id())))
                .value()
                .holds()
                .get(HoldKind.SUSPENDED, "main")
                .until();
    }

    /// The server did it, and the answer is lost on its way back: the page sends the form again by itself.
    @Test
    void aLostAnswerIsGivenAgain() {
        User user = register("Lost Answer", "lost.answer@example.org");
        Page page = signIn("manager");
        page.navigate("/console/acme/production/users/" + user.id());
        AtomicInteger sent = new AtomicInteger();
        page.route("**/hold", route -> {
            if (sent.incrementAndGet() == 1) {
                route.fetch(new Route.FetchOptions().setMaxRedirects(0));
                route.abort();
            } else {
                route.resume();
            }
        });
        page.getByText("Place a hold").click();
        Locator form = page.locator("form[action$='/hold']").last();
        form.getByLabel("Until").selectOption("7");
        form.getByLabel("Reason").fill("lost");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        org.assertj.core.api.Assertions.assertThat(sent).hasValue(2);
        org.assertj.core.api.Assertions.assertThat(holds(user)).isOne();
        // The browser itself notes a connection that broke.
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints())
                .allMatch(line -> line.contains("ERR_FAILED"));
    }

    @Test
    void wrongPasswordsSayNoMoreThanThat() {
        Page page = chromium.open(server.address());
        for (String[] wrong : new String[][] {{"acme", "admin"}, {"acme", "nobody"}, {"nowhere", "admin"}}) {
            page.navigate("/console/sign-in");
            page.getByLabel("Tenant").fill(wrong[0]);
            page.getByLabel("Username").fill(wrong[1]);
            page.getByLabel("Password").fill("not the password");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                    .click();
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("Username or password is wrong.");
            assertThat(page.getByLabel("Username")).hasValue(wrong[1]);
            assertThat(page.getByLabel("Password")).hasValue("");
        }
        // The browser itself notes a refused page.
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("401"));
    }

    @Test
    void aLinkFromAChatOpensAfterSigningIn() {
        User user = register("Lena Chat", "lena.chat@example.org");
        Page page = chromium.open(server.address());
        page.navigate("/console/acme/production/users/" + user.id() + "?action=user.hold");
        assertThat(page.getByLabel("Tenant")).hasValue("acme");
        page.getByLabel("Username").fill("viewer");
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(page).hasURL(Pattern.compile(".*/users/" + user.id() + "\\?action=user.hold$"));
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .hasText("Lena Chat");
        // A viewer is offered nothing that a viewer may not do.
        assertThat(page.getByText("Place a hold")).hasCount(0);
        assertThat(page.getByText("Change details")).hasCount(0);
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Keys")))
                .hasCount(0);
    }

    @Test
    void anOperatorGetsAnotherRoleAndIsDeletedOnceTheirNameIsTyped() {
        server.signIn(tenancy.production(), tenancy.productionKey(), "leaver", Role.VIEWER);
        Page page = signIn("admin");
        page.navigate("/console/acme/production/operators");
        Locator row = page.locator("tr")
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("leaver"))));
        row.locator("summary").getByText("New role").click();
        row.locator("select").selectOption("manager");
        row.locator("form[action$='/role'] button").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Saved.");
        assertThat(row.locator("td").first()).hasText("manager");

        row.locator("summary").getByText("Delete").click();
        row.getByLabel("Type “leaver”").fill("lever");
        row.locator("form[action$='/delete'] button").click();
        assertThat(page.getByText("Type the username, leaver")).isVisible();
        // Browsers count an answer of 422 as a complaint.
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        assertThat(row).hasCount(1);

        row.getByLabel("Type “leaver”").fill("leaver");
        row.locator("form[action$='/delete'] button").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Deleted.");
        assertThat(row).hasCount(0);
        // Nobody is offered that for themselves.
        Locator self = page.locator("tr").filter(new Locator.FilterOptions().setHasText("you"));
        assertThat(self).hasCount(1);
        assertThat(self.getByText("Delete")).hasCount(0);
        assertThat(self.getByText("New role")).hasCount(0);
    }

    @Test
    void rehearsesBeforeItHoldsMany() {
        User first = register("Bulk One", "bulk.one@example.org");
        User second = register("Bulk Two", "bulk.two@example.org");
        Page page = signIn("manager");
        page.navigate("/console/acme/production/users?q=bulk.");
        page.getByLabel("Choose all on this page").check();
        page.getByText("Hold or release selected users").click();
        page.getByLabel("Kind").selectOption("blocked");
        page.getByLabel("Reason").fill("sweep");
        // Longer than it takes to search: choosing what to do is no search.
        page.waitForTimeout(600);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Preview changes"))
                .click();
        assertThat(page.getByText("would change 2 of 2 users")).isVisible();
        for (User user : new User[] {first, second}) {
            org.assertj.core.api.Assertions.assertThat(holds(user)).isZero();
        }
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Apply to all"))
                .click();
        assertThat(page.getByText("2 of 2 users changed")).isVisible();
        for (User user : new User[] {first, second}) {
            org.assertj.core.api.Assertions.assertThat(holds(user)).isOne();
        }
    }

    @Test
    void aFormThatIsRefusedKeepsWhatWasTyped() {
        User user = register("Typed Much", "typed.much@example.org");
        Page page = signIn("manager");
        page.navigate("/console/acme/production/users/" + user.id());
        page.getByText("Place a hold").click();
        Locator form = page.locator("form[action$='/hold']").last();
        form.getByLabel("Reason").fill("a reason");
        form.getByLabel("Note").fill("a long note");
        form.getByLabel("Or a time").fill("2020-01-01T00:00");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(form.locator(".notice")).containsText("Until: Must lie in the future");
        assertThat(form.getByLabel("Note")).hasValue("a long note");
        // Browsers count an answer of 422 as a complaint.
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        form.getByLabel("Or a time").fill("2030-01-01T00:00");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(page.getByText("The hold was placed.")).isVisible();
        assertThat(page.locator(".sentence")).containsText("until 1 Jan 2030 00:00 UTC");
    }

    private int holds(User user) {
        return TestServer.ok(server.directory().find(admin, tenancy.production(), UserRef.id(user.id())))
                .value()
                .holds()
                .all()
                .size();
    }

    @Test
    void theAddressHoldsTheListAndBackGoesBack() {
        register("Back Button", "back.button@example.org");
        Page page = signIn("viewer");
        page.navigate("/console/acme/production/users");
        page.getByLabel("Search").fill("back.but");
        page.waitForURL("**q=back.but**");
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Back Button"))
                .click();
        page.goBack();
        assertThat(page.getByLabel("Search")).hasValue("back.but");
        assertThat(page.locator("tbody tr")).hasCount(1);
    }

    /// From the sign-in to a released hold without a mouse; what has the focus can be seen.
    @Test
    void everythingGoesByKeyboard() {
        User user = register("Kay Board", "kay.board@example.org");
        hold(user, "typing", null);
        Page page = chromium.open(server.address());
        page.navigate("/console");
        assertThat(page.getByLabel("Tenant")).isFocused();
        page.keyboard().type("acme");
        tabTo(page, "username");
        page.keyboard().type("manager");
        tabTo(page, "password");
        page.keyboard().type(TestServer.PASSWORD);
        page.keyboard().press("Enter");
        page.waitForURL("**/overview");
        page.keyboard().press("/");
        page.waitForURL("**/users**");
        assertThat(page.getByLabel("Search")).isFocused();
        page.keyboard().type("kay.bo");
        page.waitForURL("**q=kay.bo**");
        tabToText(page, "Kay Board");
        page.keyboard().press("Enter");
        page.waitForURL("**/users/" + user.id());
        tabToText(page, "Release: suspended");
        page.keyboard().press("Enter");
        tabTo(page, "note");
        page.keyboard().type("by hand");
        tabToText(page, "Release the hold");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was released.");
        org.assertj.core.api.Assertions.assertThat(holds(user)).isZero();
    }

    private static void tabTo(Page page, String name) {
        tabUntil(page, "document.activeElement.name === '" + name + "'");
    }

    private static void tabToText(Page page, String text) {
        tabUntil(page, "document.activeElement.textContent.trim() === '" + text + "'");
    }

    private static void tabUntil(Page page, String there) {
        for (int i = 0; i < 120; i++) {
            page.keyboard().press("Tab");
            if (Boolean.TRUE.equals(page.evaluate(there))) {
                Object outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
                org.assertj.core.api.Assertions.assertThat(outline).as(there).isEqualTo("solid");
                return;
            }
        }
        throw new AssertionError("no tab leads there: " + there);
    }

    @Test
    void signingOutEndsTheSession() {
        Page page = signIn("viewer");
        String overview = page.url();
        page.locator(".me summary").click();
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign out").setExact(true))
                .click();
        assertThat(page.getByLabel("Password")).isVisible();
        page.navigate(overview);
        assertThat(page.getByLabel("Password")).isVisible();
    }
}
