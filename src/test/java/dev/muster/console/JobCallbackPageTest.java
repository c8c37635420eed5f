package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.JobCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.testing.Receiver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests what the page of a job shows about its callback, with a real partner server and a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobCallbackPageTest {
    private static final String JOBS = "/console/acme/production/jobs/";

    private final AtomicInteger status = new AtomicInteger(503);
    private TestServer server;
    private TestServer.Tenancy acme;
    private Actor admin;
    private Chromium chromium;
    private Receiver partner;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = TestServer.delivering(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        server.startCallbacks(_ -> "{}".getBytes(StandardCharsets.UTF_8));
        acme = server.makeTenant("acme");
        admin = server.actor(acme.production(), acme.productionKey());
        for (Role role : List.of(Role.ADMIN, Role.VIEWER)) {
            server.signIn(acme.production(), acme.productionKey(), role.wireName(), role);
        }
        chromium = new Chromium();
        partner = new Receiver(_ -> new Receiver.Answer.Response(status.get(), List.of(), "<b>as you like</b>"));
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
        partner.close();
    }

    private void submit(String jobId, String callbackUrl) {
        JobRequest job = new JobRequest(jobId, new JobType(5), null, null, callbackUrl, false, false, Outcome.PASSED);
        server.execute(acme.production(), admin, null, new JobCommand.SubmitJob(job, null, null));
    }

    private Page open(String username, String jobId) {
        Page page = chromium.open(server.address());
        page.navigate("/console");
        page.getByLabel("Tenant").fill("acme");
        page.getByLabel("production", new Page.GetByLabelOptions().setExact(true))
                .check();
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(TestServer.PASSWORD);
        ConsoleFixture.button(page, "Sign in").click();
        page.waitForURL("**/overview");
        page.navigate(JOBS + jobId);
        return page;
    }

    /// Reloads the page until the callback's card contains the text.
    private static Locator until(Page page, String text) {
        Locator card = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Callback"));
        for (int i = 0; i < 100 && !card.textContent().contains(text); i++) {
            page.waitForTimeout(100);
            page.reload();
        }
        assertThat(card).containsText(text);
        return card;
    }

    /// The page also shows the response of the partner's server, as text rather than markup. Only operators who may
    /// submit jobs can send the callback again.
    @Test
    void thePageShowsWhetherThePartnerWasTold() {
        submit("told", partner.url().toString());
        try (Page page = open("admin", "told");
                Page viewer = open("viewer", "told")) {
            assertThat(until(page, "The partner is told once there is a result."))
                    .isVisible();
            server.execute(
                    acme.production(),
                    admin,
                    null,
                    new JobCommand.GiveVerdict("told", new Verdict(Outcome.PASSED, null, null)));
            Locator card = until(page, "Next attempt");
            assertThat(card).containsText("status 503: <b>as you like</b>");
            status.set(200);
            ConsoleFixture.button(page, "Send again").click();
            assertThat(page.getByText("The result is being sent again.")).isVisible();
            assertThat(until(page, "Accepted")).containsText("status 200");
            until(viewer, "Accepted");
            assertThat(ConsoleFixture.button(viewer, "Send again")).hasCount(0);
        }
        assertThat(chromium.takeComplaints()).isEmpty();
    }

    @Test
    void theJobsOfPartnersThatAreNotToldSayNothing() {
        submit("untold", null);
        try (Page page = open("admin", "untold")) {
            assertThat(page.locator("h1")).containsText("untold");
            assertThat(page.getByText("Callback")).hasCount(0);
        }
    }
}
