package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.directory.chores.Difference;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.model.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests passkeys and the policy that says who must use one: who may change them, the stored rows, and which rows are
/// trusted.
final class StoredPasskeysTest extends OnBothRunning {
    private Operator ada;

    @BeforeEach
    void createAda() {
        ada = operator("ada", Role.ADMIN);
    }

    private Operator operator(String name, Role role) {
        return Running.ok(running.executeIn(
                        Running.REALM,
                        new OperatorCommand.CreateOperator(new Validator().operatorName(name), role, "hash")))
                .operator();
    }

    private static OperatorCommand.AddPasskey passkey(String name) {
        return new OperatorCommand.AddPasskey(
                name, "id-of-" + name.replace(' ', '-'), "pubkey_" + name.replace(' ', '-'), 0);
    }

    private Result<Change> as(Actor actor, Command command) {
        Write write = new Write(actor, null, List.of(command), null);
        return running.core
                .directory()
                .execute(new WriteRequest(Running.REALM, write, Running.origin(), null, false, 0));
    }

    private static Actor proven(Operator operator) {
        return operator.actor().withProofAt(Instant.now());
    }

    private Passkey add(Operator operator, String name) {
        Running.ok(as(proven(operator), passkey(name)));
        return passkeys(operator).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Passkey> passkeys(Operator operator) {
        return running.core.passkeys().of(Running.REALM, operator.id());
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            assertThat(prepared.executeUpdate()).as(statement).isPositive();
        }
    }

    private List<Difference> differences() {
        return Running.ok(running.core.reconciliation().reconcile(Running.ADMIN, Running.REALM))
                .differences();
    }

    @Test
    void operatorsAddAndRemoveTheirOwnWithARecentProof() {
        Passkey laptop = add(ada, "Laptop");
        Passkey phone = add(ada, "Phone");
        assertThat(passkeys(ada)).containsExactly(laptop, phone);
        assertThat(running.core.passkeys().find(Running.REALM, phone.credentialId()))
                .isEqualTo(phone);

        Actor earlier = ada.actor().withProofAt(Instant.now().minus(Duration.ofMinutes(16)));
        assertThat(Running.no(as(earlier, passkey("Third")))).isInstanceOf(Refusal.StepUpRequired.class);
        Command remove = new OperatorCommand.RemovePasskeys(ada.username().key(), laptop.id());
        assertThat(Running.no(as(earlier, remove))).isInstanceOf(Refusal.StepUpRequired.class);
        assertThat(Running.no(as(Running.ADMIN, passkey("Third")))).isInstanceOf(Refusal.Forbidden.class);

        Running.ok(as(proven(ada), remove));
        assertThat(passkeys(ada)).containsExactly(phone);
        assertThat(Running.no(as(proven(ada), remove))).isInstanceOf(Refusal.NotFound.class);
        assertThat(differences()).isEmpty();
    }

    @Test
    void theyAreLimitedAndTwoOperatorsCannotHaveTheSame() {
        Operator bob = operator("bob", Role.VIEWER);
        add(bob, "Key 0");
        assertThat(Running.no(as(proven(ada), passkey("Key 0")))).isInstanceOf(Refusal.Taken.class);
        for (int i = 1; i <= Passkey.MAX_PER_OPERATOR; i++) {
            add(ada, "Key " + i);
        }
        assertThat(Running.no(as(proven(ada), passkey("One more"))))
                .isEqualTo(new Refusal.OverQuota("passkeys", Passkey.MAX_PER_OPERATOR));
    }

    @Test
    void whoMaySetAPasswordMayRemovePasskeys() {
        Operator bob = operator("bob", Role.VIEWER);
        add(ada, "Laptop");
        Command remove = new OperatorCommand.RemovePasskeys(ada.username().key(), null);
        assertThat(Running.no(as(proven(bob), remove))).isInstanceOf(Refusal.Forbidden.class);
        Change removed = Running.ok(running.executeIn(Running.REALM, remove));
        assertThat(removed.events())
                .extracting(event -> event.action().wireName())
                .containsExactly("operator.passkey.removed");
        assertThat(passkeys(ada)).isEmpty();
        assertThat(Running.ok(running.executeIn(Running.REALM, remove)).events())
                .isEmpty();
    }

    @Test
    void deletingAnOperatorDeletesTheirs() {
        add(ada, "Laptop");
        operator("bob", Role.ADMIN);
        Change deleted = Running.ok(running.executeIn(
                Running.REALM, new OperatorCommand.DeleteOperator(ada.username().key())));
        assertThat(deleted.events())
                .extracting(event -> event.action().wireName())
                .containsExactly("operator.passkey.removed", "operator.deleted");
        assertThat(passkeys(ada)).isEmpty();
        assertThat(differences()).isEmpty();
    }

