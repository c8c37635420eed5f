package dev.muster.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sorts the list of users by its columns.
final class UserSortTest {
    @TempDir
    private Path folder;

    private ConsoleFixture console;

    @BeforeEach
    void start() {
        console = new ConsoleFixture(folder);
    }

    @AfterEach
    void stop() {
        assertThat(console.chromium.takeComplaints()).isEmpty();
        console.close();
    }

    private static List<String> names(Page page) {
        return page.locator("table.users tbody th").allTextContents();
    }

    private static void sortBy(Page page, String column) {
        page.locator("table.users thead")
                .getByText(column, new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
                .click();
    }

    private List<String> register(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("User %04d".formatted(i));
        }
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.forEach(name -> console.register(name, null));
        return names;
    }

    @Test
    void aListIsSortedByAColumnOverAllItsPages() {
        List<String> names = register(120);
        Page page = console.signIn("viewer");
        page.navigate(ConsoleFixture.BASE + "/users");
        sortBy(page, "Name");
        assertThat(page.locator("th[aria-sort=ascending]")).hasText("Name");
        assertThat(names(page)).isEqualTo(names.subList(0, 25));
        page.locator(".pages [rel=next]").click();
        assertThat(page.locator("table.users tbody th").first()).hasText("User 0025");
        assertThat(names(page)).isEqualTo(names.subList(25, 50));
        page.locator(".pages [rel=prev]").click();
        assertThat(page.locator("table.users tbody th").first()).hasText("User 0000");
        page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Users per page"))
                .getByText("50")
                .click();
        assertThat(page.locator("table.users tbody th")).hasCount(50);
        assertThat(names(page)).isEqualTo(names.subList(0, 50));
        page.locator(".pages [rel=next]").click();
        assertThat(page.locator("table.users tbody th").first()).hasText("User 0050");
        page.locator(".pages [rel=next]").click();
        assertThat(page.locator("table.users tbody th").first()).hasText("User 0100");
        assertThat(names(page)).isEqualTo(names.subList(100, 120));
        assertThat(page.locator(".pages [rel=next]")).hasCount(0);
        page.locator(".pages [rel=prev]").click();
        assertThat(page.locator("table.users tbody th").first()).hasText("User 0050");

        sortBy(page, "Name");
        assertThat(page.locator("th[aria-sort=descending]")).hasText("Name");
        assertThat(names(page))
                .isEqualTo(names.stream()
                        .sorted(Comparator.reverseOrder())
                        .toList()
                        .subList(0, 50));
        String csv = page.request()
                .get(page.url().replaceFirst(".*/console", "/console").replace("/users?", "/users/export?"))
                .text();
        assertThat(csv.lines().skip(1).map(line -> line.split(",", -1)[3]).toList())
                .as("the export has the same order")
                .isEqualTo(names.reversed());
    }

    @Test
    void usersWithoutAValueComeLast() {
        console.register("None", null);
        console.register("Bea", "bea@example.org");
        console.register("Ann", "ann@example.org");
        Page page = console.signIn("viewer");
        page.navigate(ConsoleFixture.BASE + "/users");
        sortBy(page, "E-mail");
        assertThat(page.locator("th[aria-sort=ascending]")).hasText("E-mail");
        assertThat(names(page)).containsExactly("Ann", "Bea", "None");
        sortBy(page, "E-mail");
        assertThat(page.locator("th[aria-sort=descending]")).hasText("E-mail");
        assertThat(names(page)).containsExactly("Bea", "Ann", "None");
    }

    @Test
    void aListOfMoreThanAThousandIsNotSorted() {
        register(1_001);
        Page page = console.signIn("viewer");
        page.navigate(ConsoleFixture.BASE + "/users?sort=name");
        assertThat(page.getByText("Lists of up to 1,000 users can be sorted.")).isVisible();
        assertThat(page.locator("table.users thead a")).hasCount(0);
        page.navigate(ConsoleFixture.BASE + "/users?sort=name&q=User+00");
        assertThat(page.locator("th[aria-sort=ascending]")).hasText("Name");
        assertThat(names(page).getFirst()).isEqualTo("User 0000");
    }
}
