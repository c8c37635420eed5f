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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Performs the tasks of operators in the console, in a real browser.
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
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.production(), tenancy.productionKey());
        for (Role role : Role.values()) {
            server.signIn(tenancy.production(), tenancy.productionKey(), role.wireName(), role);
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
        return ConsoleFixture.signIn(chromium.open(server.address()), server.address(), "acme", "production", username);
    }

    /// Opens the dialog that belongs to this button.
    private static Locator dialog(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).isVisible();
        return dialog;
    }

    private static void press(Locator within, String button) {
        within.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    /// The search field above the list of users.
    private static Locator filter(Page page) {
        return page.locator("#q");
    }

    /// The main task in the console: an operator finds a user, extends a hold and sees the change in the journal.
    @Test
    void findsExtendsAndSeesItInTheJournal() {
        User user = register("Petra Novak", "petra.novak@example.org");
        Instant until = Instant.parse("2030-12-03T14:00:00Z");
        hold(user, "chargeback", until);
        Page page = signIn("manager");

        page.keyboard().press("/");
        assertThat(page.locator("#search")).isFocused();
        page.keyboard().type("tra.nov");
        page.keyboard().press("Enter");
        page.waitForURL("**q=tra.nov**");
        assertThat(page.getByText("1 user matches")).isVisible();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Petra Novak"))
                .click();
        assertThat(page.locator(".sentence"))
                .hasText("May not act until 3 Dec 2030 14:00 UTC: suspended by key admin, reason chargeback.");

        Locator form = dialog(page, "Edit: Suspended");
        form.getByLabel("Until").selectOption("1 week longer");
        form.getByLabel("Reason").fill("still disputed");
        press(form, "Save");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        assertThat(page.locator(".sentence"))
                .hasText("May not act until 10 Dec 2030 14:00 UTC: suspended by key admin, changed by manager, reason"
                        + " still disputed.");

        Locator newest = page.locator(".timeline li").first();
        assertThat(newest.locator(".happening"))
                .hasText("manager extended the suspension of this user to 10 Dec 2030 14:00 UTC (was 3 Dec 2030 14:00"
                        + " UTC): still disputed.");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Journal"))
                .click();
        page.getByLabel("Action").selectOption("user.hold");
        page.getByLabel("User", new Page.GetByLabelOptions().setExact(true))
                .fill(user.email().text());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        assertThat(page.locator(".timeline li").first())
                .containsText("manager extended the suspension of Petra Novak to 10 Dec 2030 14:00 UTC");
    }

    /// Editing the reason of a hold does not change anything else.
    @Test
    void anUneditedEndIsKept() {
        User user = register("Exact End", "exact.end@example.org");
        Instant until = Instant.parse("2030-12-03T14:00:41.123Z");
        hold(user, "chargeback", until);
        Page page = signIn("manager");
        page.navigate("/console/acme/production/users/" + user.id());
        Locator form = dialog(page, "Edit: Suspended");
        assertThat(form.getByLabel("Until")).hasValue("keep");
        form.getByLabel("Reason").fill("another reason");
        press(form, "Save");
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

    /// The server executes a form, but its response is lost. The page then sends the form again automatically.
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
        Locator form = dialog(page, "Place a hold");
        form.getByLabel("Until").selectOption("7");
        form.getByLabel("Reason").fill("lost");
        press(form, "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        org.assertj.core.api.Assertions.assertThat(sent).hasValue(2);
        org.assertj.core.api.Assertions.assertThat(holds(user)).isOne();
        // The browser itself reports a broken connection as an error.
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
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                    .click();
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("Username or password is wrong.");
            assertThat(page.getByLabel("Username")).hasValue(wrong[1]);
            assertThat(page.getByLabel("Password")).hasValue("");
        }
        // The browser itself reports the status 401 as an error.
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
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                .click();
        assertThat(page).hasURL(Pattern.compile(".*/users/" + user.id() + "\\?action=user.hold$"));
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .containsText("Lena Chat");
        // Pages do not offer a viewer any forbidden actions.
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Place a hold")))
                .hasCount(0);
        assertThat(page.locator("main dialog, main form[method=post]")).hasCount(0);
        assertThat(page.getByText("Edit details")).hasCount(0);
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
        Locator form = ofOperator(page, "leaver", "Change role");
        form.locator("select").selectOption("manager");
        press(form, "Save");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Saved.");
        assertThat(row.locator("td").first()).hasText("manager");

        form = ofOperator(page, "leaver", "Delete");
        form.getByLabel("Type “leaver”").fill("lever");
        press(form, "Delete operator");
        assertThat(page.getByText("Type the username, leaver")).isVisible();
        // The browser itself reports the status 422 as an error.
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        assertThat(row).hasCount(1);

        form.getByLabel("Type “leaver”").fill("leaver");
        press(form, "Delete operator");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Deleted.");
        assertThat(row).hasCount(0);
        // Operators have no menu of actions for themselves.
        assertThat(page.getByText("you", new Page.GetByTextOptions().setExact(true)))
                .hasCount(1);
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Actions for admin")))
                .hasCount(0);
    }

    /// Opens a dialog from the menu of actions for an operator.
    private static Locator ofOperator(Page page, String username, String action) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Actions for " + username))
                .click();
        page.locator(".menu:popover-open").getByText(action).click();
        return page.locator("dialog[open]");
    }

    @Test
    void rehearsesBeforeItHoldsMany() {
        User first = register("Bulk One", "bulk.one@example.org");
        User second = register("Bulk Two", "bulk.two@example.org");
        Page page = signIn("manager");
        page.navigate("/console/acme/production/users?q=bulk.");
        page.getByLabel("Select all on this page").check();
        assertThat(page.locator(".chosen")).containsText("2 selected");
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Hold or release").setExact(true))
                .click();
        assertThat(page.locator("h1")).hasText("Hold or release 2 users");
        page.locator("select[name=kind]").selectOption("blocked");
        page.getByLabel("Reason").fill("sweep");
        assertThat(page.getByText("2 of 2 users would change. Nothing has been changed yet."))
                .isVisible();
        for (User user : new User[] {first, second}) {
            org.assertj.core.api.Assertions.assertThat(holds(user)).isZero();
        }
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Block 2 users"))
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
        Locator form = dialog(page, "Place a hold");
        form.getByLabel("Reason").fill("a reason");
        form.getByLabel("Note").fill("a long note");
        form.getByLabel("Or a time").fill("2020-01-01T00:00");
        press(form, "Place hold");
        assertThat(form.locator(".notice")).containsText("Until: Must be in the future");
        assertThat(form.getByLabel("Reason")).hasValue("a reason");
        assertThat(form.getByLabel("Note")).hasValue("a long note");
        // The browser itself reports the status 422 as an error.
        org.assertj.core.api.Assertions.assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("422"));
        form.getByLabel("Or a time").fill("2030-01-01T00:00");
        press(form, "Place hold");
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

    /// The chart draws its texts on a canvas.
    @Test
    void theDatesOfTheChartAreWrittenOut() {
        Page page = signIn("viewer");
        page.addInitScript("""
                const write = CanvasRenderingContext2D.prototype.fillText;
                window.written = [];
                CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
                    window.written.push(text);
                    write.call(this, text, ...at);
                };""");
        page.navigate("/console/acme/production/overview");
        page.locator(".chart .u-legend").waitFor();
        // Chart and legend are drawn one after the other.
        Object written = page.evaluate("new Promise(requestAnimationFrame).then(() => window.written)");
        org.assertj.core.api.Assertions.assertThat((List<?>) written)
                .anyMatch(text -> text.toString().matches("[0-9]{1,2} [A-Z][a-z]{2}"))
                .noneMatch(text -> text.toString().contains("/"));
    }

    @Test
    void theAddressHoldsTheListAndBackGoesBack() {
        register("Back Button", "back.button@example.org");
        Page page = signIn("viewer");
        page.navigate("/console/acme/production/users");
        filter(page).fill("back.but");
        page.waitForURL("**q=back.but**");
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Back Button"))
                .click();
        page.goBack();
        assertThat(filter(page)).hasValue("back.but");
        assertThat(page.locator("tbody tr")).hasCount(1);
    }

    /// Signs in, finds a user and releases a hold without a mouse. The focus is always visible.
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
        assertThat(page.locator("#search")).isFocused();
        page.keyboard().type("kay.bo");
        page.keyboard().press("Enter");
        page.waitForURL("**q=kay.bo**");
        tabToText(page, "Kay Board");
        page.keyboard().press("Enter");
        page.waitForURL("**/users/" + user.id());
        tabUntil(page, "document.activeElement.ariaLabel === 'Release: Suspended'");
        page.keyboard().press("Enter");
        tabTo(page, "note");
        page.keyboard().type("by hand");
        tabToText(page, "Release");
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
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Account of viewer"))
                .click();
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign out").setExact(true))
                .click();
        assertThat(page.getByLabel("Password")).isVisible();
        page.navigate(overview);
        assertThat(page.getByLabel("Password")).isVisible();
    }
}
