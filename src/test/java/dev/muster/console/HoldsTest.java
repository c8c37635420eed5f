package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.console.ConsoleFixture.BASE;
import static dev.muster.console.ConsoleFixture.button;
import static dev.muster.console.ConsoleFixture.dialog;
import static dev.muster.console.ConsoleFixture.press;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.directory.keys.FanOut;
import dev.muster.model.Command;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Places, extends and undoes holds in a real browser, for one user and for many.
final class HoldsTest extends InChromium {
    private static final Instant EXACT = Instant.parse("2030-12-03T14:00:41.123Z");

    private Page page;

    @BeforeAll
    void signIn() {
        page = console.signIn("manager");
        page.setDefaultTimeout(60_000);
    }

    /// Takes the errors that the browser reports for refused forms, and asserts that all of them have this status.
    private void refusedWith(String status) {
        Assertions.assertThat(console.chromium.takeComplaints()).isNotEmpty().allMatch(line -> line.contains(status));
    }

    // Undo

    @Test
    void aPlacedHoldIsUndoneInOneClick() {
        User user = console.register("Placed Undo", null);
        console.open(page, user);
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        Assertions.assertThat(console.hold(user)).isNotNull();
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        assertThat(page.locator(".sentence")).hasText("May act.");
        Assertions.assertThat(console.hold(user)).isNull();
    }

    @Test
    void aChangedHoldGetsBackItsEndReasonAndNote() {
        String note = "two\nlines ";
        User user = console.hold(console.register("Changed Undo", null), "chargeback", note, EXACT);
        console.open(page, user);
        Locator form = dialog(page, "Edit: Suspended");
        form.getByLabel("Until").selectOption("30");
        form.getByLabel("Reason").fill("other");
        form.getByLabel("Note").fill("other");
        press(form, "Save");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Assertions.assertThat(console.hold(user).until()).isNotEqualTo(EXACT);
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        Hold hold = console.hold(user);
        Assertions.assertThat(hold.until()).isEqualTo(EXACT);
        Assertions.assertThat(hold.reason()).isEqualTo("chargeback");
        Assertions.assertThat(hold.note()).isEqualTo(note);
    }

    @Test
    void aReleasedHoldIsPlacedAgain() {
        User user = console.hold(console.register("Released Undo", null), "chargeback", "a note", EXACT);
        console.open(page, user);
        press(dialog(page, "Release: Suspended"), "Release");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was released.");
        Assertions.assertThat(console.hold(user)).isNull();
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        Hold hold = console.hold(user);
        Assertions.assertThat(hold.until()).isEqualTo(EXACT);
        Assertions.assertThat(hold.reason()).isEqualTo("chargeback");
        Assertions.assertThat(hold.note()).isEqualTo("a note");
    }

