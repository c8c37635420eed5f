package dev.muster.directory.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tests which types a list of patterns matches, and which patterns are valid.
final class EventTypesTest {
    private static EventTypes of(String... patterns) {
        return new EventTypes(List.of(patterns));
    }

    @Test
    void aPatternMatchesATypeOrAllThatBeginSo() {
        EventTypes types = of("user.hold.*", "key.created");
        assertThat(types.matches("user.hold.placed")).isTrue();
        assertThat(types.matches("key.created")).isTrue();
        assertThat(types.matches("key.revoked")).isFalse();
        assertThat(types.matches("user.hold")).isFalse();
        assertThat(types.matches("user.holders.counted")).isFalse();
        assertThat(of("user.*").matches(EventTypes.STANDING_CHANGED)).isTrue();
        assertThat(EventTypes.ALL.areAll()).isTrue();
        assertThat(EventTypes.all()).allMatch(EventTypes.ALL::matches);
    }

    @Test
    void aPatternThatMatchesNoTypeIsUnknown() {
        assertThat(of("*", "user.*", "user.standing.changed").unknown()).isNull();
        for (String unknown : List.of("", "user", "user.", ".*", "user.dance", "user.dance.*", "*.created", "USER.*")) {
            assertThat(of("user.*", unknown).unknown()).as(unknown).isEqualTo(unknown);
        }
    }

    @Test
    void aListIsSeparatedByCommas() {
        assertThat(EventTypes.of(null)).isEqualTo(EventTypes.ALL);
        assertThat(EventTypes.of("user.*,key.created")).isEqualTo(of("user.*", "key.created"));
        assertThat(EventTypes.of("user.*,").unknown()).isEmpty();
    }

    @Test
    void theDocumentListsEveryTypeAndNoOther() throws IOException {
        assertThat(Files.readAllLines(Path.of("docs/events.md")).stream()
                        .filter(line -> line.matches("\\| `[a-z._]+\\.[a-z._]+` \\| [A-Z].*"))
                        .map(line -> line.substring(3, line.indexOf('`', 3))))
                .containsExactlyElementsOf(EventTypes.all());
    }
}
