package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// When operators must prove their identity again, and how they get a password.
class OperatorAccessTest {
    private static final Digest TOKEN = Digest.sha256("the token of a link");
    private static final Digest OTHER_TOKEN = Digest.sha256("the token of another link");

    private final TestRealm realm = new TestRealm();

    private static Identifier.Key named(String username) {
        return TestRealm.username(username).key();
    }

    private Operator operator(String username) {
        return realm.operators.values().stream()
                .filter(each -> each.username().key().equals(named(username)))
                .findFirst()
                .orElseThrow();
    }

    private Result<Change> ask(Actor actor, Command command) {
        return realm.ask(lately(actor), null, command);
    }

    /// Returns an operator as if they had just signed in, and any other actor unchanged.
    private Actor lately(Actor actor) {
        return actor.ref().kind() == ActorRef.Kind.OPERATOR ? actor.withProofAt(realm.now) : actor;
    }

    /// Irreversible commands, and commands that decide who has access, require a proof of identity less than 15
    /// minutes old.
    @Test
    void sensitiveCommandsNeedARecentProof() {
        Operator ada = realm.operator("ada", Role.ADMIN);
        realm.operator("bob", Role.ADMIN);
        User user = TestRealm.ok(realm.ask(realm.admin, null, TestRealm.registration("a@x.org")))
                .user();
        UserRef ref = UserRef.id(user.id());
        List<Command> grave = List.of(
                new OperatorCommand.CreateOperator(TestRealm.username("cleo"), Role.VIEWER, "hash"),
                new OperatorCommand.InviteOperator(TestRealm.username("dora"), Role.VIEWER, TOKEN),
                new OperatorCommand.RenewInvitation(named("bob"), TOKEN),
                new OperatorCommand.DisableOperator(named("bob")),
                new OperatorCommand.ChangePassword(named("bob"), "hash"),
                new OperatorCommand.ChangeOperatorRole(named("bob"), Role.VIEWER),
                new OperatorCommand.SignOutOperator(named("bob")),
                new OperatorCommand.DeleteOperator(named("bob")),
                new OperatorCommand.AddPasskey("Laptop", "id", "key", 0),
                new OperatorCommand.RemovePasskeys(named("ada"), null),
                new OperatorCommand.RemovePasskeys(named("bob"), null),
                new OperatorCommand.SetPasskeyPolicy(PasskeyPolicy.ALL),
                new Command.RevokeKey(UUID.randomUUID(), false));
        Refusal stepUp = new Refusal.StepUpRequired(Duration.ofMinutes(15));
        Actor stale = ada.actor().withProofAt(realm.now.minus(Duration.ofMinutes(15)));
        for (Command command : grave) {
            assertThat(TestRealm.no(realm.ask(stale, null, command))).isEqualTo(stepUp);
            assertThat(TestRealm.no(realm.ask(ada.actor(), null, command)))
                    .as("never proven")
                    .isEqualTo(stepUp);
        }
        assertThat(TestRealm.no(realm.ask(stale, ref, new Command.Bar(null, null))))
                .isEqualTo(stepUp);
        assertThat(TestRealm.no(realm.ask(stale, ref, new Command.Erase(null, null))))
                .isEqualTo(stepUp);
        assertThat(TestRealm.no(realm.ask(stale, null, new JobCommand.EraseJob("job-1"))))
                .isEqualTo(stepUp);
        TestRealm.ok(realm.ask(stale, ref, new Command.PlaceHold(HoldKind.BLOCKED, "main", null, null, null)));
        TestRealm.ok(realm.ask(stale, null, new OperatorCommand.NoteSignIn(SignInMethod.PASSWORD, "192.0.2.1")));
        Actor fresh =
                ada.actor().withProofAt(realm.now.minus(Duration.ofMinutes(15)).plusMillis(1));
        TestRealm.ok(realm.ask(fresh, ref, new Command.Bar(null, null)));
        TestRealm.ok(realm.ask(realm.admin, null, new OperatorCommand.DisableOperator(named("bob"))));
        assertThat(TestRealm.no(realm.ask(
                        realm.operator("vera", Role.VIEWER).actor(),
                        null,
                        new OperatorCommand.DisableOperator(named("bob")))))
                .as("what no proof would allow")
                .isInstanceOf(Refusal.Forbidden.class);
        TestRealm.ok(realm.ask(stale, null, new OperatorCommand.SignOutOperator(named("ada"))));
    }

