package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys, operators and tenants: who may create them, and what ends them.
class CredentialRulesTest {
    private final TestRealm realm = new TestRealm();

    private Command.CreateKey key(Set<Scope> scopes, Rank rank, @Nullable Instant expiresAt) {
        Digest hash = new Digest(new byte[] {1});
        return new Command.CreateKey(realm.freshId(), "key", null, scopes, rank, true, expiresAt, hash, "secret");
    }

    /// Returns an operator as if they had just signed in, and any other actor unchanged.
    private Actor lately(Actor actor) {
        return actor.ref().kind() == ActorRef.Kind.OPERATOR ? actor.withProofAt(realm.now) : actor;
    }

    private Result<Change> ask(Actor actor, Command command) {
        return realm.ask(lately(actor), null, command);
    }

    private static Identifier.Key named(String username) {
        return TestRealm.username(username).key();
    }

    @ParameterizedTest
    @CsvSource({
        // The columns are: role, read users, place holds, bar, change ranks, read evidence, create keys, rank.
        "VIEWER, true, false, false, false, false, false, REGULAR",
        "MANAGER, true, true, false, true, false, false, ADMIN",
        "ADMIN, true, true, true, true, true, true, SUPER",
    })
    void roles(
            Role role,
            boolean read,
            boolean hold,
            boolean bar,
            boolean ranks,
            boolean evidence,
            boolean keys,
            Rank rank) {
        Set<Scope> scopes = role.scopes();
        assertThat(scopes.contains(Scope.USERS_READ)).isEqualTo(read);
        assertThat(scopes.contains(Scope.HOLDS_WRITE)).isEqualTo(hold);
        assertThat(scopes.contains(Scope.BAR_WRITE)).isEqualTo(bar);
        assertThat(scopes.contains(Scope.RANKS_WRITE)).isEqualTo(ranks);
        assertThat(scopes.contains(Scope.EVIDENCE_READ)).isEqualTo(evidence);
        assertThat(scopes.contains(Scope.KEYS_WRITE)).isEqualTo(keys);
        assertThat(role.rank()).isEqualTo(rank);
    }

