package dev.muster.model.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Rank;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Identifier;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class UserFieldsTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    /// The fields that never change, and `holds`, whose changes are recorded per hold.
    private static final List<String> OTHERS = List.of("id", "number", "registeredAt", "holds");

    private static User full() {
        User.Draft draft = new User.Draft(new UUID(1, 2), 3, NOW);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            draft.identifier(kind, new Identifier(kind, "a@example.com", "a@example.com"));
        }
        draft.emailConfirmedAt = NOW;
        draft.name = "Ada Lovelace";
        draft.givenName = "Ada";
        draft.familyName = "Lovelace";
        draft.rank = Rank.ADMIN;
        draft.enrolment = new Enrolment.Enrolled("job-1", NOW);
        draft.workstations = List.of("PC-1");
        draft.cards = List.of(new Card("17", null));
        draft.metadata = "{\"a\":1}";
        draft.deviceAddedAt = NOW;
        draft.erasedAt = NOW;
        draft.version = 7;
        return draft.build();
    }

    @Test
    void everyComponentOfAUserIsAField() {
        assertThat(Stream.concat(OTHERS.stream(), UserFields.names().stream()))
                .containsExactlyInAnyOrderElementsOf(Stream.of(User.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    @Test
    void everyFieldIsComparedAndUndone() {
        User.Draft none = new User.Draft(new UUID(1, 2), 3, NOW);
        none.updatedAt = NOW.plusSeconds(1);
        none.activeAt = null;
        none.tag = Tag.GUEST;
        User before = full();
        Changes changes = UserFields.diff(before, none.build());
        assertThat(changes.byField().keySet()).containsExactlyInAnyOrderElementsOf(UserFields.names());
        assertThat(UserFields.undo(none.build(), changes)).isEqualTo(before);
    }

    @Test
    void erasingEmptiesWhatIsPersonalAndKeepsTheRest() {
        assertThat(UserFields.isErased(full())).isFalse();
        User.Draft draft = full().draft();
        UserFields.erase(draft);
        User erased = draft.build();
        assertThat(UserFields.isErased(erased)).isTrue();
        assertThat(UserFields.diff(full(), erased).byField().keySet())
                .containsExactlyInAnyOrder(
                        "externalId",
                        "email",
                        "emailConfirmedAt",
                        "username",
                        "name",
                        "givenName",
                        "familyName",
                        "workstations",
                        "cards",
                        "metadata");
    }
}
