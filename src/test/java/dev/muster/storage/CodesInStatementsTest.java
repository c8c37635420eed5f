package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Approval;
import dev.muster.model.credential.Rank;
import dev.muster.model.tenant.RealmState;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Statements and partial indexes contain codes as literals, which must match the codes of the enum constants.
final class CodesInStatementsTest {
    private static final Path STORAGE = Path.of("src/main/resources/dev/muster/storage");
    private static final Pattern LITERAL =
            Pattern.compile("\\b(?:status|tag|rank|review|state|held_by|given|environment|\\w+_kind|subject_type) "
                    + "(?:=|<>|<|>|<=|>=|in) \\(?\\d");
    private static final Pattern PARTIAL =
            Pattern.compile("create (?:unique )?index (\\w+) on .* where (\\w+) (=|<>) (\\d+);");

    private static List<Path> statements() throws IOException {
        try (Stream<Path> files = Files.walk(STORAGE.resolve("sql"))) {
            return files.filter(file -> file.toString().endsWith(".sql")).toList();
        }
    }

    @Test
    void statementsNameCodesInsteadOfWritingThem() throws IOException {
        for (Path file : statements()) {
            assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(LITERAL);
        }
    }

    @Test
    void everyNameInAStatementIsKnown() throws IOException {
        for (Path file : statements()) {
            for (DatabaseKind databaseKind : DatabaseKind.values()) {
                String folder = file.getParent().getFileName().toString();
                if (folder.equals("common") || folder.equals(databaseKind.folder())) {
                    String name = file.getFileName().toString().replace(".sql", "");
                    assertThat(new Statements(databaseKind).text(name))
                            .as(name)
                            .doesNotContainPattern("\\{\\w+\\.\\w+}");
                }
            }
        }
    }

    /// Partial indexes contain the codes of enum constants. The indexes are permanent, so the codes must never
    /// change.
    @Test
    void partialIndexesHaveTheCodesOfTheConstants() throws IOException {
        Map<String, String> expected = Map.ofEntries(
                Map.entry("users_status", "status <> " + Status.ACTIVE.code()),
                Map.entry("realm_moving", "state <> " + RealmState.OPEN.code()),
                Map.entry("users_guests", "tag <> " + Tag.USER.code()),
                Map.entry("users_ranks", "rank <> " + Rank.REGULAR.code()),
                Map.entry("job_number", "state <> " + JobRow.RESERVED),
                Map.entry("job_lapsing", "state = " + JobRow.RESERVED),
                Map.entry("job_review", "review <> " + JobRow.NO_REVIEW),
                Map.entry("approval_lapses", "state = " + Approval.State.PENDING.code()),
                Map.entry("approval_user", "state = " + Approval.State.PENDING.code()),
                Map.entry("webhook_active", "state = " + Webhook.State.ACTIVE.code()),
                Map.entry("webhook_open_given_up", "state = " + DeliveryTables.OpenRow.State.GIVEN_UP.code()));
        for (DatabaseKind databaseKind : DatabaseKind.values()) {
            Map<String, String> found = new TreeMap<>();
            try (Stream<Path> files = Files.list(STORAGE.resolve("migrations/" + databaseKind.folder()))) {
                for (Path file : files.toList()) {
                    Matcher index = PARTIAL.matcher(Files.readString(file));
                    while (index.find()) {
                        found.put(index.group(1), index.group(2) + " " + index.group(3) + " " + index.group(4));
                    }
                }
            }
            found.remove("evidence_pending");
            assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    /// Users with a hold are found one status at a time, because each status is a range of the index ordered by
    /// number.
    @Test
    void thereIsABranchForEachKindOfHold() {
        for (DatabaseKind databaseKind : DatabaseKind.values()) {
            for (String name : List.of("users_held", "count_held")) {
                String text = new Statements(databaseKind).text(name);
                for (HoldKind kind : HoldKind.values()) {
                    assertThat(text)
                            .as("%s, %s", name, databaseKind)
                            .containsOnlyOnce("status = " + Status.of(kind).code() + " ");
                }
            }
        }
    }
}