    @Test
    void aUserWhoWasChangedInBetweenIsNotUndone() {
        User user = console.register("Meanwhile", null);
        console.open(page, user);
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(button(page, "Undo")).isVisible();
        console.execute(user, new Command.ChangeRank(Rank.ADMIN));
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.ALERT))
                .containsText("This was changed in the meantime. Your change was not saved.");
        Assertions.assertThat(console.hold(user)).isNotNull();
        refusedWith("409");
    }

    /// A change can be undone even if another hold has expired since. The expiry is added to the journal after the
    /// change, but does not change the user's version.
    @Test
    void aHoldThatEndedInBetweenIsNotMistakenForTheChange() throws InterruptedException {
        User user = console.register("Ended Meanwhile", null);
        Instant soon = Instant.now().plusSeconds(2);
        console.execute(user, new Command.PlaceHold(HoldKind.BLOCKED, "main", null, null, soon));
        console.open(page, user);
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(button(page, "Undo")).isVisible();
        while (Instant.now().isBefore(soon.plusMillis(10))) {
            Thread.sleep(50);
        }
        console.endHolds(user);
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        Assertions.assertThat(console.now(user).holds().isEmpty()).isTrue();
    }

    /// Later, the timeline offers to undo the change. Other operators cannot undo it, even by sending the same form.
    @Test
    void undoIsOfferedOnlyToTheOperatorWhoMadeTheChange() {
        User user = console.register("Not Mine", null);
        console.open(page, user);
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(button(page, "Undo")).isVisible();
        String address = page.url();
        console.open(page, user);
        assertThat(button(page, "Undo")).hasCount(1);
        assertThat(page.locator(".timeline li").first().locator(".undo")).isVisible();
        Page other = console.signIn("admin");
        other.navigate(address);
        assertThat(other.locator(".hold")).hasCount(1);
        assertThat(button(other, "Undo")).hasCount(0);
        Object status = other.evaluate(
                """
                async ([path, changed]) => {
                    const body = new URLSearchParams({one: "true", changed});
                    body.set("csrf", document.querySelector("[name=csrf]").value);
                    return (await fetch(path, {method: "POST", body})).status;
                }""",
                List.of(
                        BASE + "/holds/undo",
                        user.id() + ":" + console.now(user).version()));
        Assertions.assertThat(status).isEqualTo(404);
        Assertions.assertThat(console.hold(user)).isNotNull();
        refusedWith("404");
        other.context().close();
        button(page, "Undo").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Undone.");
        Assertions.assertThat(console.hold(user)).isNull();
    }

    /// Undo is offered for the last change only. [UndoTimesTest] tests how long.
    @Test
    void theTimelineOffersToUndoOnlyTheLastChange() {
        User user = console.register("Changed Since", null);
        console.open(page, user);
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        offers(1, user);
        console.execute(user, new Command.ChangeRank(Rank.ADMIN));
        offers(0, user);

        console.open(page, user);
        press(dialog(page, "Release: Suspended"), "Release");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was released.");
        press(dialog(page, "Place a hold"), "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        offers(1, user);
    }

    private void offers(int changes, User user) {
        console.open(page, user);
        assertThat(page.locator(".timeline li").first()).isVisible();
        assertThat(page.locator(".undo")).hasCount(changes);
    }

    // Extend

    @Test
    void extendingTakesTwoClicksAndLeavesAllElse() {
        User user = console.hold(console.register("Extended", null), "charge  back", "two\nlines", EXACT);
        console.open(page, user);
        press(dialog(page, "Extend: Suspended"), "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Hold hold = console.hold(user);
        Assertions.assertThat(hold.until()).isEqualTo(EXACT.plusSeconds(7 * 86_400));
        Assertions.assertThat(hold.reason()).isEqualTo("charge  back");
        Assertions.assertThat(hold.note()).isEqualTo("two\nlines");
    }

    @Test
    void extendingNeverMovesAnEndThatWasNotTouched() {
        User user = console.hold(console.register("Not Extended", null), "chargeback", null, EXACT);
        console.open(page, user);
        Locator form = dialog(page, "Extend: Suspended");
        form.getByRole(AriaRole.RADIO, new Locator.GetByRoleOptions().setName("Until (UTC)"))
                .check();
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Nothing to change.");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(EXACT);
        // A typed end takes precedence.
        form = dialog(page, "Extend: Suspended");
        form.locator("input[name=until]").fill("2031-01-01T00:00");
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Assertions.assertThat(console.hold(user).until()).isEqualTo("2031-01-01T00:00:00Z");
    }

    /// The end that the form shows as chosen is the one that the hold gets.
    @Test
    void anOptionChosenAfterATimeWasTypedReplacesIt() {
        User user = console.hold(console.register("Chosen End", null), "chargeback", null, EXACT);
        console.open(page, user);
        Locator form = dialog(page, "Extend: Suspended");
        Locator time = form.locator("input[name=until]");
        String shown = time.inputValue();
        time.fill("2031-01-01T00:00");
        assertThat(form.locator("[name=end][value=at]")).isChecked();
        form.getByLabel("1 day longer").check();
        assertThat(time).hasValue(shown);
        press(form, "Extend");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("The suspension now ends on ");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(EXACT.plus(Duration.ofDays(1)));

        User other = console.register("Chosen End Later", null);
        console.open(page, other);
        form = dialog(page, "Place a hold");
        form.getByLabel("Or a time").fill("2031-01-01T00:00");
        form.getByLabel("Until").selectOption("none");
        press(form, "Place hold");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("The hold was placed.");
        Assertions.assertThat(console.hold(other).until()).isNull();
    }

    @Test
    void extendingRefusesAnEarlierEnd() {
        User user = console.hold(console.register("Not Shortened", null), "chargeback", null, EXACT);
        console.open(page, user);
        Locator form = dialog(page, "Extend: Suspended");
        form.locator("input[name=until]").fill("2030-01-01T00:00");
        press(form, "Extend");
        assertThat(form.locator(".notice")).containsText("Until: Must not be before the present end, ");
        refusedWith("422");
        Assertions.assertThat(console.hold(user).until()).isEqualTo(EXACT);
    }

    @Test
    void aHoldWithoutAnEndAsksForOne() {
        User user = console.hold(console.register("Endless Extend", null), "chargeback", null, null);
        console.open(page, user);
        Locator form = dialog(page, "Extend: Suspended");
        press(form, "Extend");
        assertThat(form.locator(".notice")).containsText("Until: Is required.");
        refusedWith("422");
        Assertions.assertThat(console.hold(user).until()).isNull();
    }

    // Many users

    private List<User> several(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> console.register(name + " " + i, name + i + "@example.org"))
                .toList();
    }

    private void held(List<User> users, boolean held) {
        for (User user : users) {
            Assertions.assertThat(console.hold(user) != null).as(user.name()).isEqualTo(held);
        }
    }

    @Test
    void pastedUsersAreHeldAfterAPreviewAndUndone() {
        List<User> users = several("pasted", 3);
        page.navigate(BASE + "/users");
        Locator paste = dialog(page, "Paste a list");
        paste.getByLabel("One per line")
                .fill("pasted0@example.org\n  pasted-1 \nnobody@example.org\n\nnumber:"
                        + users.get(2).number() + "\npasted0@example.org");
        press(paste, "Find users");
        assertThat(page.locator("h1")).hasText("Pasted users");
        assertThat(page.getByText("3 found, 1 not")).isVisible();
        assertThat(page.locator("section", new Page.LocatorOptions().setHasText("Not found")))
                .containsText("nobody@example.org");
        assertThat(page.locator(".chosen")).containsText("3 selected");
        // Deselect one of the users.
        page.getByLabel("pasted 1").uncheck();
        assertThat(page.locator(".chosen")).containsText("2 selected");
        button(page, "Hold or release").click();
        assertThat(page.getByText("2 of 2 users would change. Nothing has been changed yet."))
                .isVisible();
        held(users, false);
        button(page, "Suspend 2 users").click();
        assertThat(page.getByText("2 of 2 users changed.")).isVisible();
        assertThat(page.locator("tbody tr").first()).containsText("May not act: suspended by manager.");
        held(List.of(users.get(0), users.get(2)), true);
        held(List.of(users.get(1)), false);
        // Another change to one of the users keeps that user's hold from being undone, and the page explains why.
        console.execute(users.get(2), new Command.ChangeRank(Rank.ADMIN));
        button(page, "Undo").click();
        assertThat(page.locator("h1")).hasText("Undone");
        assertThat(page.getByText("1 of 2 users changed.")).isVisible();
        assertThat(page.locator("tbody", new Page.LocatorOptions().setHasText("pasted 2")))
                .containsText("Not changed: 1 user. This was changed in the meantime.");
        held(List.of(users.get(0)), false);
        held(List.of(users.get(2)), true);
    }

    /// Opens the form for all users who match.
    private void holdAll(String search) {
        page.navigate(BASE + "/users?q=" + search);
        page.locator("button[form=all-matching]").click();
        assertThat(page.locator("#effect tbody")).not().hasCount(0);
    }

    @Test
    void thePreviewFollowsTheForm() {
        List<User> users = several("follow", 2);
        console.execute(users.get(1), new Command.PlaceHold(HoldKind.BLOCKED, "main", null, null, null));
        holdAll("follow");
        Locator button = page.locator("#perform-button");
        assertThat(button).hasText("Suspend 2 users");
        assertThat(page.getByLabel("Action")).isFocused();
        assertThat(button(page, "Update preview")).hasCount(0);
        page.locator("[name=kind]").selectOption("blocked");
        assertThat(button).hasText("Block 1 user");
        Locator refused = page.locator("#effect tbody").first();
        assertThat(refused).containsText("Not changed: 1 user. This hold already exists");
        assertThat(refused).containsText("follow 1");
        page.getByText("Label", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("Label, to allow").fill("other");
        page.keyboard().press("Tab");
        assertThat(button).hasText("Block 2 users");
        page.getByLabel("Until").selectOption("at");
        page.getByLabel("Or a time").fill("2001-01-01T00:00");
        page.keyboard().press("Tab");
        // What is wrong is said beside the form, which cannot be sent.
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Until: Must be in the future.");
        assertThat(button).hasCount(0);
        // Choosing "at" without a time asked for no preview, so this is the only refusal.
        refusedWith("422");
        page.getByLabel("Until").selectOption("none");
        assertThat(page.locator("#effect tbody")).containsText("May not act: blocked (other)");
        assertThat(page.getByLabel("Or a time")).hasValue("");
        page.getByLabel("Or a time").fill("2031-01-01T00:00");
        page.keyboard().press("Tab");
        assertThat(button).hasText("Block 2 users");
        assertThat(page.locator("#effect tbody"))
                .containsText("May not act until 1 Jan 2031 00:00 UTC: blocked (other)");
        page.getByLabel("Action").selectOption("release");
        assertThat(page.locator("#effect")).containsText("Not changed: 2 users");
        assertThat(page.locator("#summary")).hasText("Nothing would change.");
        assertThat(button).hasCount(0);
        assertThat(page.getByLabel("Reason")).isHidden();
        page.getByLabel("Label, to allow").fill("main");
        page.keyboard().press("Tab");
        assertThat(button).hasText("Release the block of 1 user");
        button.click();
        assertThat(page.getByText("1 of 2 users changed.")).isVisible();
        Assertions.assertThat(console.now(users.get(1)).holds().isEmpty()).isTrue();
    }

    /// A slow network may keep the preview from following in time.
    @Test
    void whatWasNotPreviewedIsNotDone() {
        List<User> users = several("unseen", 2);
        holdAll("unseen");
        page.route("**/holds/preview", route -> route.abort());
        page.locator("[name=kind]").selectOption("blocked");
        page.getByLabel("Reason").fill("typed with care");
        button(page, "Suspend 2 users").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The form was changed after its preview");
        page.unroute("**/holds/preview");
        Assertions.assertThat(users).allMatch(user -> console.now(user).holds().isEmpty());
        Assertions.assertThat(console.chromium.takeComplaints())
                .anyMatch(line -> line.contains("409"))
                .allMatch(line -> line.contains("409") || line.contains("/holds/preview"));
        assertThat(page.locator("[name=kind]")).hasValue("blocked");
        assertThat(page.getByLabel("Reason")).hasValue("typed with care");
        button(page, "Block 2 users").click();
        assertThat(page.getByText("2 of 2 users changed.")).isVisible();
        assertThat(page.locator("tbody tr").first()).containsText("reason typed with care");
    }

    /// Enter in a field does what it does in a search field: it shows the result, but does not change anything.
    @Test
    void enterInAFieldOnlyUpdatesThePreview() {
        List<User> users = several("entered", 2);
        holdAll("entered");
        page.getByLabel("Reason").fill("typed with care");
        page.keyboard().press("Enter");
        assertThat(page.locator("tbody tr").first()).containsText("reason typed with care");
        assertThat(page.getByLabel("Reason")).hasValue("typed with care");
        held(users, false);
        button(page, "Suspend 2 users").press("Enter");
        assertThat(page.getByText("2 of 2 users changed.")).isVisible();
        held(users, true);
    }

    @Test
    void goingBackAfterwardsShowsTheListAsItWas() {
        several("back", 2);
        holdAll("back");
        button(page, "Suspend 2 users").click();
        assertThat(page.locator("h1")).hasText("Done");
        button(page, "Undo").click();
        assertThat(page.locator("h1")).hasText("Undone");
        for (int i = 0; i < 2; i++) {
            page.goBack();
            assertThat(page.locator("h1")).hasText("Users");
            assertThat(page.locator("#q")).hasValue("back");
        }
    }

    @Test
    void cancelLeadsBackToTheListAsItWas() {
        several("cancelled", 2);
        String list = BASE + "/users?q=cancelled&sort=-name";
        page.navigate(list);
        page.getByLabel("Select all on this page").check();
        button(page, "Hold or release").click();
        page.getByLabel("Reason").fill("typed with care");
        page.keyboard().press("Enter");
        assertThat(page.locator("tbody tr").first()).containsText("reason typed with care");
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Cancel").setExact(true))
                .click();
        page.waitForURL("**" + list);
    }

    /// The matching users fill more than one page. Only the 25 users on a page can be selected one by one; all of
    /// them can only be selected by the filter.
    @Test
    void allWhoMatchAreHeldAndUndone() {
        List<User> users = several("match", 60);
        User other = console.register("Other Than Those", null);
        page.navigate(BASE + "/users?q=match");
        assertThat(page.getByText("60 users match")).isVisible();
        button(page, "Hold or release all 60").click();
        assertThat(page.locator("h1")).hasText("Hold or release 60 users");
        page.getByLabel("Reason").fill("sweep");
        assertThat(page.getByText("60 of 60 users would change.")).isVisible();
        held(users, false);
        // A user who starts to match after the preview is not included.
        User late = console.register("match late", "match.late@example.org");
        button(page, "Suspend 60 users").click();
        assertThat(page.getByText("60 of 60 users changed.")).isVisible();
        held(users, true);
        held(List.of(other, late), false);
        button(page, "Undo").click();
        assertThat(page.getByText("60 of 60 users changed.")).isVisible();
        assertThat(page.locator("h1")).hasText("Undone");
        held(users, false);
    }

    @Test
    void aThousandAreHeldAndUndoneAndOneMoreIsRefused() throws Exception {
        FanOut.map(IntStream.range(0, 1_000).boxed().toList(), 64, i -> console.register("thousand " + i, null));
        page.navigate(BASE + "/users?q=thousand");
        button(page, "Hold or release all 1,000").click();
        page.getByText("1,000 of 1,000 users would change.").waitFor();
        button(page, "Suspend 1,000 users").click();
        page.getByText("1,000 of 1,000 users changed.").waitFor();
        // Use a new tab, because going back would not show the response to the form again.
        Page list = page.context().newPage();
        list.navigate(console.server.address() + BASE + "/users?q=thousand&status=suspended");
        assertThat(list.getByText("1,000 users match")).isVisible();
        list.close();
        button(page, "Undo").click();
        page.locator("h1", new Page.LocatorOptions().setHasText("Undone")).waitFor();
        assertThat(page.getByText("1,000 of 1,000 users changed.")).isVisible();

        // With one more user, the action is no longer offered, and the form of a page loaded before is refused.
        page.navigate(BASE + "/users?q=thousand");
        assertThat(button(page, "Hold or release all 1,000")).isVisible();
        console.register("thousand and one", null);
        button(page, "Hold or release all 1,000").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Choose one to 1,000 users.");
        refusedWith("422");
        page.navigate(BASE + "/users?q=thousand");
        assertThat(page.getByText("1,001 users match")).isVisible();
        assertThat(page.getByText("Hold or release all")).hasCount(0);
    }

    @Test
    void moreThanAThousandAreRefusedInWords() {
        page.navigate(BASE + "/users");
        Locator paste = dialog(page, "Paste a list");
        String list = IntStream.range(0, 1_001).mapToObj(i -> "absent-" + i).collect(Collectors.joining("\n"));
        paste.getByLabel("One per line").fill(list);
        press(paste, "Find users");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Choose one to 1,000 users.");
        // The form still contains the pasted list.
        assertThat(paste.getByLabel("One per line")).hasValue(list);
        refusedWith("422");
    }

    // CSV

    /// The CSV contains all matching users, including those on further pages, and nothing that a spreadsheet would
    /// execute.
    @Test
    void theListAsCsvHasNoFormulas() throws IOException {
        console.register("=cmd|' /C calc'!A0", "@csv-one", "+csv.one@example.org", "-csv 1");
        console.register("csv, \"quoted\"", "csv-two", null, null);
        several("csv many", 51);
        page.navigate(BASE + "/users?q=csv");
        Download download = page.waitForDownload(() -> page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("CSV").setExact(true))
                .click());
        Assertions.assertThat(download.suggestedFilename()).isEqualTo("users-acme-production.csv");
        List<String> lines = Files.readAllLines(download.path());
        Assertions.assertThat(lines).hasSize(1 + 53);
        Assertions.assertThat(lines.getFirst())
                .isEqualTo("number,id,status,name,email,username,externalId,rank,tag,registeredAt");
        Assertions.assertThat(lines)
                .anySatisfy(line -> Assertions.assertThat(line)
                        .contains(",active,'=cmd|' /C calc'!A0,'+csv.one@example.org,'@csv-one,'-csv 1,REGULAR,USER,"))
                .anySatisfy(line -> Assertions.assertThat(line).contains(",\"csv, \"\"quoted\"\"\",,csv-two,,"));
    }
}