    /// The time of an operator's last proof is kept when they act through a key or with fewer rights.
    @Test
    void anOperatorKeepsTheirProofWhenActingThroughAKey() {
        Actor ada = realm.operator("ada", Role.ADMIN).actor().withProofAt(realm.now);
        Actor through = ada.through(realm.admin);
        assertThat(through.provenAt()).isEqualTo(realm.now);
        assertThat(ada.within(realm.viewer).provenAt()).isEqualTo(realm.now);
        TestRealm.ok(realm.ask(
                through, null, new OperatorCommand.CreateOperator(TestRealm.username("bob"), Role.VIEWER, "h")));
        assertThat(TestRealm.no(realm.ask(
                        ada.withProofAt(null).through(realm.admin),
                        null,
                        new OperatorCommand.CreateOperator(TestRealm.username("cleo"), Role.VIEWER, "h"))))
                .isInstanceOf(Refusal.StepUpRequired.class);
    }

    @Test
    void anInvitationIsGoodOnceForThreeDays() {
        Operator ada = invited("ada", TOKEN);
        assertThat(ada.hasPassword()).isFalse();
        assertThat(ada.invitation().until()).isEqualTo(realm.now.plus(Duration.ofDays(3)));
        assertThat(TestRealm.no(ask(ada.actor(), new OperatorCommand.AcceptInvitation(OTHER_TOKEN, "hash"))))
                .isEqualTo(new Refusal.NotFound("invitation", ""));
        realm.now = realm.now.plus(Duration.ofDays(3)).minusMillis(1);
        Operator there = TestRealm.ok(ask(ada.actor(), new OperatorCommand.AcceptInvitation(TOKEN, "hash")))
                .operator();
        assertThat(there.passwordHash()).isEqualTo("hash");
        assertThat(there.invitation()).isNull();
        assertThat(TestRealm.no(ask(there.actor(), new OperatorCommand.AcceptInvitation(TOKEN, "other"))))
                .isEqualTo(new Refusal.NotFound("invitation", ""));
        Operator bob = invited("bob", TOKEN);
        realm.now = realm.now.plus(Duration.ofDays(3));
        assertThat(TestRealm.no(ask(bob.actor(), new OperatorCommand.AcceptInvitation(TOKEN, "hash"))))
                .as("too late")
                .isEqualTo(new Refusal.NotFound("invitation", ""));
    }

    /// Operators who have lost their password get back in with a renewed invitation. Their old password and
    /// sessions remain valid until they accept it.
    @Test
    void aNewInvitationEndsTheOldOneAndIsTheWayBackIn() {
        Operator ada = invited("ada", TOKEN);
        TestRealm.ok(ask(realm.admin, new OperatorCommand.RenewInvitation(named("ada"), OTHER_TOKEN)));
        assertThat(TestRealm.no(ask(ada.actor(), new OperatorCommand.AcceptInvitation(TOKEN, "hash"))))
                .isEqualTo(new Refusal.NotFound("invitation", ""));
        TestRealm.ok(ask(ada.actor(), new OperatorCommand.AcceptInvitation(OTHER_TOKEN, "hash")));
        Operator signedIn = operator("ada");
        TestRealm.ok(ask(realm.admin, new OperatorCommand.RenewInvitation(named("ada"), TOKEN)));
        assertThat(operator("ada").generation()).isEqualTo(signedIn.generation());
        assertThat(operator("ada").passwordHash()).isEqualTo("hash");
        TestRealm.ok(ask(signedIn.actor(), new OperatorCommand.AcceptInvitation(TOKEN, "another")));
        assertThat(TestRealm.no(ask(signedIn.actor(), TestRealm.registration("a@x.org"))))
                .as("what the lost password opened")
                .isEqualTo(new Refusal.Unauthenticated());
    }

