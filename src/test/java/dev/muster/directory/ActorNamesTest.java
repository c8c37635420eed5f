package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests the names of keys and operators in responses.
final class ActorNamesTest extends OnBothRunning {
    private static final ActorRef ADMIN_KEY = Running.ADMIN.ref();

    private ActorRef operator(String name) {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, name);
        Running.ok(running.executeIn(TEST, new OperatorCommand.CreateOperator(username, Role.VIEWER, "hash")));
        return new ActorRef(
                ActorRef.Kind.OPERATOR,
                running.core.credentials().operator(TEST, username.key()).id());
    }

    private ActorNames.Named names(long realm, ActorRef... actors) {
        return running.core.names().of(Running.ADMIN, realm, List.of(actors));
    }

    @Test
    void keysAndOperatorsAreNamedTogether() {
        ActorRef ada = operator("Ada");
        ActorRef bob = operator("bob");
        ActorRef nobody = new ActorRef(ActorRef.Kind.API_KEY, new UUID(1, 1));
        ActorNames.Named named = names(TEST, ADMIN_KEY, ada, bob, nobody, ActorRef.ROOT, ActorRef.SYSTEM);
        assertThat(named.of(ADMIN_KEY)).isEqualTo("admin");
        assertThat(named.of(ada)).isEqualTo("Ada");
        assertThat(named.of(bob)).isEqualTo("bob");
        assertThat(named.of(nobody)).isNull();
        assertThat(named.of(ActorRef.ROOT)).isEqualTo("root");
        assertThat(named.of(ActorRef.SYSTEM)).isEqualTo("system");
    }

    @Test
    void aDeletedOperatorIsStillNamed() {
        ActorRef ada = operator("ada");
        Identifier.Key key =
                new Validator().identifier(Identifier.Kind.USERNAME, "ada").key();
        Running.ok(running.executeIn(TEST, new OperatorCommand.DeleteOperator(key)));
        assertThat(names(TEST, ada).of(ada)).isEqualTo("ada");
    }

    @Test
    void anotherRealmsOperatorHasNoName() {
        ActorRef ada = operator("ada");
        assertThat(names(TEST, ada).of(ada)).isEqualTo("ada");
        assertThat(names(PRODUCTION, ada).of(ada)).isNull();
    }

    @Test
    void namesNeedTheRightToReadTheJournal() {
        names(TEST, ADMIN_KEY);
        Actor app = new Actor(ADMIN_KEY, "app", Set.of(Scope.USERS_READ), Rank.REGULAR, 0);
        ActorNames.Named named = running.core.names().of(app, TEST, List.of(ADMIN_KEY));
        assertThat(named.of(ADMIN_KEY)).isNull();
        assertThat(named.of(ActorRef.ROOT)).isEqualTo("root");
    }

    /// While the tables are missing, cached names are still found, and an unknown name does not cause an error.
    @Test
    void aNameIsRememberedAndMissingWhereStorageDoesNotAnswer() throws SQLException {
        ActorRef ada = operator("ada");
        ActorRef bob = operator("bob");
        names(TEST, ADMIN_KEY, ada);
        rename("operator", "operator_away");
        rename("api_key", "api_key_away");
        ActorNames.Named named = names(TEST, ADMIN_KEY, ada, bob);
        rename("api_key_away", "api_key");
        rename("operator_away", "operator");
        assertThat(named.of(ADMIN_KEY)).isEqualTo("admin");
        assertThat(named.of(ada)).isEqualTo("ada");
        assertThat(named.of(bob)).isNull();
        assertThat(names(TEST, bob).of(bob)).isEqualTo("bob");
    }

    /// Root and the system are named correctly in one page of the journal, although both have the same id.
    @Test
    void rootAndTheSystemAreToldApartInOnePageOfTheJournal() throws InterruptedException {
        UUID ada = running.register("ada@example.com");
        Instant end = Instant.now().plusMillis(200);
        Running.ok(running.execute(ada, new Command.PlaceHold(HoldKind.BLOCKED, Hold.MAIN, null, null, end)));
        Thread.sleep(400);
        Running.ok(running.execute(ada, new Command.PlaceHold(HoldKind.FRAUD, Hold.MAIN, null, null, null)));
        JournalQuery all = new JournalQuery(null, null, null, null, null, JournalQuery.Order.OLDEST_FIRST, 100, null);
        assertThat(Running.ok(running.core.journal().page(Running.ADMIN, TEST, all))
                        .items())
                .extracting(JournalEntry::action, JournalEntry::actorName)
                .contains(
                        tuple("key.created", "root"),
                        tuple("user.hold.ended", "system"),
                        tuple("user.hold.placed", "admin"));
    }

    private void rename(String table, String name) throws SQLException {
        database.execute("alter table " + table + " rename to " + name);
    }
}
