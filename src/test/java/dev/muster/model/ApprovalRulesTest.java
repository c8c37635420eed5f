package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Refusal.CannotDecide;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.UserRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which actions need a second operator, and who qualifies as the second.
class ApprovalRulesTest {
    private final TestRealm realm = new TestRealm();
    private Operator ann;
    private Operator bob;
    private UUID user;

    @BeforeEach
    void aRealmWhereBarsNeedApproval() {
        ann = realm.operator("ann", Role.ADMIN);
        bob = realm.operator("bob", Role.ADMIN);
        user = realm.user("somebody@example.org");
        realm.approvalRules = new ApprovalRules(Set.of(ApprovalRules.Action.BAR, ApprovalRules.Action.ANNUL_BAR), 2);
    }

    /// Returns the operator as an actor who has just signed in.
    private Actor proven(Operator operator) {
        return operator.actor().withProofAt(realm.now);
    }

    private Approval bar(Actor actor) {
        Change change = TestRealm.ok(realm.ask(actor, UserRef.id(user), new Command.Bar("fraud", "A note.")));
        assertThat(change.about()).isInstanceOf(Change.AwaitsApproval.class);
        return ((Change.AwaitsApproval) change.about()).approval();
    }

    private Result<Change> approve(Actor actor, Approval approval) {
        return approve(actor, approval, null);
    }

    private Result<Change> approve(Actor actor, Approval approval, @Nullable Set<Long> versions) {
        return realm.ask(actor, null, new ApprovalCommand.Approve(approval, versions));
    }

    private void isRefused(Actor actor, Approval approval, CannotDecide.Reason reason) {
        assertThat(TestRealm.no(approve(actor, approval))).isEqualTo(new CannotDecide(reason));
        assertThat(realm.get(user).isBarred()).isFalse();
    }