    @Test
    void anOperatorOfAProviderGetsNoPasskey() {
        Command signIn = new OperatorCommand.SignInOperator(
                new FederatedIdentity("https://login.acme.com", "maria"),
                new Validator().operatorName("maria"),
                Role.ADMIN);
        Operator maria = Running.ok(as(Actor.SYSTEM, signIn)).operator();
        assertThat(Running.no(as(proven(maria), passkey("Laptop")))).isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void aUseIsRecordedOnceForEachCounter() {
        Passkey before = add(ada, "Laptop");
        assertThat(running.core.passkeys().use(Running.REALM, before, 7)).isTrue();
        assertThat(passkeys(ada)).singleElement().satisfies(after -> {
            assertThat(after.signatureCount()).isEqualTo(7);
            assertThat(after.lastUsedAt()).isNotNull();
        });
        assertThat(running.core.passkeys().use(Running.REALM, before, 8))
                .as("somebody else used it meanwhile")
                .isFalse();
        assertThat(differences()).isEmpty();
    }

    @Test
    void aChallengeIsUsedOnce() {
        byte[] challenge = "a challenge".getBytes(StandardCharsets.UTF_8);
        assertThat(running.core.passkeys().useChallenge(Running.REALM, challenge))
                .isTrue();
        assertThat(running.core.passkeys().useChallenge(Running.REALM, challenge))
                .isFalse();
    }

    @Test
    void aRowThatWasAlteredIsNotObeyedAndIsFound() throws Exception {
        for (String column :
                List.of("public_key = 'evil'", "name = 'evil'", "signature_count = 9", "last_used_at = 9")) {
            Passkey passkey = add(ada, "Passkey with another " + column);
            sql("update passkey set " + column + " where name = '"
                    + passkey.name().replace("'", "''") + "'");
            assertThat(running.core.passkeys().find(Running.REALM, passkey.credentialId()))
                    .as(column)
                    .isNull();
            assertThat(differences())
                    .extracting(Difference::subject, Difference::field)
                    .as(column)
                    .contains(tuple("passkey:" + passkey.id(), "mac"));
        }
        assertThat(differences()).extracting(Difference::field).contains("publicKeyHash", "passkeyName");
    }

    @Test
    void aPasskeyGivenToAnotherOperatorIsNotObeyedAndIsFound() throws Exception {
        Operator bob = operator("bob", Role.VIEWER);
        Passkey passkey = add(bob, "Laptop");
        Passkey target = add(ada, "Phone");
        sql("update passkey set operator = (select operator from passkey where name = 'Phone') where name = 'Laptop'");
        assertThat(passkeys(ada)).containsExactly(target);
        assertThat(differences())
                .extracting(Difference::subject, Difference::field)
                .contains(tuple("passkey:" + passkey.id(), "row"), tuple("passkey:" + passkey.id(), "mac"));
    }

    @Test
    void aRowThatWasDeletedIsFound() throws Exception {
        Passkey passkey = add(ada, "Laptop");
        sql("delete from passkey");
        assertThat(differences()).extracting(Difference::subject).containsExactly("passkey:" + passkey.id());
    }

    @Test
    void anAlteredEntryIsFoundAndTheRowsAreStillCompared() throws Exception {
        add(ada, "Laptop");
        Passkey phone = add(ada, "Phone");
        sql("update passkey set name = 'evil' where name = 'Phone'");
        sql("update journal set entry = substr(entry, 1, length(entry) - 1)"
                + " where seq = (select min(seq) from journal where action = 'operator.passkey.added')");
        assertThat(differences())
                .extracting(Difference::subject, Difference::field)
                .contains(tuple("operator:" + ada.id(), "passkeys"), tuple("passkey:" + phone.id(), "mac"));
    }

    @Test
    void operatorsRequireThemOfTheirOwnRoleOnlyIfTheyHaveOne() {
        Command admins = new OperatorCommand.SetPasskeyPolicy(new PasskeyPolicy(Set.of(Role.ADMIN)));
        Running.ok(as(proven(ada), new OperatorCommand.SetPasskeyPolicy(new PasskeyPolicy(Set.of(Role.VIEWER)))));
        assertThat(Running.no(as(proven(ada), admins)))
                .isInstanceOfSatisfying(
                        Refusal.Invalid.class,
                        refusal -> assertThat(refusal.toString()).contains("requiredFor", "no_passkey"));
        add(ada, "Laptop");
        Running.ok(as(proven(ada), admins));
        assertThat(running.core.credentials().passkeyPolicy(Running.REALM).requiredFor())
                .containsExactly(Role.ADMIN);
    }

    @Test
    void thePolicyIsReadBackAndAnAlteredOneConcernsEverybody() throws Exception {
        Credentials credentials = running.core.credentials();
        assertThat(credentials.passkeyPolicy(Running.REALM)).isEqualTo(PasskeyPolicy.NONE);
        PasskeyPolicy policy = new PasskeyPolicy(Set.of(Role.ADMIN));
        Change changed = Running.ok(running.executeIn(Running.REALM, new OperatorCommand.SetPasskeyPolicy(policy)));
        assertThat(changed.events())
                .extracting(event -> event.action().wireName())
                .containsExactly("realm.passkey_policy.changed");
        assertThat(credentials.passkeyPolicy(Running.REALM)).isEqualTo(policy);
        assertThat(Running.ok(running.executeIn(Running.REALM, new OperatorCommand.SetPasskeyPolicy(policy)))
                        .events())
                .isEmpty();
        assertThat(differences()).isEmpty();

        sql("update passkey_policy set required_for = ''");
        assertThat(Running.ok(credentials.passkeyPolicy(Running.ADMIN, Running.REALM)))
                .isEqualTo(PasskeyPolicy.ALL);
        assertThat(differences())
                .extracting(Difference::field)
                .containsExactly("passkeyPolicy.requiredFor", "passkeyPolicy.mac");
    }
}
