package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.model.Event.Action;
import dev.muster.model.Event.Subject;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Changes;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests the sentences that describe journal entries, for every action and every kind of hold.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SentenceTest {
    private static final Instant AT = Instant.parse("2026-11-29T10:00:00Z");
    private static final String FIRST = "2026-12-03T14:00:00.000Z";
    private static final String SECOND = "2026-12-10T14:00:00.000Z";

    private TestServer server;
    private Labels labels;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new TestServer(folder, InstantSource.system(), 1_000, (core, gate, keyGenerator) -> {
            labels = new Labels(core.credentials());
            return new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis();
        });
    }

    @AfterAll
    void close() {
        server.close();
    }

    private static JournalEntry entry(String action, @Nullable String reason, Changes changes, boolean readable) {
        return new JournalEntry(
                1,
                AT,
                ActorRef.SYSTEM,
                null,
                "console",
                "r",
                null,
                action,
                new Subject(Event.Subject.Type.USER, new UUID(1, 2)),
                null,
                reason,
                null,
                changes,
                null,
                readable,
                "");
    }

    private String said(String action, @Nullable String reason, Changes changes) {
        Sentence sentence = Sentence.of(entry(action, reason, changes, true), labels, 0);
        return sentence.lead() + (sentence.namesSubject() ? " Anna" : "") + sentence.tail();
    }

    private String said(Action action, Changes changes) {
        return said(action.wireName(), null, changes);
    }

    private static Changes change(String field, @Nullable Object before, @Nullable Object after) {
        return new Changes.Draft().put(field, before, after).build();
    }

    private static Map<String, Object> hold(@Nullable String until, @Nullable String reason, String note) {
        Map<String, Object> hold = new HashMap<>();
        hold.put("reason", reason);
        hold.put("note", note);
        hold.put("placedBy", ActorRef.SYSTEM.text());
        hold.put("placedAt", "2026-11-29T09:00:00.000Z");
        if (until != null) {
            hold.put("until", until);
        }
        return hold;
    }

    /// An operator who changes only the end of a hold did not write the reason that its entry repeats.
    @Test
    void aKeptReasonIsNotSaidAgain() {
        String field = "holds.suspended.main";
        Map<String, Object> before = hold(FIRST, "unpaid", "n");
        String changed = Action.USER_HOLD_CHANGED.wireName();
        assertThat(said(changed, "unpaid", change(field, before, hold(SECOND, "unpaid", "n"))))
                .startsWith("extended the suspension of Anna")
                .doesNotContain("unpaid");
        assertThat(said(changed, "fraud", change(field, before, hold(SECOND, "fraud", "n"))))
                .endsWith(": fraud.");
        assertThat(said(Action.USER_HOLD_PLACED, change(field, null, hold(FIRST, null, "n"))))
                .endsWith(", without a reason.");
        assertThat(said(Action.USER_HOLD_PLACED.wireName(), "unpaid", change(field, null, before)))
                .endsWith(": unpaid.");
    }

    /// Every action is described by a sentence even if the details of its entry were erased, which leaves only the
    /// action.
    @Test
    void everyActionIsASentenceAlsoWhenItsDetailsWereErased() {
        List<String> all = new ArrayList<>();
        for (Action action : Action.values()) {
            String said = said(action, Changes.NONE);
            assertThat(said)
                    .as(action.wireName())
                    .matches("[a-z].* .*\\.")
                    .doesNotContain(action.wireName(), "_", "%", " null", "..", "  ");
            assertThat(said(action.wireName(), "chargeback", Changes.NONE))
                    .as(action.wireName())
                    .endsWith(": chargeback.");
            all.add(said);
        }
        assertThat(all).contains("placed a hold on Anna.", "added Anna to a group.", "signed out Anna everywhere.");
    }

    @Test
    void everyKindOfHoldHasWordsOfItsOwn() {
        List<String> all = new ArrayList<>();
        for (HoldKind kind : HoldKind.values()) {
            for (String label : List.of("main", "billing")) {
                String field = "holds." + kind.wireName() + "." + label;
                Map<String, Object> first = hold(FIRST, "r", "n");
                Map<String, Object> second = hold(SECOND, "r", "n");
                Map<String, Object> endless = hold(null, "r", "n");
                List<String> said = Stream.of(
                                said(Action.USER_HOLD_PLACED, change(field, null, first)),
                                said(Action.USER_HOLD_PLACED, change(field, null, endless)),
                                said(Action.USER_HOLD_CHANGED, change(field, first, second)),
                                said(Action.USER_HOLD_CHANGED, change(field, second, first)),
                                said(Action.USER_HOLD_CHANGED, change(field, first, endless)),
                                said(Action.USER_HOLD_CHANGED, change(field, endless, first)),
                                said(Action.USER_HOLD_CHANGED, change(field, first, hold(FIRST, "other", "n"))),
                                said(Action.USER_HOLD_CHANGED, change(field, first, hold(FIRST, "r", "other"))),
                                said(Action.USER_HOLD_CHANGED, change(field, first, hold(FIRST, "other", "other"))),
                                said(Action.USER_HOLD_RELEASED, change(field, first, null)),
                                said(Action.USER_HOLD_ENDED, change(field, first, null)))
                        .toList();
                assertThat(said)
                        .as(field)
                        .doesNotHaveDuplicates()
                        .allSatisfy(each -> assertThat(each)
                                .matches("[a-z].*Anna.*\\.")
                                .doesNotContain("holds.", field, " null", "%", "Z.", "T14:"))
                        .allSatisfy(
                                each -> assertThat(each.contains("(billing)")).isEqualTo(label.equals("billing")));
                all.addAll(said);
            }
        }
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void saysWhichWayAnEndWasMoved() {
        String field = "holds.suspended.main";
        Map<String, Object> first = hold(FIRST, "r", "n");
        Map<String, Object> second = hold(SECOND, "r", "n");
        Map<String, Object> endless = hold(null, "r", "n");
        assertThat(said(Action.USER_HOLD_CHANGED, change(field, first, second)))
                .isEqualTo("extended the suspension of Anna to 10 Dec 2026 14:00 UTC (was 3 Dec 2026 14:00 UTC).");
        assertThat(said(Action.USER_HOLD_CHANGED, change(field, second, first)))
                .isEqualTo("shortened the suspension of Anna to 3 Dec 2026 14:00 UTC (was 10 Dec 2026 14:00 UTC).");
        assertThat(said(Action.USER_HOLD_CHANGED, change(field, first, endless)))
                .isEqualTo("extended the suspension of Anna to have no end (was 3 Dec 2026 14:00 UTC).");
        assertThat(said(Action.USER_HOLD_CHANGED, change(field, endless, first)))
                .isEqualTo("shortened the suspension of Anna to 3 Dec 2026 14:00 UTC (had no end).");
        assertThat(said(Action.USER_HOLD_CHANGED, change(field, first, hold(FIRST, "other", "n"))))
                .isEqualTo("changed the reason of the suspension of Anna.");
    }

    /// Fields have names that operators understand. Values are shown unchanged, even if they look like
    /// placeholders.
    @Test
    void fieldsAreCalledByTheirNamesInWords() {
        assertThat(said(Action.USER_UPDATED, change("email", "a@example.org", "b@example.org")))
                .isEqualTo("changed the e-mail address of Anna from a@example.org to b@example.org.");
        assertThat(said(Action.USER_UPDATED, change("name", "%s %d", "%s")))
                .isEqualTo("changed the name of Anna from %s %d to %s.");
        Changes several = new Changes.Draft()
                .put("givenName", "A", "B")
                .put("familyName", "A", "B")
                .put("emailConfirmedAt", FIRST, null)
                .put("version", 1L, 2L)
                .build();
        assertThat(said(Action.USER_UPDATED, several))
                .isEqualTo("changed the confirmation of the e-mail address, family name and given name of Anna.");
        assertThat(said(Action.USER_RANK_CHANGED, change("rank", "REGULAR", "SUPER")))
                .isEqualTo("changed the rank of Anna from REGULAR to SUPER.");
        assertThat(said(Action.KEY_EXPIRY_CHANGED, change("expiresAt", null, FIRST)))
                .isEqualTo("changed the expiry of Anna to 3 Dec 2026 14:00 UTC.");
    }

    /// An unknown action, for example one from a later release, is shown by its name.
    @Test
    void anActionThatIsNotKnownIsNamed() {
        assertThat(said("user.teleported", null, Changes.NONE)).isEqualTo("user.teleported: Anna.");
    }

    @Test
    void everythingErasedIsStillAnEntry() {
        for (Action action : Action.values()) {
            TimelineEntry shown = TimelineEntry.of(entry(action.wireName(), null, Changes.NONE, false), labels, 0);
            assertThat(shown.differences()).isEmpty();
            assertThat(shown.sentence().lead()).isNotBlank();
        }
    }
}
