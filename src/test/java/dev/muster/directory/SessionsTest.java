package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.journal.Origin;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests console sessions: when they end, and what the database and the journal contain about them.
final class SessionsTest extends OnBothRunning {
    private Operator operator(String name) {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, name);
        Running.ok(running.executeIn(TEST, new OperatorCommand.CreateOperator(username, Role.VIEWER, "hash")));
        return running.core.credentials().operator(TEST, username.key());
    }

    private byte[] begin(Operator operator) {
        return begin(operator, SignInMethod.PASSWORD);
    }

    private byte[] begin(Operator operator, SignInMethod method) {
        return Running.ok(sessions()
                .begin(
                        TEST,
                        operator,
                        new Sessions.SignIn(
                                method, "192.0.2.1", "Firefox on Linux", new Origin("console", "r1", null))));
    }

    private Sessions sessions() {
        return running.core.sessions();
    }

    @Test
    void aSessionIsItsOperatorsInItsRealmAlone() {
        Operator ada = operator("ada");
        byte[] token = begin(ada);
        assertThat(token).hasSize(32);
        Sessions.Session session = sessions().find(TEST, token);
        assertThat(session.operator()).isEqualTo(ada.id());
        assertThat(session.generation()).isEqualTo(ada.generation());
        assertThat(sessions().find(PRODUCTION, token)).isNull();
        assertThat(sessions().find(TEST, new byte[32])).isNull();
    }

    @Test
    void aSessionEndsAfterHalfAnHourWithoutUse() {
        byte[] token = begin(operator("ada"));
        for (int i = 0; i < 4; i++) {
            running.advance(Sessions.IDLE_TIMEOUT.minusSeconds(1));
            assertThat(sessions().find(TEST, token)).as("visit %d", i).isNotNull();
        }
        running.advance(Sessions.IDLE_TIMEOUT);
        assertThat(sessions().find(TEST, token)).isNull();
    }

    @Test
    void aSessionEndsAfterTwelveHoursEvenIfUsed() {
        byte[] token = begin(operator("ada"));
        Duration step = Duration.ofMinutes(20);
        for (Duration gone = step; gone.compareTo(Sessions.MAX_LIFETIME) < 0; gone = gone.plus(step)) {
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
        byte[] first = begin(ada);
        byte[] second = begin(ada);
        byte[] third = begin(ada);
        byte[] bobs = begin(bob);
        sessions().end(TEST, first);
        assertThat(sessions().find(TEST, first)).isNull();
        assertThat(sessions().find(TEST, second)).isNotNull();
        sessions().endAll(TEST, ada.id());
        assertThat(sessions().find(TEST, second)).isNull();
        assertThat(sessions().find(TEST, third)).isNull();
        assertThat(sessions().find(TEST, bobs)).isNotNull();
    }

    @Test
    void aSessionShowsWhereItBeganAndHowItsOperatorWasProven() {
        Operator ada = operator("ada");
        byte[] token = begin(ada, SignInMethod.PASSKEY);
        running.advance(Duration.ofMinutes(10));
        Sessions.Session session = sessions().find(TEST, token);
        assertThat(session.address()).isEqualTo("192.0.2.1");
        assertThat(session.browser()).isEqualTo("Firefox on Linux");
        assertThat(session.provenBy()).isEqualTo(SignInMethod.PASSKEY);
        assertThat(List.of(session.seenAt(), session.provenAt())).containsOnly(session.begunAt());
        sessions().recordProof(TEST, token, SignInMethod.PASSWORD);
        Sessions.Session proven = sessions().find(TEST, token);
        assertThat(proven.provenBy()).isEqualTo(SignInMethod.PASSWORD);
        Instant later = session.begunAt().plus(Duration.ofMinutes(10));
        assertThat(proven.provenAt()).isAfterOrEqualTo(later);
        assertThat(proven.seenAt()).as("seen ten minutes later").isAfterOrEqualTo(later);
        assertThat(proven.begunAt()).isEqualTo(session.begunAt());
        assertThat(proven.id()).isEqualTo(session.id());
    }

    /// The time of the last request is written at most once a minute, so that most requests only read.
    @Test
    void lastSeenIsWrittenOnceAMinute() {
        byte[] token = begin(operator("ada"));
        Instant begun = sessions().find(TEST, token).begunAt();
        for (int i = 0; i < 5; i++) {
            running.advance(Duration.ofSeconds(8));
            sessions().find(TEST, token);
        }
        assertThat(sessions().findOver(TEST, token).seenAt()).isEqualTo(begun);
        running.advance(Duration.ofSeconds(20));
        sessions().find(TEST, token);
        assertThat(sessions().findOver(TEST, token).seenAt()).isAfterOrEqualTo(begun.plusSeconds(60));
    }

    @Test
    void thoseOfAnOperatorAreListedAndEndedById() {
        Operator ada = operator("ada");
        byte[] first = begin(ada);
        running.advance(Duration.ofMinutes(1));
        byte[] second = begin(ada);
        byte[] bobs = begin(operator("bob"));
        List<Sessions.Session> listed = sessions().of(TEST, ada);
        assertThat(listed)
                .extracting(Sessions.Session::id)
                .containsExactly(
                        sessions().find(TEST, second).id(),
                        sessions().find(TEST, first).id());
        UUID bobsId = sessions().find(TEST, bobs).id();
        assertThat(sessions().end(TEST, ada.id(), bobsId))
                .as("of another operator")
                .isFalse();
        assertThat(sessions().end(PRODUCTION, ada.id(), listed.getLast().id())).isFalse();
        assertThat(sessions().end(TEST, ada.id(), listed.getLast().id())).isTrue();
        assertThat(sessions().end(TEST, ada.id(), listed.getLast().id()))
                .as("again")
                .isFalse();
        assertThat(sessions().find(TEST, first)).isNull();
        assertThat(sessions().find(TEST, second)).isNotNull();
        assertThat(sessions().find(TEST, bobs)).isNotNull();
        running.advance(Sessions.IDLE_TIMEOUT);
        assertThat(sessions().of(TEST, ada)).isEmpty();
        assertThat(sessions().find(TEST, second)).isNull();
        assertThat(sessions().findOver(TEST, second).operator())
                .as("whose it was")
                .isEqualTo(ada.id());
        assertThat(sessions().findOver(TEST, first)).as("one that was ended").isNull();
    }

    /// The journal entry contains the method and the address, sealed with the operator's key.
    @Test
    void aSignInIsJournalled() {
        Operator ada = operator("ada");
        begin(ada, SignInMethod.PASSKEY);
        JournalQuery newest = new JournalQuery(null, null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 1, null);
        JournalEntry entry = Running.ok(running.core.journal().page(Running.ADMIN, TEST, newest))
                .items()
                .getFirst();
        assertThat(entry.action()).isEqualTo("operator.signed_in");
        assertThat(entry.actor().id()).isEqualTo(ada.id());
        assertThat(entry.subject().id()).isEqualTo(ada.id());
        assertThat(entry.changes().byField().keySet()).containsExactlyInAnyOrder("method", "address");
        assertThat(entry.changes().toString()).contains("passkey", "192.0.2.1");
    }

    @Test
    void anOperatorDisabledDuringTheSignInIsNotSignedIn() {
        Operator ada = operator("ada");
        Running.ok(running.executeIn(
                TEST, new OperatorCommand.DisableOperator(ada.username().key())));
        assertThat(sessions()
                        .begin(
                                TEST,
                                ada,
                                new Sessions.SignIn(
                                        SignInMethod.PASSWORD, "192.0.2.1", "curl", new Origin("test", "r1", null))))
                .isEqualTo(Result.refused(new Refusal.Unauthenticated()));
    }

    @Test
    void expiredOnesAreDeleted() {
        byte[] old = begin(operator("ada"));
        running.advance(Sessions.RETENTION.plusMinutes(1));
        byte[] fresh = begin(operator("bob"));
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
