package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Command;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Sessions in the console.
final class SessionsTest extends OnBothRunning {
    private Operator operator(String name) {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, name);
        Running.ok(running.executeIn(TEST, new Command.CreateOperator(username, Role.VIEWER, "hash")));
        return running.core.credentials().operator(TEST, username.key());
    }

    private Sessions sessions() {
        return running.core.sessions();
    }

    @Test
    void aSessionIsItsOperatorsInItsRealmAlone() {
        Operator ada = operator("ada");
        byte[] token = sessions().begin(TEST, ada);
        assertThat(token).hasSize(32);
        Sessions.Session session = sessions().find(TEST, token);
        assertThat(session.operator()).isEqualTo(ada.id());
        assertThat(session.generation()).isEqualTo(ada.generation());
        assertThat(sessions().find(PRODUCTION, token)).isNull();
        assertThat(sessions().find(TEST, new byte[32])).isNull();
    }

    @Test
    void itEndsWhenNobodyComesForHalfAnHour() {
        byte[] token = sessions().begin(TEST, operator("ada"));
        for (int i = 0; i < 4; i++) {
            running.advance(Sessions.IDLE.minusSeconds(1));
            assertThat(sessions().find(TEST, token)).as("visit %d", i).isNotNull();
        }
        running.advance(Sessions.IDLE);
        assertThat(sessions().find(TEST, token)).isNull();
    }

    @Test
    void itEndsAfterTwelveHoursWhoeverComes() {
        byte[] token = sessions().begin(TEST, operator("ada"));
        Duration step = Duration.ofMinutes(20);
        for (Duration gone = step; gone.compareTo(Sessions.LONGEST) < 0; gone = gone.plus(step)) {
            running.advance(step);
            assertThat(sessions().find(TEST, token)).as("after %s", gone).isNotNull();
        }
        running.advance(step);
        assertThat(sessions().find(TEST, token)).isNull();
    }

    @Test
    void oneEndsAloneAndAllEndTogether() {
        Operator ada = operator("ada");
        Operator bob = operator("bob");
        byte[] first = sessions().begin(TEST, ada);
        byte[] second = sessions().begin(TEST, ada);
        byte[] third = sessions().begin(TEST, ada);
        byte[] bobs = sessions().begin(TEST, bob);
        sessions().end(TEST, first);
        assertThat(sessions().find(TEST, first)).isNull();
        assertThat(sessions().find(TEST, second)).isNotNull();
        sessions().endAll(TEST, ada.id());
        assertThat(sessions().find(TEST, second)).isNull();
        assertThat(sessions().find(TEST, third)).isNull();
        assertThat(sessions().find(TEST, bobs)).isNotNull();
    }

    @Test
    void whatIsOverIsForgotten() {
        byte[] old = sessions().begin(TEST, operator("ada"));
        running.advance(Sessions.IDLE.plusMinutes(1));
        byte[] fresh = sessions().begin(TEST, operator("bob"));
        running.core.internals().cleanup().everything();
        assertThat(isStored(fresh)).isTrue();
        assertThat(isStored(old)).isFalse();
        assertThat(sessions().find(TEST, fresh)).isNotNull();
        assertThat(sessions().find(TEST, old)).isNull();
    }

    private boolean isStored(byte[] token) {
        return running.database()
                        .read(reads -> reads.credentials()
                                .session(TEST, Digest.sha256(token).bytes()))
                != null;
    }
}
