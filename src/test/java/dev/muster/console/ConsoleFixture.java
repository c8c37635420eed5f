package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.directory.Journal;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/// A real browser, and a server with the tenant `acme` that has an operator of each role in both of its environments.
final class ConsoleFixture implements AutoCloseable {
    static final String BASE = "/console/acme/production";

    /// How far the clock for sessions is ahead of the system clock.
    final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    final TestServer server;
    final Chromium chromium;
    private final long realm;
    private final Actor actor;

    ConsoleFixture(Path folder) {
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        server = new TestServer(
                folder,
                clock,
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, clock, null, "/api/v1").httpApis());
        TestServer.Tenancy tenancy = server.makeTenant("acme");
        realm = tenancy.production();
        actor = server.actor(realm, tenancy.productionKey());
        for (Role role : Role.values()) {
            server.signIn(tenancy.production(), tenancy.productionKey(), role.wireName(), role);
            server.signIn(tenancy.test(), tenancy.testKey(), role.wireName(), role);
        }
        chromium = new Chromium();
    }

    @Override
    public void close() {
        chromium.close();
        server.close();
    }

    /// The number of the tenant's production realm.
    long realm() {
        return realm;
    }

    /// The end of that realm's journal.
    Journal.Head head() {
        return TestServer.ok(server.journal().head(actor, realm));
    }

    // Test data

    /// Registers a user whose username is the name in lower case, with `-` instead of spaces.
    User register(String name, @Nullable String email) {
        return register(name, name.toLowerCase(Locale.ROOT).replace(' ', '-'), email, null);
    }

    User register(String name, String username, @Nullable String email, @Nullable String externalId) {
        Validator checks = new Validator();
        return server.execute(
                        realm,
                        actor,
                        null,
                        new Command.Register(
                                checks.identifier(Identifier.Kind.EMAIL, email),
                                checks.identifier(Identifier.Kind.EXTERNAL_ID, externalId),
                                checks.identifier(Identifier.Kind.USERNAME, username),
                                name,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
    }

    User hold(User user, String reason, @Nullable String note, @Nullable Instant until) {
        return execute(user, new Command.PlaceHold(HoldKind.SUSPENDED, "main", reason, note, until));
    }

    User execute(User user, Command command) {
        return server.execute(realm, actor, UserRef.id(user.id()), command).user();
    }

    /// Submits a job of the user, and gives its verdict. It fails if the user is under a fraud hold, and awaits review.
    void judgedJob(User user, String jobId) {
        JobRequest.ForUser whose =
                new JobRequest.ForUser(UserRef.id(user.id()), user.id().toString(), null);
        JobRequest job = new JobRequest(jobId, new JobType(5), whose, null, null, false, false, Outcome.PASSED);
        server.execute(realm, actor, null, new JobCommand.SubmitJob(job, null, null));
        server.execute(realm, actor, null, new JobCommand.GiveVerdict(jobId, new Verdict(Outcome.PASSED, null, null)));
    }

    /// Adds expired holds to the journal, as the server's background task does.
    void endHolds(User user) {
        server.execute(realm, Actor.SYSTEM, UserRef.id(user.id()), new Command.EndHolds());
    }

    User now(User user) {
        return TestServer.ok(server.directory().find(actor, realm, UserRef.id(user.id())))
                .value();
    }

    @Nullable
    Hold hold(User user) {
        return now(user).holds().get(HoldKind.SUSPENDED, "main");
    }

    // Actions of an operator

    /// Signs in without the page for it, whose rendering takes as long as a short test, and opens the overview.
    ///
    /// @param page a new page of the server at `home`
    static Page signIn(Page page, URI home, String tenant, String environment, String username) {
        FormData form = FormData.create()
                .set("partner", tenant)
                .set("environment", environment)
                .set("username", username)
                .set("password", TestServer.PASSWORD);
        APIResponse response = page.request()
                .post(
                        home + "/console/sign-in",
                        RequestOptions.create()
                                .setHeader("Origin", home.toString())
                                .setForm(form)
                                .setMaxRedirects(0));
        Assertions.assertThat(response.status()).as(response.text()).isEqualTo(303);
        page.navigate("/console/" + tenant + "/" + environment + "/overview");
        return page;
    }

    Page signIn(Page page, String username, String environment) {
        return signIn(page, server.address(), "acme", environment, username);
    }

    Page signIn(String username) {
        return signIn(chromium.open(server.address()), username, "production");
    }

    /// Opens the page of a user.
    Page open(Page page, User user) {
        page.navigate(BASE + "/users/" + user.id());
        return page;
    }

    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    static void press(Locator within, String button) {
        within.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    /// Opens the dialog that belongs to this button.
    static Locator dialog(Page page, String button) {
        button(page, button).press("Enter");
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).isVisible();
        return dialog;
    }

    /// Presses Tab until this JavaScript expression is true.
    static void tabUntil(Page page, String there) {
        for (int i = 0; i < 120; i++) {
            page.keyboard().press("Tab");
            if (Boolean.TRUE.equals(page.evaluate(there))) {
                return;
            }
        }
        throw new AssertionError("no tab leads there: " + there);
    }
}
