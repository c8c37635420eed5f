package dev.muster.directory.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class EntryFormatTest {
    private static final String SEALED_PART_AND_MAC = "00000000" + "00".repeat(16);

    private final EntryFormat format = new EntryFormat();

    /// Returns the plain part of an entry as it was written by the version that stored the ordinals of enum
    /// constants.
    private static String recorded(int actor, int subject) {
        return "0200000000000000010000000000000002000000000000000" + "3%02x".formatted(actor)
                + "00000000000000040000000000000005" + "%02x".formatted(subject)
                + "00000000000000060000000000000007" + "047265737403722d310c757365722e75706461746564";
    }

    @Test
    void entriesAreReadAndWrittenWithTheCodesThatTheyAlwaysHad() {
        List<ActorRef.Kind> actors =
                List.of(ActorRef.Kind.SYSTEM, ActorRef.Kind.ROOT, ActorRef.Kind.API_KEY, ActorRef.Kind.OPERATOR);
        List<Event.Subject.Type> subjects = List.of(
                Event.Subject.Type.USER,
                Event.Subject.Type.KEY,
                Event.Subject.Type.OPERATOR,
                Event.Subject.Type.TENANT,
                Event.Subject.Type.REALM,
                Event.Subject.Type.JOB,
                Event.Subject.Type.GROUP,
                Event.Subject.Type.POLICY);
        for (int n = 0; n < subjects.size(); n++) {
            String plainPart = recorded(n % 4, n);
            EntryFormat.Plain entry = format.read(HexFormat.of().parseHex(plainPart + SEALED_PART_AND_MAC));
            assertThat(entry.actor()).isEqualTo(new ActorRef(actors.get(n % 4), new UUID(4, 5)));
            assertThat(entry.subject()).isEqualTo(new Event.Subject(subjects.get(n), new UUID(6, 7)));
            assertThat(entry.at()).isEqualTo(Instant.ofEpochMilli(3));
            assertThat(HexFormat.of().formatHex(format.plainPart(entry))).isEqualTo(plainPart);
        }
    }

    @Test
    void anUnknownCodeIsNoEntry() {
        for (String plainPart : List.of(recorded(100, 0), recorded(0, 100), recorded(255, 0))) {
            assertThatThrownBy(() -> format.read(HexFormat.of().parseHex(plainPart + SEALED_PART_AND_MAC)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("unknown code");
        }
    }
}
