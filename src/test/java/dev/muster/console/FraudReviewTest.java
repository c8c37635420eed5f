package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.api.evidence.Zips;
import dev.muster.directory.EvidenceFiles;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Reviews suspected fraud in a real browser. Everything needed to decide is on one page, and each decision leads to
/// the next review.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FraudReviewTest {
    /// An image of one pixel.
    private static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=");

    private static final byte[] INFO = Zips.utf8("{\"images\":[{\"image_type_id\":0,\"file_name\":\"selfie.png\"}]}");

    private TestServer server;
    private Chromium chromium;
    private TestServer.Tenancy tenancy;
    private Actor admin;
    private int made;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new TestServer(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        chromium = new Chromium();
    }

    /// Creates a new tenant for each test, so that each has its own list of reviews.
    @BeforeEach
    void makeTenant() {
        made++;
        tenancy = server.makeTenant("acme-" + made);
        admin = server.actor(tenancy.test(), tenancy.testKey());
        for (Role role : List.of(Role.ADMIN, Role.VIEWER)) {
            server.signIn(tenancy.test(), tenancy.testKey(), role.wireName(), role);
        }
    }

    @AfterEach
    void nothingFailedInThePages() {
        assertThat(chromium.takeComplaints()).isEmpty();
    }

    @AfterAll
    void close() {
        chromium.close();
        server.close();
    }

    private User fraud(String name, String jobId) throws IOException {
        User user = server.execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(
                                null,
                                new Validator().identifier(Identifier.Kind.EXTERNAL_ID, "of-" + jobId),
                                null,
                                name,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
        server.execute(
                tenancy.test(),
                admin,
                UserRef.id(user.id()),
                new Command.PlaceHold(HoldKind.FRAUD, Hold.MAIN, "forged", "Two portraits on one passport.", null));
        JobRequest.ForUser whose =
                new JobRequest.ForUser(UserRef.id(user.id()), user.id().toString(), null);
        JobRequest job = new JobRequest(jobId, new JobType(4), whose, null, null, false, false, Outcome.PASSED);
        try (EvidenceFiles.Sink sink = TestServer.ok(server.evidence().take(tenancy.test(), 0))) {
            Evidence evidence =
                    TestServer.ok(sink.fill(out -> out.write(Zips.of("info.json", INFO, "selfie.png", PNG))));
            sink.settle(Result.ok(
                    server.execute(tenancy.test(), admin, null, new JobCommand.SubmitJob(job, null, evidence))));
        }
        return user;
    }

    private Page signIn(String username) {
        return ConsoleFixture.signIn(
                chromium.open(server.address()), server.address(), "acme-" + made, "test", username);
    }

    private String base() {
        return "/console/acme-" + made + "/test";
    }

    /// Undo places the hold again. Confirming a fraud changes no hold, so there is nothing to undo.
    @Test
    void theMessageAboutAReleasedHoldOffersToUndoIt() throws IOException {
        User released = fraud("Released Too Soon", "job-undo");
        fraud("Confirmed Fraud", "job-confirmed");
        Page page = signIn("admin");
        page.navigate(base() + "/jobs/job-confirmed");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Confirm fraud"))
                .click();
        Locator undo = page.locator(".notice").getByRole(AriaRole.BUTTON);
        assertThat(page.locator(".notice p")).containsText("confirmed. The hold stays in place.");
        assertThat(undo).hasCount(0);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Not fraud, release"))
                .click();
        assertThat(page.locator(".notice p")).hasText("Fraud hold of Released Too Soon released.");
        assertThat(isFraud(released)).isFalse();
        undo.click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        assertThat(isFraud(released)).isTrue();
        page.context().close();
    }

    @Test
    void onAPhoneTheDecisionIsInSight() throws IOException {
        fraud("Tall Picture", "job-tall");
        Page page = signIn("admin");
        page.setViewportSize(390, 700);
        page.navigate(base() + "/jobs/job-tall");
        for (String name : List.of("Confirm fraud", "Not fraud, release")) {
            BoundingBox box = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name))
                    .boundingBox();
            org.assertj.core.api.Assertions.assertThat(box.y + box.height)
                    .as(name)
                    .isBetween(0.0, 700.0);
        }
        page.context().close();
    }

    private boolean isFraud(User user) {
        return TestServer.ok(server.directory().find(admin, tenancy.test(), UserRef.id(user.id())))
                .value()
                .holds()
                .has(HoldKind.FRAUD);
    }

    private boolean isReviewed(String jobId) {
        Job job = TestServer.ok(server.jobs().job(admin, tenancy.test(), jobId)).value();
        return ((Job.Completed) job.stage()).review() instanceof Job.ClosedReview;
    }

    private int releases(User user) {
        return TestServer.ok(server.directory()
                        .history(admin, tenancy.test(), UserRef.id(user.id()), 10, null, "user.hold.released"))
                .items()
                .size();
    }

    @Test
    void eachDecisionLeadsToTheNextOpenReview() throws IOException {
        User first = fraud("Anna First", "job-1");
        User second = fraud("Boris Second", "job-2");
        User third = fraud("Cleo Third", "job-3");
        Page page = signIn("admin");

        page.navigate(base() + "/reviews");
        assertThat(page).hasURL(Pattern.compile(".*/jobs/job-3$"));
        Locator picture = page.locator("img.evidence");
        assertThat(picture).isVisible();
        assertThat(picture.evaluate("image => image.decode().then(() => image.naturalWidth)"))
                .isEqualTo(1);
        assertThat(page.locator(".review")).containsText("Two portraits on one passport.");
        assertThat(page.locator(".review")).containsText("key admin");
        assertThat(page.locator(".timeline")).containsText("placed");

        page.keyboard().press("n");
        assertThat(page).hasURL(Pattern.compile(".*/jobs/job-2$"));
        page.keyboard().press("x");
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Not fraud, release")))
                .isFocused();
        assertThat(isReviewed("job-2")).isFalse();
        page.keyboard().press("Enter");
        assertThat(page.locator(".notice p")).hasText("Fraud hold of Boris Second released.");
        assertThat(page.locator(".notice a")).hasAttribute("href", base() + "/users/" + second.id());
        assertThat(page).hasURL(Pattern.compile(".*/jobs/job-1\\?.*"));
        assertThat(isFraud(second)).isFalse();
        assertThat(isReviewed("job-2")).isTrue();

        page.getByLabel("Note").fill("The passport is stolen.");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Confirm fraud"))
                .click();
        assertThat(page.locator(".notice")).hasText("Fraud of Anna First confirmed. The hold stays in place.");
        assertThat(page).hasURL(Pattern.compile(".*/jobs/job-3\\?.*"));
        assertThat(isFraud(first)).isTrue();
        assertThat(isReviewed("job-1")).isTrue();

        page.keyboard().press("c");
        page.keyboard().press("Enter");
        assertThat(page.locator(".notice")).hasText("Fraud of Cleo Third confirmed. The hold stays in place.");
        assertThat(page.locator("main")).containsText("All fraud reviews are done");
        assertThat(page.locator("main")).containsText("3 were reviewed so far");
        assertThat(isFraud(third)).isTrue();
        sayWhatWasDecided(page);
        page.navigate(base() + "/users/" + first.id());
        assertThat(page.locator(".timeline li").first()).containsText("admin reviewed job job-1: confirmed as fraud.");
        assertThat(page.locator(".timeline li").first()).containsText("The passport is stolen.");
        page.navigate(base() + "/users/" + second.id() + "?action=job.reviewed");
        assertThat(page.locator(".timeline li")).hasCount(1);
        assertThat(page.locator(".timeline li")).containsText("admin reviewed job job-2: not fraud.");
    }

    private void sayWhatWasDecided(Page page) {
        page.navigate(base() + "/jobs?review=done");
        Locator rows = page.locator("tbody tr");
        assertThat(rows.nth(0)).containsText(Pattern.compile("by admin, .*\\(confirmed as fraud\\)"));
        assertThat(rows.nth(1)).containsText(Pattern.compile("by admin, .*\\(not fraud\\)"));
        page.navigate(base() + "/jobs/job-2");
        assertThat(page.locator("dl.details")).containsText(Pattern.compile("by admin, .*\\(not fraud\\)"));
        page.navigate(base() + "/journal?action=job.reviewed");
        assertThat(page.locator(".timeline")).containsText("reviewed job job-3: confirmed as fraud.");
        assertThat(page.locator(".timeline")).containsText("reviewed job job-2: not fraud.");
    }

    /// A form is executed once, even if a second click sends it again, or `console.js` does so after the connection
    /// was lost.
    @Test
    void aRepeatedFormIsCarriedOutOnce() throws IOException {
        User user = fraud("Dora Twice", "job-1");
        Page page = signIn("admin");
        page.navigate(base() + "/jobs/job-1");
        Object answers = page.evaluate("""
                async () => {
                    const clear = document.querySelector("[formaction$='/clear']");
                    const body = new URLSearchParams(new FormData(clear.form));
                    const answers = [];
                    for (let i = 0; i < 2; i++) {
                        const answer = await fetch(clear.formAction, { method: "POST", body });
                        answers.push(answer.status + " " + /done=cleared/.test(answer.url));
                    }
                    return answers.join(", ");
                }""");
        assertThat(answers).isEqualTo("200 true, 200 true");
        assertThat(releases(user)).isOne();
        assertThat(isReviewed("job-1")).isTrue();
    }

    /// An operator with an outdated page cannot clear a user whose fraud another operator has confirmed.
    @Test
    void fraudConfirmedInTheMeantimeIsNotCleared() throws IOException {
        User user = fraud("Emil Meanwhile", "job-1");
        Page page = signIn("admin");
        page.navigate(base() + "/jobs/job-1");
        server.execute(tenancy.test(), admin, null, new JobCommand.ReviewJob("job-1", "It is fraud.", null));
        page.keyboard().press("x");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("This was changed in the meantime");
        assertThat(isFraud(user)).isTrue();
        assertThat(page.locator("main")).containsText("It is fraud.");
        // The browser itself reports the status 409 as an error.
        assertThat(chromium.takeComplaints()).allMatch(line -> line.contains("409"));
        // A review that does not say what it decided.
        page.navigate(base() + "/users/" + user.id());
        assertThat(page.locator(".timeline li").first()).containsText("reviewed job job-1: fraud hold kept.");
    }

    @Test
    void thePictureIsSentAsWhatItIsToThoseWhoMaySeeEvidence() throws IOException {
        fraud("Fred Picture", "job-1");
        Page page = signIn("admin");
        APIResponse picture = page.request().get(server.address() + base() + "/jobs/job-1/picture");
        assertThat(picture.status()).isEqualTo(200);
        assertThat(picture.body()).isEqualTo(PNG);
        assertThat(picture.headers())
                .containsEntry("content-type", "image/png")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("cache-control", "no-store")
                .containsKey("content-security-policy");
        assertThat(page.request()
                        .get(server.address() + base() + "/jobs/none/picture")
                        .status())
                .isEqualTo(404);

        Page viewer = signIn("viewer");
        assertThat(viewer.request()
                        .get(server.address() + base() + "/jobs/job-1/picture")
                        .status())
                .isEqualTo(403);
        viewer.navigate(base() + "/jobs/job-1");
        assertThat(viewer.locator("main")).containsText("Your role may not see the evidence.");
        assertThat(viewer.locator("img.evidence")).hasCount(0);
        assertThat(viewer.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Confirm fraud")))
                .hasCount(0);
    }
}
