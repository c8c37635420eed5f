package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// An attacker who can write to the database deletes a row, or restores an earlier version of it, which still matches
/// its MAC. The server that made the change remembers it and does not accept the row.
final class PutBackTest extends OnBothRunning {
    private static final Command ONE = new Command.CreateGroup("One", null);
    private static final Command OTHER = new Command.CreateGroup("Other", null);

    private void waitUntilSignaturesCannotBeShared() throws InterruptedException {
        pass(Duration.ofMillis(2_010));
    }

    private void copy(String table) throws SQLException {
        database.execute("create table kept as select * from " + table + " where realm = " + TEST);
    }

    private void putBack(String table) throws SQLException {
        database.execute("delete from " + table + " where realm = " + TEST);
        database.execute("insert into " + table + " select * from kept");
    }

    private Result<Change> signed(Command command, boolean alone) {
        WriteRequest plain = Running.requestIn(TEST, command, null, null, false);
        WriteRequest.Proof proof = WriteRequest.Proof.of("s1", "test", plain.write(), alone);
        return running.core.directory().execute(Running.requestIn(TEST, command, null, proof, false));
    }

    @Test
    void aSignatureWhoseRowIsDeletedIsStillUsedUp() throws Exception {
        Running.ok(signed(ONE, false));
        waitUntilSignaturesCannotBeShared();
        database.execute("delete from signature where realm = " + TEST);
        assertThat(Running.no(signed(OTHER, true))).isEqualTo(new Refusal.Unauthenticated());
        assertThat(Running.no(signed(OTHER, true))).as("again").isEqualTo(new Refusal.Unauthenticated());
    }

    @Test
    void aSignatureWhoseRowIsMadeNewerIsStillUsedUp() throws Exception {
        Running.ok(signed(ONE, false));
        waitUntilSignaturesCannotBeShared();
        database.execute("update signature set at = at + 3600000 where realm = " + TEST);
        assertThat(Running.no(signed(OTHER, true))).isEqualTo(new Refusal.Unauthenticated());
    }

    @Test
    void aFamilyOfTokensThatIsPutBackGivesNoTokens() throws Exception {
        UUID family = UUID.randomUUID();
        Instant endsAt = Instant.now().plus(Duration.ofDays(30));
        TokenFamilies families = running.core.tokenFamilies();
        families.begin(TEST, family, endsAt);
        copy("token_family");
        assertThat(families.spend(TEST, family, 1, endsAt)).isTrue();
        putBack("token_family");
        assertThat(families.spend(TEST, family, 1, endsAt)).isFalse();
        assertThat(families.hasEnded(TEST, family)).isTrue();
    }

    @Test
    void aFamilyOfTokensThatHadEndedStaysEnded() throws Exception {
        UUID family = UUID.randomUUID();
        Instant endsAt = Instant.now().plus(Duration.ofDays(30));
        TokenFamilies families = running.core.tokenFamilies();
        families.begin(TEST, family, endsAt);
        assertThat(families.spend(TEST, family, 1, endsAt)).isTrue();
        copy("token_family");
        assertThat(families.spend(TEST, family, 1, endsAt)).as("twice").isFalse();
        putBack("token_family");
        assertThat(families.hasEnded(TEST, family)).isTrue();
        assertThat(families.spend(TEST, family, 2, endsAt)).isFalse();
    }

    private static final List<String> ALTERED = List.of(
            "proven_at = proven_at + 900000",
            "proven_by = 1",
            "address = '198.51.100.7'",
            "browser = 'another'",
            "id = operator",
            "address = null");

    /// An attacker who can write to the database must not be able to extend the time for which an operator's
    /// identity is confirmed, or to change the browser that the list of sessions shows.
    @Test
    void anAlteredSessionRowIsNotAccepted() throws Exception {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, "ada");
        Running.ok(running.executeIn(TEST, new OperatorCommand.CreateOperator(username, Role.VIEWER, "hash")));
        Operator ada = running.core.credentials().operator(TEST, username.key());
        Sessions sessions = running.core.sessions();
        for (String altered : ALTERED) {
            byte[] token = Running.ok(sessions.begin(
                    TEST,
                    ada,
                    new Sessions.SignIn(SignInMethod.PASSWORD, "192.0.2.1", "curl", new Origin("test", "r1", null))));
            assertThat(sessions.of(TEST, ada)).hasSize(1);
            database.execute("update session set " + altered);
            assertThat(sessions.find(TEST, token)).as(altered).isNull();
            assertThat(sessions.of(TEST, ada)).as(altered).isEmpty();
            sessions.endAll(TEST, ada.id());
        }
    }

    @Test
    void aRestoredSessionRowIsNotAccepted() throws Exception {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, "ada");
        Running.ok(running.executeIn(TEST, new OperatorCommand.CreateOperator(username, Role.VIEWER, "hash")));
        Sessions sessions = running.core.sessions();
        byte[] token = Running.ok(sessions.begin(
                TEST,
                running.core.credentials().operator(TEST, username.key()),
                new Sessions.SignIn(SignInMethod.PASSWORD, "192.0.2.1", "curl", new Origin("test", "r1", null))));
        copy("session");
        assertThat(sessions.find(TEST, token)).isNotNull();
        sessions.end(TEST, token);
        putBack("session");
        assertThat(sessions.find(TEST, token)).isNull();
    }
}