    @Test
    void invitingNeedsTheRightToCreateOperators() {
        realm.operator("ada", Role.ADMIN);
        for (Command command : List.of(
                new OperatorCommand.InviteOperator(TestRealm.username("bob"), Role.ADMIN, TOKEN),
                new OperatorCommand.RenewInvitation(named("ada"), TOKEN))) {
            Actor lesser =
                    realm.key(Set.of(Scope.KEYS_WRITE), Rank.REGULAR, null).actor();
            assertThat(TestRealm.no(ask(lesser, command))).isInstanceOf(Refusal.Forbidden.class);
            Actor brief = realm.key(Role.ADMIN.scopes(), Rank.SUPER, realm.now.plusSeconds(60))
                    .actor();
            assertThat(TestRealm.no(ask(brief, command))).isInstanceOf(Refusal.Forbidden.class);
        }
        assertThat(TestRealm.no(ask(
                        realm.admin,
                        new OperatorCommand.InviteOperator(TestRealm.username("ada"), Role.VIEWER, TOKEN))))
                .isInstanceOf(Refusal.Taken.class);
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DisableOperator(named("ada"))));
        assertThat(TestRealm.no(ask(realm.admin, new OperatorCommand.RenewInvitation(named("ada"), TOKEN))))
                .isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void endingAnOperatorOrSettingAPasswordEndsTheInvitation() {
        for (Command command : List.of(
                new OperatorCommand.DisableOperator(named("ada")),
                new OperatorCommand.DeleteOperator(named("ada")),
                new OperatorCommand.ChangePassword(named("ada"), "hash"))) {
            Operator ada = invited("ada", TOKEN);
            TestRealm.ok(ask(realm.admin, command));
            assertThat(realm.operators.get(ada.id()).invitation())
                    .as("%s", command)
                    .isNull();
            realm.operators.remove(ada.id());
        }
        Operator ada = invited("ada", TOKEN);
        TestRealm.ok(ask(realm.admin, new OperatorCommand.SignOutOperator(named("ada"))));
        assertThat(realm.operators.get(ada.id()).invitation()).as("signed out").isNotNull();
    }

    /// Operators of every role may change their own password, because their current password was checked first.
    @Test
    void operatorsOfEveryRoleChangeTheirOwnPassword() {
        Operator vera = realm.operator("vera", Role.VIEWER);
        TestRealm.ok(realm.ask(vera.actor(), null, new OperatorCommand.ChangeOwnPassword("new")));
        assertThat(operator("vera").passwordHash()).isEqualTo("new");
        assertThat(TestRealm.no(realm.ask(vera.actor(), null, new OperatorCommand.ChangeOwnPassword("newer"))))
                .as("signed in with the old one")
                .isEqualTo(new Refusal.Unauthenticated());
        for (Command command : List.of(
                new OperatorCommand.ChangeOwnPassword("hash"),
                new OperatorCommand.AcceptInvitation(TOKEN, "hash"),
                new OperatorCommand.NoteSignIn(SignInMethod.PASSWORD, "192.0.2.1"))) {
            assertThat(TestRealm.no(ask(realm.admin, command))).isEqualTo(new Refusal.Forbidden("an operator"));
            assertThat(TestRealm.no(ask(Actor.ROOT, command))).isEqualTo(new Refusal.Forbidden("an operator"));
        }
    }

    private Operator invited(String name, Digest token) {
        return TestRealm.ok(ask(
                        realm.admin, new OperatorCommand.InviteOperator(TestRealm.username(name), Role.VIEWER, token)))
                .operator();
    }

    /// A key that expires or is restricted to certain addresses must not invite operators, because operators have
    /// neither limit.
    @Test
    void aLimitedKeyCannotInviteOperators() {
        Set<Scope> all = Role.ADMIN.scopes();
        Actor expiring =
                realm.key(all, Rank.SUPER, realm.now.plusSeconds(3_600)).actor();
        Command.CreateKey creation = new Command.CreateKey(
                realm.freshId(),
                "office",
                null,
                all,
                Rank.SUPER,
                false,
                null,
                AllowedAddresses.parse("192.0.2.0/24"),
                TOKEN,
                null,
                "secret");
        Actor bound = TestRealm.ok(ask(realm.admin, creation)).key().actor();
        for (Actor limited : List.of(expiring, bound)) {
            assertThat(TestRealm.no(ask(
                            limited,
                            new OperatorCommand.InviteOperator(TestRealm.username("cleo"), Role.VIEWER, TOKEN))))
                    .isInstanceOf(Refusal.Forbidden.class);
        }
        Operator ada = invited("ada", TOKEN);
        for (Actor limited : List.of(expiring, bound)) {
            assertThat(TestRealm.no(ask(
                            limited,
                            new OperatorCommand.RenewInvitation(ada.username().key(), OTHER_TOKEN))))
                    .isInstanceOf(Refusal.Forbidden.class);
        }
    }
}