    /// A username is taken even if the existing one is spelled with fullwidth letters, which earlier versions
    /// treated as distinct.
    @Test
    void aNameThatAnotherHasInVariantsOfItsLettersIsTaken() {
        Identifier fullwidth = new Identifier(
                Identifier.Kind.USERNAME, "\uff21dmin", Identifier.fold(Identifier.Kind.USERNAME, "\uff21dmin"));
        TestRealm.ok(ask(realm.admin, new OperatorCommand.CreateOperator(fullwidth, Role.VIEWER, "hash")));
        Command plain = new OperatorCommand.CreateOperator(TestRealm.username("admin"), Role.VIEWER, "hash");
        assertThat(TestRealm.no(ask(realm.admin, plain))).isInstanceOf(Refusal.Taken.class);
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DeleteOperator(fullwidth.key())));
        TestRealm.ok(ask(realm.admin, plain));
    }

    @Test
    void theEntryOfANewKeyShowsNoSecret() {
        Change change = TestRealm.ok(ask(realm.admin, key(Set.of(Scope.USERS_READ), Rank.REGULAR, null)));
        assertThat(change.events().getFirst().action()).isEqualTo(Event.Action.KEY_CREATED);
        assertThat(change.events().getFirst().changes().byField().keySet())
                .containsExactly("madeBy", "name", "rank", "scopes");
        assertThat(realm.keys).hasSize(4);
    }

    @Test
    void keysCannotExceedTheirCreators() {
        Actor creator = realm.key(Set.of(Scope.KEYS_WRITE, Scope.USERS_READ), Rank.ADMIN, null)
                .actor();
        assertThat(TestRealm.no(ask(creator, key(Set.of(Scope.USERS_WRITE, Scope.BAR_WRITE), Rank.REGULAR, null))))
                .isEqualTo(new Refusal.Forbidden("bar:write users:write"));
        assertThat(TestRealm.no(ask(creator, key(Set.of(Scope.USERS_READ), Rank.SUPER, null))))
                .isEqualTo(new Refusal.Forbidden("rank SUPER"));
        TestRealm.ok(ask(creator, key(Set.of(Scope.USERS_READ), Rank.ADMIN, null)));
        Command operator = new OperatorCommand.CreateOperator(TestRealm.username("ada"), Role.VIEWER, "hash");
        assertThat(TestRealm.no(ask(creator, operator)))
                .isEqualTo(new Refusal.Forbidden("events:read jobs:read journal:read"));
        assertThat(TestRealm.no(ask(realm.manager, operator))).isEqualTo(new Refusal.Forbidden("keys:write"));
    }

    @Test
    void aNinthLiveKeyThatSignsIsRefused() {
        // The realm already has three keys: one each for an admin, a manager and a viewer.
        List<ApiKey> made = new ArrayList<>();
        for (int i = 3; i < ApiKey.MAX_SIGNING; i++) {
            made.add(((Change.OfKey) TestRealm.ok(ask(realm.admin, key(Set.of(), Rank.REGULAR, soon(i))))
                            .about())
                    .key());
        }
        assertThat(TestRealm.no(ask(realm.admin, key(Set.of(), Rank.REGULAR, null))))
                .isInstanceOfSatisfying(
                        Refusal.Invalid.class,
                        invalid -> assertThat(invalid.faults()).singleElement().satisfies(fault -> {
                            assertThat(fault.field()).isEqualTo("signing");
                            assertThat(fault.code()).isEqualTo("too_many");
                        }));
        assertThat(TestRealm.no(ask(Actor.ROOT, key(Role.ADMIN.scopes(), Rank.SUPER, null))))
                .as("root's too")
                .isInstanceOf(Refusal.Invalid.class);
        Change silent = TestRealm.ok(ask(realm.admin, silentKey()));
        assertThat(silent.events().getFirst().changes().byField()).containsKey("signing");
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(made.getFirst().id(), false)));
        TestRealm.ok(ask(realm.admin, key(Set.of(), Rank.REGULAR, null)));
        assertThat(TestRealm.no(ask(realm.admin, key(Set.of(), Rank.REGULAR, null))))
                .as("a revoked one made room for one")
                .isInstanceOf(Refusal.Invalid.class);
        realm.now = soon(4);
        TestRealm.ok(ask(realm.admin, key(Set.of(), Rank.REGULAR, null)));
        assertThat(TestRealm.no(ask(realm.admin, key(Set.of(), Rank.REGULAR, null))))
                .as("an expired one made room for one")
                .isInstanceOf(Refusal.Invalid.class);
    }

    private Instant soon(int seconds) {
        return realm.now.plusSeconds(seconds);
    }

    private Command.CreateKey silentKey() {
        Digest hash = new Digest(new byte[] {1});
        return new Command.CreateKey(
                realm.freshId(), "silent", null, Set.of(), Rank.REGULAR, false, null, hash, "secret");
    }

    @Test
    void twoThatWouldBeTheEighthAreNotBothMadeInOneTransaction() {
        for (int i = 3; i < ApiKey.MAX_SIGNING - 1; i++) {
            realm.key(Set.of(), Rank.REGULAR, null);
        }
        Write first = new Write(realm.admin, null, List.of(key(Set.of(), Rank.REGULAR, null)), null);
        Write second = new Write(realm.admin, null, List.of(key(Set.of(), Rank.REGULAR, null)), null);
        List<Result<Change>> results = realm.batch(List.of(first, second));
        TestRealm.ok(results.getFirst());
        assertThat(TestRealm.no(results.getLast())).isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void rootMakesAKeyForARealmThatLostItsOwn() {
        TestRealm.ok(ask(Actor.ROOT, key(Role.ADMIN.scopes(), Rank.SUPER, null)));
        assertThat(realm.last().actor()).isEqualTo(ActorRef.ROOT);
    }

    @Test
    void aKeyExpiresInTheFutureAndIsThenUnknown() {
        assertThat(TestRealm.no(ask(realm.admin, key(Set.of(), Rank.REGULAR, realm.now))))
                .isInstanceOf(Refusal.Invalid.class);
        Actor brief = realm.key(Role.ADMIN.scopes(), Rank.SUPER, realm.now.plusSeconds(5))
                .actor();
        TestRealm.ok(ask(brief, TestRealm.registration("a@x.org")));
        realm.now = realm.now.plusSeconds(5);
        assertThat(TestRealm.no(ask(brief, TestRealm.registration("b@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
    }

    @Test
    void theLastKeyThatMakesKeysIsNotRevoked() {
        UUID last = realm.admin.ref().id();
        assertThat(TestRealm.no(ask(realm.admin, new Command.RevokeKey(last, false))))
                .isInstanceOf(Refusal.InUse.class);
        realm.key(Role.ADMIN.scopes(), Rank.SUPER, realm.now.plusSeconds(5));
        realm.now = realm.now.plusSeconds(5);
        assertThat(TestRealm.no(ask(realm.admin, new Command.RevokeKey(last, false))))
                .as("an expired one does not count")
                .isInstanceOf(Refusal.InUse.class);
        realm.key(Role.ADMIN);
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(last, false)));
        assertThat(TestRealm.no(ask(realm.admin, TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
    }

    @Test
    void aKeyThatCouldCreateMoreThanTheRemainingOnesIsNotRevoked() {
        UUID admin = realm.admin.ref().id();
        ApiKey weak = realm.key(Set.of(Scope.KEYS_WRITE), Rank.REGULAR, null);
        ApiKey lower = realm.key(Role.ADMIN.scopes(), Rank.ADMIN, null);
        assertThat(TestRealm.no(ask(realm.admin, new Command.RevokeKey(admin, false))))
                .isInstanceOf(Refusal.InUse.class);
        assertThat(TestRealm.no(ask(realm.admin, new Command.ExpireKey(admin, soon(60)))))
                .isInstanceOf(Refusal.InUse.class);
        // Less powerful keys can be revoked while the admin key exists.
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(weak.id(), false)));
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(lower.id(), false)));
    }

    @Test
    void onlyAKeyThatLastsAsLongTakesThePlaceOfTheLastThatMakesKeys() {
        UUID lasting = realm.admin.ref().id();
        ApiKey brief = realm.key(Role.ADMIN.scopes(), Rank.SUPER, soon(60));
        ApiKey longer = realm.key(Role.ADMIN.scopes(), Rank.SUPER, soon(90));
        assertThat(TestRealm.no(ask(realm.admin, new Command.RevokeKey(lasting, false))))
                .isInstanceOf(Refusal.InUse.class);
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(brief.id(), false)));
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(longer.id(), false)));
    }

    @Test
    void theEndOfAKeyIsBroughtForward() {
        ApiKey key = realm.key(Role.VIEWER.scopes(), Rank.REGULAR, soon(60));
        Change change = TestRealm.ok(ask(realm.admin, new Command.ExpireKey(key.id(), soon(30))));
        assertThat(change.events()).singleElement().satisfies(event -> {
            assertThat(event.action()).isEqualTo(Event.Action.KEY_EXPIRY_CHANGED);
            assertThat(event.changes().byField())
                    .isEqualTo(Map.of(
                            "expiresAt",
                            new Changes.FieldChange(Timestamps.text(soon(60)), Timestamps.text(soon(30)))));
        });
        assertThat(TestRealm.ok(ask(realm.admin, new Command.ExpireKey(key.id(), soon(30))))
                        .events())
                .isEmpty();
        assertThat(key.expiring(soon(30)).isLive(soon(30))).isFalse();
    }

    @Test
    void itIsNotPutOffAndNotPutIntoThePast() {
        ApiKey key = realm.key(Role.VIEWER.scopes(), Rank.REGULAR, soon(60));
        assertThat(TestRealm.no(ask(realm.admin, new Command.ExpireKey(key.id(), soon(61)))))
                .isInstanceOf(Refusal.Invalid.class);
        assertThat(TestRealm.no(ask(realm.admin, new Command.ExpireKey(key.id(), realm.now))))
                .isInstanceOf(Refusal.Invalid.class);
        assertThat(TestRealm.no(ask(realm.admin, new Command.ExpireKey(new UUID(0, 9), soon(1)))))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(TestRealm.no(ask(
                        realm.key(Set.of(Scope.KEYS_WRITE), Rank.REGULAR, null).actor(),
                        new Command.ExpireKey(key.id(), soon(1)))))
                .isEqualTo(new Refusal.Forbidden("events:read jobs:read journal:read users:read"));
    }

    @Test
    void theLastKeyThatMakesKeysKeepsItsEnd() {
        UUID last = realm.admin.ref().id();
        assertThat(TestRealm.no(ask(realm.admin, new Command.ExpireKey(last, soon(60)))))
                .isInstanceOf(Refusal.InUse.class);
        realm.key(Role.ADMIN);
        TestRealm.ok(ask(realm.admin, new Command.ExpireKey(last, soon(60))));
    }

    /// Creates a key on behalf of `by`.
    private ApiKey made(Actor by, Set<Scope> scopes, @Nullable Instant expiresAt) {
        Digest hash = new Digest(new byte[] {1});
        Change change = TestRealm.ok(ask(
                by,
                new Command.CreateKey(
                        realm.freshId(), "made", null, scopes, Rank.REGULAR, false, expiresAt, hash, "secret")));
        return realm.keys.get(((Change.OfKey) change.about()).key().id());
    }

    private Operator madeOperator(Actor by, String username, Role role) {
        TestRealm.ok(ask(by, new OperatorCommand.CreateOperator(TestRealm.username(username), role, "hash")));
        return operator(username);
    }

    private Operator operator(String username) {
        return realm.operators.values().stream()
                .filter(operator -> operator.username().text().equals(username))
                .findFirst()
                .orElseThrow();
    }

    private boolean isLive(ApiKey key) {
        return realm.keys.get(key.id()).isLive(realm.now);
    }

    @Test
    void aKeyKnowsItsMaker() {
        UUID admin = realm.admin.ref().id();
        assertThat(made(realm.admin, Set.of(), null).madeBy()).isEqualTo(new Creator(realm.admin.ref(), null));
        assertThat(realm.last().changes().byField())
                .containsEntry("madeBy", new Changes.FieldChange(null, "apiKey:" + admin));
        Actor ada = madeOperator(realm.admin, "ada", Role.ADMIN).actor();
        assertThat(operator("ada").madeBy()).isEqualTo(new Creator(realm.admin.ref(), null));
        assertThat(realm.last().changes().byField())
                .containsEntry("madeBy", new Changes.FieldChange(null, "apiKey:" + admin))
                .containsEntry("generation", new Changes.FieldChange(null, 1L));
        assertThat(made(ada.through(realm.admin), Set.of(), null).madeBy()).isEqualTo(new Creator(ada.ref(), admin));
        assertThat(realm.last().changes().byField())
                .containsEntry(
                        "madeBy",
                        new Changes.FieldChange(null, "operator:" + ada.ref().id()))
                .containsEntry("madeThrough", new Changes.FieldChange(null, admin.toString()));
        TestRealm.ok(ask(Actor.ROOT, key(Role.ADMIN.scopes(), Rank.SUPER, null)));
        assertThat(realm.last().changes().byField().get("madeBy").after())
                .isEqualTo("root:00000000-0000-0000-0000-000000000000");
    }

    @Test
    void aKeyDoesNotOutliveTheKeyThatMadeIt() {
        Actor brief = realm.key(Role.ADMIN.scopes(), Rank.SUPER, soon(60)).actor();
        Actor ada = realm.operator("ada", Role.ADMIN).actor();
        for (Actor creator : List.of(brief, ada.through(brief))) {
            assertThat(made(creator, Set.of(), null).expiresAt()).isEqualTo(soon(60));
            assertThat(made(creator, Set.of(), soon(30)).expiresAt()).isEqualTo(soon(30));
            assertThat(TestRealm.no(ask(creator, key(Set.of(), Rank.REGULAR, soon(61)))))
                    .isEqualTo(new Refusal.Invalid(
                            "expiresAt",
                            "outlives_its_maker",
                            "Must not be later than 2026-11-21T12:01:00.000Z, when the key that creates it expires."));
        }
        assertThat(made(ada, Set.of(), null).expiresAt()).isNull();
    }

    /// Operators do not expire, so an actor whose key expires must not create operators or set their passwords.
    @Test
    void expiringKeysCreateNoPermanentAccess() {
        Actor brief = realm.key(Role.ADMIN.scopes(), Rank.SUPER, soon(60)).actor();
        Actor ada = realm.operator("ada", Role.ADMIN).actor();
        realm.operator("bob", Role.VIEWER);
        for (Actor creator : List.of(brief, ada.through(brief))) {
            for (Command command : List.of(
                    new OperatorCommand.CreateOperator(TestRealm.username("eve"), Role.VIEWER, "hash"),
                    new OperatorCommand.ChangePassword(named("bob"), "mine"),
                    new OperatorCommand.RemovePasskeys(named("bob"), null),
                    new OperatorCommand.EnableOperator(named("bob")))) {
                assertThat(TestRealm.no(ask(creator, command)))
                        .isEqualTo(new Refusal.Forbidden("a key without expiry"));
            }
        }
        TestRealm.ok(ask(brief, new OperatorCommand.SignOutOperator(named("bob"))));
        TestRealm.ok(ask(brief, new OperatorCommand.DisableOperator(named("bob"))));
    }

    @Test
    void aKeyIsRevokedWithAllThatItMade() {
        Actor stolen = realm.key(Role.ADMIN).actor();
        ApiKey child = made(stolen, Role.ADMIN.scopes(), null);
        Actor eve = madeOperator(stolen, "eve", Role.ADMIN).actor();
        ApiKey grandchild = made(eve, Set.of(), null);
        ApiKey throughIt = made(realm.operator("ada", Role.ADMIN).actor().through(child.actor()), Set.of(), null);
        ApiKey ended = made(stolen, Set.of(Scope.KEYS_WRITE), null);
        ApiKey ofEnded = made(ended.actor(), Set.of(), null);
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(ended.id(), false)));
        ApiKey ofOthers = made(realm.admin, Set.of(), null);
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(stolen.ref().id(), false)));
        assertThat(isLive(child)).as("a key alone takes nothing with it").isTrue();
        int before = realm.journal.size();
        Change change =
                TestRealm.ok(ask(realm.admin, new Command.RevokeKey(stolen.ref().id(), true)));
        assertThat(change.about())
                .isEqualTo(new Change.OfKey(realm.keys.get(stolen.ref().id())));
        assertThat(List.of(child, grandchild, throughIt, ofEnded)).noneMatch(this::isLive);
        assertThat(operator("eve").isLive()).isFalse();
        assertThat(operator("ada").isLive()).isTrue();
        assertThat(isLive(ofOthers)).isTrue();
        assertThat(realm.journal.subList(before, realm.journal.size()))
                .extracting(event -> event.action() + " " + event.subject().id())
                .containsExactly(
                        "KEY_REVOKED " + child.id(),
                        "KEY_REVOKED " + grandchild.id(),
                        "KEY_REVOKED " + throughIt.id(),
                        "KEY_REVOKED " + ofEnded.id(),
                        "OPERATOR_DISABLED " + eve.ref().id());
        assertThat(realm.last().changes().byField())
                .containsEntry("disabled", new Changes.FieldChange(false, true))
                .containsEntry("generation", new Changes.FieldChange(1L, 2L));
        assertThat(TestRealm.no(ask(eve, TestRealm.registration("a@x.org")))).isEqualTo(new Refusal.Unauthenticated());
        assertThat(TestRealm.ok(ask(
                                realm.admin, new Command.RevokeKey(stolen.ref().id(), true)))
                        .events())
                .isEmpty();
    }

    @Test
    void revokingWithAllThatAKeyMadeLeavesAnotherThatMakesKeys() {
        UUID first = realm.admin.ref().id();
        ApiKey child = made(realm.admin, Role.ADMIN.scopes(), null);
        assertThat(TestRealm.no(ask(realm.admin, new Command.RevokeKey(first, true))))
                .as("what goes with it does not count")
                .isInstanceOf(Refusal.InUse.class);
        assertThat(isLive(child)).isTrue();
        TestRealm.ok(ask(Actor.ROOT, key(Role.ADMIN.scopes(), Rank.SUPER, null)));
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(first, true)));
        assertThat(isLive(child)).isFalse();
    }

    @Test
    void aKeyBeyondTheActorIsNotRevoked() {
        UUID admin = realm.admin.ref().id();
        Actor creator = realm.key(Set.of(Scope.KEYS_WRITE), Rank.REGULAR, null).actor();
        UUID peer = realm.key(Set.of(Scope.KEYS_WRITE), Rank.REGULAR, null).id();
        UUID higher = realm.key(Set.of(Scope.KEYS_WRITE), Rank.ADMIN, null).id();
        assertThat(TestRealm.no(ask(creator, new Command.RevokeKey(admin, false))))
                .isInstanceOfSatisfying(
                        Refusal.Forbidden.class,
                        forbidden -> assertThat(forbidden.needed()).contains("users:write"));
        assertThat(TestRealm.no(ask(creator, new Command.RevokeKey(higher, false))))
                .isEqualTo(new Refusal.Forbidden("rank ADMIN"));
        TestRealm.ok(ask(creator, new Command.RevokeKey(peer, false)));
        TestRealm.ok(ask(creator, new Command.RevokeKey(creator.ref().id(), false)));
    }

    @Test
    void revokingAgainChangesNothingInWhateverTransaction() {
        Command revoke = new Command.RevokeKey(realm.viewer.ref().id(), false);
        Write write = new Write(realm.admin, null, List.of(revoke), null);
        assertThat(realm.batch(List.of(write, write)))
                .extracting(result -> TestRealm.ok(result).events().size())
                .containsExactly(1, 0);
        assertThat(TestRealm.ok(realm.ask(write)).events()).isEmpty();
        assertThat(TestRealm.no(ask(realm.admin, new Command.RevokeKey(new UUID(0, 9), false))))
                .isInstanceOf(Refusal.NotFound.class);
    }

    /// A request with two credentials has only the rights that both grant.
    @Test
    void aRequestWithTwoCredentialsHasOnlyTheRightsOfBoth() {
        Actor admin = realm.operator("ada", Role.ADMIN).actor();
        Actor both = new Actor(admin.ref(), admin.name(), Set.of(Scope.USERS_WRITE), Rank.REGULAR, admin.generation());
        assertThat(TestRealm.no(
                        ask(both, new Command.RevokeKey(realm.viewer.ref().id(), false))))
                .isEqualTo(new Refusal.Forbidden("keys:write"));
        TestRealm.ok(ask(both, TestRealm.registration("a@x.org")));
    }

    @Test
    void anOperatorThroughAKeyMayDoWhatBothMay() {
        Actor admin = realm.operator("ada", Role.ADMIN).actor();
        Actor viewer = realm.operator("vera", Role.VIEWER).actor();
        assertThat(TestRealm.no(ask(admin.through(realm.viewer), TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Forbidden("users:write"));
        assertThat(TestRealm.no(ask(viewer.through(realm.admin), TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Forbidden("users:write"));
        TestRealm.ok(ask(admin.through(realm.admin), TestRealm.registration("a@x.org")));
        assertThat(TestRealm.no(ask(
                        admin.through(realm.key(Role.MANAGER).actor()),
                        new Command.RevokeKey(realm.viewer.ref().id(), false))))
                .isEqualTo(new Refusal.Forbidden("keys:write"));
    }

    @Test
    void anOperatorThroughARevokedKeyDoesNothing() {
        Actor ada = realm.operator("ada", Role.ADMIN).actor().through(realm.viewer);
        Actor bob = realm.operator("bob", Role.ADMIN).actor();
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(realm.viewer.ref().id(), false)));
        assertThat(TestRealm.no(ask(ada, TestRealm.registration("a@x.org")))).isEqualTo(new Refusal.Unauthenticated());
        TestRealm.ok(ask(bob, TestRealm.registration("a@x.org")));
    }

    @Test
    void onlyAnOperatorActsThroughAKey() {
        Actor ada = realm.operator("ada", Role.ADMIN).actor();
        assertThatThrownBy(() -> realm.admin.through(realm.viewer)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ada.through(ada)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Actor.ROOT.through(realm.admin)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rightsThatAKeyDoesNotHaveAreIgnored() {
        Actor viewer = realm.viewer;
        Actor claimed = new Actor(viewer.ref(), "key", Role.ADMIN.scopes(), Rank.SUPER, 0);
        assertThat(TestRealm.no(ask(claimed, TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Forbidden("users:write"));
    }

    // Operators

    @Test
    void anOperatorsNameIsUniqueWhateverItsCase() {
        TestRealm.ok(
                ask(realm.admin, new OperatorCommand.CreateOperator(TestRealm.username("Ada"), Role.VIEWER, "hash")));
        UUID ada = realm.operators.keySet().iterator().next();
        assertThat(TestRealm.no(ask(
                        realm.admin,
                        new OperatorCommand.CreateOperator(TestRealm.username("ADA"), Role.VIEWER, "hash"))))
                .isEqualTo(new Refusal.Taken("username", ada, false));
    }

    @Test
    void disablingEnablingAndANewPasswordVoidWhatWasIssued() {
        Operator ada = realm.operator("ada", Role.MANAGER);
        Actor signedIn = ada.actor();
        TestRealm.ok(ask(realm.admin, new OperatorCommand.ChangePassword(named("ada"), "other")));
        assertThat(TestRealm.no(ask(signedIn, TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
        Actor again = realm.operators.get(ada.id()).actor();
        TestRealm.ok(ask(again, TestRealm.registration("a@x.org")));
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DisableOperator(named("ada"))));
        assertThat(TestRealm.ok(ask(realm.admin, new OperatorCommand.DisableOperator(named("ADA"))))
                        .events())
                .isEmpty();
        assertThat(TestRealm.no(ask(realm.operators.get(ada.id()).actor(), TestRealm.registration("b@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
        TestRealm.ok(ask(realm.admin, new OperatorCommand.EnableOperator(named("ada"))));
        assertThat(TestRealm.no(ask(again, TestRealm.registration("b@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
        assertThat(realm.last().changes().byField())
                .containsEntry("disabled", new Changes.FieldChange(true, false))
                .doesNotContainKey("passwordHash");
    }

    /// Operators of every role may sign themselves out, because they only need their password to sign in again.
    @Test
    void operatorsSignThemselvesOut() {
        Operator vera = realm.operator("vera", Role.VIEWER);
        realm.operator("ada", Role.VIEWER);
        Change change = TestRealm.ok(ask(vera.actor(), new OperatorCommand.SignOutOperator(named("vera"))));
        assertThat(change.events().getFirst().action()).isEqualTo(Event.Action.OPERATOR_SIGNED_OUT);
        assertThat(change.events().getFirst().changes().byField())
                .containsOnly(Map.entry("generation", new Changes.FieldChange(1L, 2L)));
        assertThat(TestRealm.no(ask(vera.actor(), new OperatorCommand.SignOutOperator(named("vera")))))
                .isEqualTo(new Refusal.Unauthenticated());
        Actor again = operator("vera").actor();
        assertThat(TestRealm.no(ask(again, new OperatorCommand.SignOutOperator(named("ada")))))
                .isEqualTo(new Refusal.Forbidden("keys:write"));
        TestRealm.ok(ask(again.through(realm.viewer), new OperatorCommand.SignOutOperator(named("vera"))));
        TestRealm.ok(ask(realm.admin, new OperatorCommand.SignOutOperator(named("vera"))));
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DisableOperator(named("vera"))));
        assertThat(TestRealm.ok(ask(realm.admin, new OperatorCommand.SignOutOperator(named("vera"))))
                        .events())
                .as("a disabled operator is signed in nowhere")
                .isEmpty();
    }

    @Test
    void theLastAdminDoesNotDisableThemselves() {
        Actor ada = realm.operator("ada", Role.ADMIN).actor();
        realm.operator("mara", Role.MANAGER);
        assertThat(TestRealm.no(ask(ada, new OperatorCommand.DisableOperator(named("ada")))))
                .isInstanceOf(Refusal.InUse.class);
        Actor bob = madeOperator(realm.admin, "bob", Role.ADMIN).actor();
        TestRealm.ok(ask(ada, new OperatorCommand.DisableOperator(named("ada"))));
        assertThat(TestRealm.no(ask(bob, new OperatorCommand.DisableOperator(named("bob")))))
                .as("a disabled one does not count")
                .isInstanceOf(Refusal.InUse.class);
        TestRealm.ok(ask(Actor.ROOT, key(Role.ADMIN.scopes(), Rank.SUPER, null)));
        assertThat(TestRealm.no(ask(bob, new Command.RevokeKey(realm.admin.ref().id(), true))))
                .as("nor with the key that made them")
                .isInstanceOf(Refusal.InUse.class);
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DisableOperator(named("bob"))));
    }

    @Test
    void aNewRoleAppliesImmediatelyAndEndsNoSession() {
        Operator mara = realm.operator("mara", Role.MANAGER);
        Change change =
                TestRealm.ok(ask(realm.admin, new OperatorCommand.ChangeOperatorRole(named("MARA"), Role.VIEWER)));
        assertThat(change.events().getFirst().action()).isEqualTo(Event.Action.OPERATOR_ROLE_CHANGED);
        assertThat(change.events().getFirst().changes().byField())
                .containsOnly(Map.entry("role", new Changes.FieldChange("manager", "viewer")));
        assertThat(TestRealm.no(ask(mara.actor(), TestRealm.registration("a@x.org"))))
                .as("signed in before")
                .isEqualTo(new Refusal.Forbidden("users:write"));
        assertThat(TestRealm.ok(ask(realm.admin, new OperatorCommand.ChangeOperatorRole(named("mara"), Role.VIEWER)))
                        .events())
                .isEmpty();
        TestRealm.ok(ask(realm.admin, new OperatorCommand.ChangeOperatorRole(named("mara"), Role.ADMIN)));
        TestRealm.ok(ask(operator("mara").actor(), TestRealm.registration("a@x.org")));
    }

    @Test
    void rolesBeyondOnesOwnCannotBeGivenOrTaken() {
        realm.operator("ada", Role.ADMIN);
        realm.operator("vera", Role.VIEWER);
        Set<Scope> most = EnumSet.complementOf(EnumSet.of(Scope.EVIDENCE_READ));
        Actor creator = realm.key(most, Rank.SUPER, null).actor();
        assertThat(TestRealm.no(ask(creator, new OperatorCommand.ChangeOperatorRole(named("vera"), Role.ADMIN))))
                .isEqualTo(new Refusal.Forbidden("evidence:read"));
        assertThat(TestRealm.no(ask(creator, new OperatorCommand.ChangeOperatorRole(named("ada"), Role.VIEWER))))
                .isEqualTo(new Refusal.Forbidden("evidence:read"));
        Actor expiring = realm.key(Role.ADMIN.scopes(), Rank.SUPER, realm.now.plusSeconds(60))
                .actor();
        assertThat(TestRealm.no(ask(expiring, new OperatorCommand.ChangeOperatorRole(named("vera"), Role.MANAGER))))
                .as("operators do not expire")
                .isEqualTo(new Refusal.Forbidden("a key without expiry"));
        TestRealm.ok(ask(expiring, new OperatorCommand.ChangeOperatorRole(named("ada"), Role.VIEWER)));
    }

    @Test
    void theLastAdminNeitherGivesUpTheRoleNorDeletesThemselves() {
        Actor ada = realm.operator("ada", Role.ADMIN).actor();
        realm.operator("mara", Role.MANAGER);
        List<Command> leaving = List.of(
                new OperatorCommand.ChangeOperatorRole(named("ada"), Role.VIEWER),
                new OperatorCommand.DeleteOperator(named("ada")));
        for (Command command : leaving) {
            assertThat(TestRealm.no(ask(ada, command))).isInstanceOf(Refusal.InUse.class);
        }
        Actor bob = realm.operator("bob", Role.ADMIN).actor();
        TestRealm.ok(ask(bob, new OperatorCommand.DeleteOperator(named("bob"))));
        for (Command command : leaving) {
            assertThat(TestRealm.no(ask(ada, command)))
                    .as("one who is deleted does not count")
                    .isInstanceOf(Refusal.InUse.class);
        }
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DeleteOperator(named("ada"))));
    }

    @Test
    void deletedOperatorsAreGoneAndTheirNamesAreFree() {
        Operator ada = realm.operator("ada", Role.MANAGER);
        Change change = TestRealm.ok(ask(realm.admin, new OperatorCommand.DeleteOperator(named("ada"))));
        assertThat(change.events().getFirst().changes().byField())
                .containsOnly(
                        Map.entry("deleted", new Changes.FieldChange(false, true)),
                        Map.entry("disabled", new Changes.FieldChange(false, true)),
                        Map.entry("generation", new Changes.FieldChange(1L, 2L)));
        assertThat(TestRealm.no(ask(ada.actor(), TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
        assertThat(TestRealm.no(ask(realm.operators.get(ada.id()).actor(), TestRealm.registration("a@x.org"))))
                .isEqualTo(new Refusal.Unauthenticated());
        for (Command command : List.of(
                new OperatorCommand.DeleteOperator(named("ada")),
                new OperatorCommand.EnableOperator(named("ada")),
                new OperatorCommand.ChangePassword(named("ada"), "hash"),
                new OperatorCommand.ChangeOperatorRole(named("ada"), Role.VIEWER))) {
            assertThat(TestRealm.no(ask(realm.admin, command))).isEqualTo(new Refusal.NotFound("operator", "ada"));
        }
        // Submits the same three commands in one transaction.
        List<Result<Change>> results = realm.batch(List.of(
                new Write(
                        realm.admin,
                        null,
                        List.of(new OperatorCommand.CreateOperator(TestRealm.username("Ada"), Role.VIEWER, "hash")),
                        null),
                new Write(realm.admin, null, List.of(new OperatorCommand.DeleteOperator(named("ada"))), null),
                new Write(
                        realm.admin,
                        null,
                        List.of(new OperatorCommand.CreateOperator(TestRealm.username("ADA"), Role.VIEWER, "hash")),
                        null)));
        results.forEach(TestRealm::ok);
        assertThat(realm.operators.values().stream().filter(Operator::isLive))
                .extracting(each -> each.username().text())
                .containsExactly("ADA");
    }

    /// Revoking a key and its descendants also revokes keys created by an operator whom the key had created, even
    /// if that operator has been deleted.
    @Test
    void descendantsAreFoundThroughDeletedOperators() {
        ApiKey stolen = realm.key(Role.ADMIN.scopes(), Rank.SUPER, null);
        Actor eve = madeOperator(stolen.actor(), "eve", Role.ADMIN).actor();
        ApiKey left = made(eve, Set.of(Scope.USERS_READ), null);
        TestRealm.ok(ask(realm.admin, new OperatorCommand.DeleteOperator(named("eve"))));
        TestRealm.ok(ask(realm.admin, new Command.RevokeKey(stolen.id(), true)));
        assertThat(realm.keys.get(left.id()).revokedAt()).isNotNull();
    }

    @Test
    void anOperatorBeyondTheActorIsNotTouched() {
        realm.operator("ada", Role.ADMIN);
        Actor creator = realm.key(Set.of(Scope.KEYS_WRITE), Rank.REGULAR, null).actor();
        for (Command command : List.of(
                new OperatorCommand.ChangePassword(named("ada"), "mine"),
                new OperatorCommand.RemovePasskeys(named("ada"), null),
                new OperatorCommand.EnableOperator(named("ada")),
                new OperatorCommand.SignOutOperator(named("ada")),
                new OperatorCommand.DeleteOperator(named("ada")),
                new OperatorCommand.DisableOperator(named("ada")))) {
            assertThat(TestRealm.no(ask(creator, command))).isInstanceOf(Refusal.Forbidden.class);
        }
        assertThat(TestRealm.no(ask(realm.admin, new OperatorCommand.DisableOperator(named("eve")))))
                .isEqualTo(new Refusal.NotFound("operator", "eve"));
    }

    // Tenants

    @Test
    void onlyRootCreatesTenants() {
        Command.CreateKey first = key(Role.ADMIN.scopes(), Rank.SUPER, null);
        Command create = new Command.CreateTenant("acme", "Acme", 11, first, 12, first);
        assertThat(TestRealm.no(ask(realm.admin, create))).isEqualTo(new Refusal.Forbidden("root"));
        TestRealm.ok(ask(Actor.ROOT, create));
        Tenant acme = realm.tenants.get("acme");
        assertThat(acme.realm(Environment.TEST)).isEqualTo(11);
        assertThat(acme.realm(Environment.PRODUCTION)).isEqualTo(12);
        assertThat(TestRealm.no(ask(Actor.ROOT, create))).isEqualTo(new Refusal.Taken("partnerId", acme.id(), false));
    }

    @Test
    void rootReadsAndWritesNoUser() {
        UUID ada = realm.user("ada@x.org");
        assertThat(Actor.ROOT.may(Scope.USERS_READ)).isFalse();
        assertThat(TestRealm.no(realm.ask(Actor.ROOT, UserRef.id(ada), new Command.Bar(null, null))))
                .isEqualTo(new Refusal.Forbidden("a realm: the root key belongs to none"));
    }

    private Command.RotateKey rotation(ApiKey old, int overlap, @Nullable Instant expiresAt) {
        return new Command.RotateKey(
                old.id(),
                realm.freshId(),
                Duration.ofSeconds(overlap),
                expiresAt,
                new Digest(new byte[] {7}),
                "x7Kq",
                "other");
    }

    @Test
    void aRotatedKeyLastsAsLongAsTheOldOneWasMadeFor() {
        ApiKey old = realm.key(Set.of(Scope.USERS_READ), Rank.REGULAR, soon(100));
        realm.now = soon(60);
        ApiKey made = TestRealm.ok(ask(realm.admin, rotation(old, 10, null))).key();
        assertThat(made.expiresAt()).isEqualTo(soon(100));
        assertThat(made.lastFour()).isEqualTo("x7Kq");
        assertThat(realm.keys.get(old.id()).expiresAt()).isEqualTo(soon(10));
        assertThat(realm.journal.subList(realm.journal.size() - 2, realm.journal.size()))
                .extracting(Event::action)
                .containsExactly(Event.Action.KEY_CREATED, Event.Action.KEY_EXPIRY_CHANGED);
    }

    @Test
    void anOverlapDoesNotMakeTheOldKeyLastLonger() {
        ApiKey old = realm.key(Set.of(Scope.USERS_READ), Rank.REGULAR, soon(5));
        TestRealm.ok(ask(realm.admin, rotation(old, 10, null)));
        assertThat(realm.keys.get(old.id()).expiresAt()).isEqualTo(soon(5));
    }

    @Test
    void rotatingItselfDoesNotExtendAKey() {
        ApiKey old = realm.key(Role.ADMIN.scopes(), Rank.SUPER, soon(100));
        realm.now = soon(60);
        ApiKey made = TestRealm.ok(ask(old.actor(), rotation(old, 10, null))).key();
        assertThat(made.expiresAt()).isEqualTo(old.expiresAt());
        assertThat(TestRealm.no(ask(made.actor(), rotation(made, 0, soon(500)))))
                .isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void anEndedKeyIsNotRotatedAndTheLastMakerOnlyIntoItsEqual() {
        ApiKey old = realm.key(Set.of(Scope.USERS_READ), Rank.REGULAR, soon(5));
        realm.now = soon(5);
        assertThat(TestRealm.no(ask(realm.admin, rotation(old, 10, null)))).isInstanceOf(Refusal.Invalid.class);
        ApiKey last = realm.keys.get(realm.admin.ref().id());
        assertThat(TestRealm.no(ask(realm.admin, rotation(last, 0, soon(50))))).isInstanceOf(Refusal.InUse.class);
        ApiKey made = TestRealm.ok(ask(realm.admin, rotation(last, 0, null))).key();
        assertThat(realm.keys.get(last.id()).revokedAt()).isEqualTo(realm.now);
        assertThat(made.addresses()).isEqualTo(last.addresses());
    }
}