    private Operator madeBy(String name, Operator creator) {
        TestRealm.ok(realm.ask(
                proven(creator),
                null,
                new OperatorCommand.CreateOperator(TestRealm.username(name), Role.ADMIN, "hash")));
        return realm.operators.values().stream()
                .filter(operator -> operator.username().folded().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aBarWaitsAndIsCarriedOutAsItsRequesterWhenAnotherApproves() {
        long version = realm.get(user).version();
        Approval approval = bar(proven(ann));
        assertThat(realm.get(user).isBarred()).isFalse();
        assertThat(realm.get(user).version()).isEqualTo(version);
        assertThat(realm.last().action()).isEqualTo(Event.Action.APPROVAL_REQUESTED);
        assertThat(approval.lapsesAt()).isEqualTo(realm.now.plus(Duration.ofDays(7)));

        realm.now = realm.now.plusSeconds(60);
        TestRealm.ok(approve(proven(bob), approval));
        assertThat(realm.get(user).isBarred()).isTrue();
        Event barred = realm.last();
        assertThat(barred.action()).isEqualTo(Event.Action.USER_BARRED);
        assertThat(barred.actor()).isEqualTo(ann.actor().ref());
        assertThat(barred.approvedBy()).isEqualTo(bob.actor().ref());
        assertThat(barred.reason()).isEqualTo("fraud");
        Event approved = realm.journal.get(realm.journal.size() - 2);
        assertThat(approved.action()).isEqualTo(Event.Action.APPROVAL_APPROVED);
        assertThat(approved.actor()).isEqualTo(bob.actor().ref());
        assertThat(realm.approvals.get(approval.id()).state()).isEqualTo(Approval.State.APPROVED);
        isClosed(approval);
    }

    private void isClosed(Approval approval) {
        assertThat(TestRealm.no(approve(proven(bob), approval)))
                .isEqualTo(new CannotDecide(CannotDecide.Reason.CLOSED));
    }

    @Test
    void requestersAndKeysCannotApprove() {
        Approval approval = bar(proven(ann));
        isRefused(proven(ann), approval, CannotDecide.Reason.OWN_REQUEST);
        isRefused(realm.admin, approval, CannotDecide.Reason.NOT_AN_OPERATOR);
        assertThat(TestRealm.no(approve(Actor.ROOT, approval))).isInstanceOf(Refusal.Forbidden.class);
        Operator viewer = realm.operator("vic", Role.VIEWER);
        assertThat(TestRealm.no(approve(proven(viewer), approval))).isEqualTo(new Refusal.Forbidden("bar:write"));
    }

    @Test
    void relatedOperatorsCannotApprove() {
        Operator cleo = madeBy("cleo", ann);
        Operator dora = madeBy("dora", ann);
        isRefused(proven(cleo), bar(proven(ann)), CannotDecide.Reason.RELATED);
        isRefused(proven(ann), bar(proven(cleo)), CannotDecide.Reason.RELATED);
        isRefused(proven(dora), bar(proven(cleo)), CannotDecide.Reason.RELATED);
        TestRealm.ok(approve(proven(bob), bar(proven(cleo))));
    }

    /// Ann created Cleo, who created Dora. Ann and Dora are still related after Cleo is deleted.
    @Test
    void aDeletedMakerStillCounts() {
        Operator cleo = madeBy("cleo", ann);
        Operator dora = madeBy("dora", cleo);
        TestRealm.ok(realm.ask(
                proven(ann),
                null,
                new OperatorCommand.DeleteOperator(TestRealm.username("cleo").key())));
        isRefused(proven(dora), bar(proven(ann)), CannotDecide.Reason.RELATED);
    }

    private static ApiKey madeBy(ApiKey key, Creator creator) {
        return new ApiKey(
                key.id(),
                key.name(),
                key.role(),
                key.scopes(),
                key.rank(),
                key.signs(),
                key.textHash(),
                null,
                null,
                null,
                key.createdAt(),
                null,
                null,
                creator,
                null,
                null);
    }

    @Test
    void aKeyCountsAsItsMaker() {
        ApiKey key = realm.key(Role.ADMIN);
        realm.keys.put(key.id(), madeBy(key, new Creator(ann.actor().ref(), null)));
        isRefused(proven(ann), bar(key.actor()), CannotDecide.Reason.RELATED);
        TestRealm.ok(approve(proven(bob), bar(key.actor())));
    }

    /// The first operators of a realm are all created by its first key, but they still count as independent.
    @Test
    void theFirstKeyMakesStrangers() {
        TestRealm.ok(realm.ask(
                realm.admin, null, new OperatorCommand.CreateOperator(TestRealm.username("eve"), Role.ADMIN, "hash")));
        TestRealm.ok(realm.ask(
                realm.admin, null, new OperatorCommand.CreateOperator(TestRealm.username("fay"), Role.ADMIN, "hash")));
        Actor eve = realm.operators.values().stream()
                .filter(operator -> operator.username().folded().equals("eve"))
                .findFirst()
                .orElseThrow()
                .actor()
                .withProofAt(realm.now);
        Actor fay = realm.operators.values().stream()
                .filter(operator -> operator.username().folded().equals("fay"))
                .findFirst()
                .orElseThrow()
                .actor()
                .withProofAt(realm.now);
        isRefused(eve, bar(realm.admin), CannotDecide.Reason.RELATED);
        TestRealm.ok(approve(fay, bar(eve)));
    }

    @Test
    void aRequestWhoseRequesterIsGoneIsNotCarriedOut() {
        Approval approval = bar(proven(ann));
        TestRealm.ok(realm.ask(
                proven(bob),
                null,
                new OperatorCommand.DisableOperator(TestRealm.username("ann").key())));
        isRefused(proven(bob), approval, CannotDecide.Reason.REQUESTER_GONE);
        TestRealm.ok(realm.ask(
                proven(bob),
                null,
                new OperatorCommand.EnableOperator(TestRealm.username("ann").key())));
        TestRealm.ok(realm.ask(
                proven(bob),
                null,
                new OperatorCommand.ChangeOperatorRole(TestRealm.username("ann").key(), Role.VIEWER)));
        isRefused(proven(bob), approval, CannotDecide.Reason.REQUESTER_GONE);
    }

    @Test
    void aChangedUserIsBarredOnlyByAnOperatorWhoSawTheChange() {
        Approval approval = bar(proven(ann));
        realm.done(user, Command.Update.of(edits -> edits.name = new dev.muster.model.value.Edit<>("Another")));
        long version = realm.get(user).version();
        isRefused(proven(bob), approval, CannotDecide.Reason.CHANGED);
        assertThat(TestRealm.no(approve(proven(bob), approval, Set.of(approval.version()))))
                .isEqualTo(new Refusal.Stale(version));
        TestRealm.ok(approve(proven(bob), approval, Set.of(version)));
        assertThat(realm.get(user).isBarred()).isTrue();
    }

    @Test
    void refusalsAndNoOpsAreReportedImmediately() {
        assertThat(TestRealm.no(realm.ask(proven(ann), UserRef.id(new UUID(0, 5)), new Command.Bar(null, null))))
                .isInstanceOf(Refusal.NotFound.class);
        TestRealm.ok(approve(proven(bob), bar(proven(ann))));
        Change again = TestRealm.ok(realm.ask(proven(ann), UserRef.id(user), new Command.Bar(null, null)));
        assertThat(again.about()).isInstanceOf(Change.OfUser.class);
        assertThat(again.events()).isEmpty();
    }

    @Test
    void theRulesThemselvesNeedApprovalOnceTheyAreSet() {
        Command off = new Command.SetApprovalRules(ApprovalRules.NONE);
        Change change = TestRealm.ok(realm.ask(proven(ann), null, off));
        Approval approval = ((Change.AwaitsApproval) change.about()).approval();
        assertThat(realm.approvalRules.isEmpty()).isFalse();
        assertThat(TestRealm.no(approve(proven(ann), approval)))
                .isEqualTo(new CannotDecide(CannotDecide.Reason.OWN_REQUEST));
        TestRealm.ok(approve(proven(bob), approval));
        assertThat(realm.approvalRules).isEqualTo(ApprovalRules.NONE);
        assertThat(realm.last().action()).isEqualTo(Event.Action.REALM_APPROVAL_RULES_CHANGED);
        TestRealm.ok(realm.ask(proven(ann), null, new Command.SetApprovalRules(new ApprovalRules(Set.of(), 10))));
        assertThat(realm.approvalRules.bulkThreshold()).isEqualTo(10);
    }

    @Test
    void aChangeOfManyAtOnceNeedsApprovalOfEach() {
        Command hold = new Command.PlaceHold(HoldKind.SUSPENDED, "main", null, null, null);
        Write two = new Write(proven(ann), UserRef.id(user), List.of(hold), null, 2);
        assertThat(TestRealm.ok(realm.ask(two)).about()).isInstanceOf(Change.OfUser.class);
        realm.done(user, new Command.ReleaseHold(HoldKind.SUSPENDED, "main", null, null));
        Write three = new Write(proven(ann), UserRef.id(user), List.of(hold), null, 3);
        Change waiting = TestRealm.ok(realm.ask(three));
        assertThat(waiting.about()).isInstanceOf(Change.AwaitsApproval.class);
        Approval approval = ((Change.AwaitsApproval) waiting.about()).approval();
        assertThat(approval.kind()).isEqualTo(Approval.Kind.BULK);
        TestRealm.ok(approve(proven(bob), approval));
        assertThat(realm.get(user).holds().get(HoldKind.SUSPENDED, "main").placedBy())
                .isEqualTo(ann.actor().ref());
    }

    @Test
    void rootAnnulsABarOnlyWithAnOperatorOfTheRealm() {
        TestRealm.ok(approve(proven(bob), bar(proven(ann))));
        Change change = TestRealm.ok(realm.ask(Actor.ROOT, UserRef.id(user), new Command.AnnulBar("error")));
        Approval approval = ((Change.AwaitsApproval) change.about()).approval();
        assertThat(realm.get(user).isBarred()).isTrue();
        TestRealm.ok(approve(proven(bob), approval));
        assertThat(realm.get(user).isBarred()).isFalse();
        assertThat(realm.last().actor()).isEqualTo(ActorRef.ROOT);
        assertThat(realm.last().approvedBy()).isEqualTo(bob.actor().ref());
    }

    @Test
    void aRequestIsDeclinedWithdrawnOrLapses() {
        Approval approval = bar(proven(ann));
        TestRealm.ok(realm.ask(proven(bob), null, new ApprovalCommand.Decline(approval, "wrong", null)));
        assertThat(realm.last().action()).isEqualTo(Event.Action.APPROVAL_DECLINED);
        assertThat(realm.last().reason()).isEqualTo("wrong");
        isClosed(approval);

        Approval withdrawn = bar(proven(ann));
        TestRealm.ok(realm.ask(proven(ann), null, new ApprovalCommand.Decline(withdrawn, null, null)));
        isClosed(withdrawn);

        Approval late = bar(proven(ann));
        TestRealm.ok(realm.ask(Actor.SYSTEM, null, new ApprovalCommand.LapseApproval(late)));
        assertThat(realm.approvals.get(late.id()).state()).isEqualTo(Approval.State.PENDING);
        realm.now = realm.now.plus(Duration.ofDays(7));
        isClosed(late);
        TestRealm.ok(realm.ask(Actor.SYSTEM, null, new ApprovalCommand.LapseApproval(late)));
        assertThat(realm.approvals.get(late.id()).state()).isEqualTo(Approval.State.LAPSED);
        assertThat(realm.last().action()).isEqualTo(Event.Action.APPROVAL_LAPSED);
        assertThat(TestRealm.no(realm.ask(proven(ann), null, new ApprovalCommand.LapseApproval(late))))
                .isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void aCommandThatCannotWaitIsRefusedBesideOneThatMust() {
        assertThat(TestRealm.no(realm.ask(
                        proven(ann), UserRef.id(user), new Command.Remove(null, null), new Command.Bar(null, null))))
                .isEqualTo(new CannotDecide(CannotDecide.Reason.CANNOT_WAIT));
    }

    @Test
    void anApproverProvesTheirIdentityLikeARequester() {
        Approval approval = bar(proven(ann));
        Actor stale = bob.actor().withProofAt(realm.now.minus(Actor.PROOF_LIFETIME));
        Refusal stepUp = new Refusal.StepUpRequired(Actor.PROOF_LIFETIME);
        assertThat(TestRealm.no(approve(stale, approval))).isEqualTo(stepUp);
        assertThat(TestRealm.no(approve(bob.actor(), approval))).isEqualTo(stepUp);
        assertThat(realm.get(user).isBarred()).isFalse();
        TestRealm.ok(approve(proven(bob), approval));

        Change change = TestRealm.ok(realm.ask(Actor.ROOT, UserRef.id(user), new Command.AnnulBar("error")));
        Approval annulment = ((Change.AwaitsApproval) change.about()).approval();
        assertThat(TestRealm.no(approve(stale, annulment))).isEqualTo(stepUp);
        TestRealm.ok(approve(proven(bob), annulment));
        assertThat(realm.get(user).isBarred()).isFalse();
    }

    /// Declining only prevents a change, so it does not require a recent sign-in.
    @Test
    void decliningNeedsNoProof() {
        TestRealm.ok(realm.ask(bob.actor(), null, new ApprovalCommand.Decline(bar(proven(ann)), null, null)));
    }

    private Operator signedIn(String name) {
        return TestRealm.ok(realm.ask(
                        Actor.SYSTEM,
                        null,
                        new OperatorCommand.SignInOperator(
                                new FederatedIdentity("https://login.acme.com", name),
                                TestRealm.username(name),
                                Role.ADMIN)))
                .operator();
    }

    /// Operators created by single sign-on count as independent, although they have the same creator, Muster
    /// itself.
    @Test
    void operatorsOfAnIdentityProviderApproveForEachOther() {
        Approval approval = bar(proven(signedIn("cleo")));
        TestRealm.ok(approve(proven(signedIn("dora")), approval));
        assertThat(realm.get(user).isBarred()).isTrue();
    }

    private static OperatorCommand.PutSso provider() {
        return new OperatorCommand.PutSso(new SsoProvider.Settings(
                "https://login.acme.com",
                "muster",
                "secret",
                List.of("openid"),
                "preferred_username",
                "groups",
                new TreeMap<>(Map.of("admins", Role.ADMIN)),
                false,
                List.of(),
                List.of()));
    }

    /// An operator who controls an identity provider could sign in through it as a second operator who seems
    /// independent.
    @Test
    void whileActionsNeedApprovalOnlyAFirstKeyAddsAnIdentityProvider() {
        ApiKey hers = realm.key(Role.ADMIN);
        realm.keys.put(hers.id(), madeBy(hers, new Creator(ann.actor().ref(), null)));
        for (Actor actor : List.of(proven(ann), hers.actor())) {
            assertThat(TestRealm.no(realm.ask(actor, null, provider()))).isInstanceOf(Refusal.Forbidden.class);
        }
        TestRealm.ok(realm.ask(realm.admin, null, provider()));
        realm.approvalRules = ApprovalRules.NONE;
        TestRealm.ok(realm.ask(proven(ann), null, provider()));
    }
}
