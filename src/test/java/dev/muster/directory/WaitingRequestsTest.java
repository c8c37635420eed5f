package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.Approvals.Seen;
import dev.muster.directory.chores.Difference;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Approval;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.UserRef;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests how approval requests are stored, sealed, added to the journal and executed.
final class WaitingRequestsTest extends OnBothRunning {
    private static final String NOTE = "Seen with a forged passport.";

    private TwoOperators two;
    private Actor ann;
    private Actor bob;
    private UUID user;

    @BeforeEach
    void aRealmWithTwoOperators() {
        two = new TwoOperators(running);
        ann = two.ann();
        bob = two.bob();
        user = two.user();
    }

    private Result<Change> execute(Actor actor, UserRef target, Command command, String key, boolean dryRun) {
        return two.execute(actor, target, command, key, dryRun);
    }

    private UUID ask(Command command) {
        return two.ask(command);
    }

    private Seen seen(UUID approval) {
        return two.seen(approval);
    }

    private Result<Change> approve(UUID approval) {
        return two.approve(approval);
    }

    private List<JournalEntry> history() {
        return two.history();
    }

    @Test
    void aRequestIsKeptAndCarriedOutLater() {
        UUID id = ask(new Command.Bar("fraud", NOTE));
        Seen seen = seen(id);
        assertThat(seen.approval().state()).isEqualTo(Approval.State.PENDING);
        assertThat(seen.approval().commands()).containsExactly(new Command.Bar("fraud", NOTE));
        assertThat(seen.isChanged()).isFalse();
        assertThat(running.find(user).isBarred()).isFalse();

        Running.ok(approve(id));
        assertThat(running.find(user).isBarred()).isTrue();
        assertThat(seen(id).approval().decidedBy()).isEqualTo(bob.ref());
        List<JournalEntry> entries = history();
        assertThat(entries)
                .extracting(JournalEntry::action)
                .startsWith("user.barred", "approval.approved", "approval.requested");
        assertThat(entries.getFirst().actor()).isEqualTo(ann.ref());
        assertThat(entries.getFirst().approvedBy()).isEqualTo(bob.ref());
        assertThat(entries.getFirst().note()).isEqualTo(NOTE);
        assertThat(entries.get(1).actor()).isEqualTo(bob.ref());
        assertThat(entries.get(1).approvedBy()).isNull();
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void theSameRequestUnderTheSameKeyIsTheSameApproval() {
        Command bar = new Command.Bar("fraud", NOTE);
        Refusal first = Running.no(execute(ann, UserRef.id(user), bar, "key-1", false));
        assertThat(Running.no(execute(ann, UserRef.id(user), bar, "key-1", false)))
                .isEqualTo(first);
        assertThat(Running.ok(running.core.approvals().list(bob, TEST, null, null, 10))
                        .items())
                .hasSize(1);
        UUID id = ((Refusal.NeedsApproval) first).approval();
        Running.ok(approve(id));
        assertThat(Running.no(execute(ann, UserRef.id(user), bar, "key-1", false)))
                .isEqualTo(first);
        assertThat(Running.no(execute(ann, UserRef.id(user), new Command.Bar("other", null), "key-1", false)))
                .isInstanceOf(Refusal.IdempotencyMismatch.class);
    }

    @Test
    void anApprovalUnderTheSameKeyIsCarriedOutOnce() {
        UUID id = ask(new Command.Bar("fraud", NOTE));
        ApprovalCommand.Approve approve = new ApprovalCommand.Approve(seen(id).approval(), null);
        Running.ok(execute(bob, null, approve, "key-2", false));
        Change again =
                Running.ok(execute(bob, null, new ApprovalCommand.Approve(seen(id).approval(), null), "key-2", false));
        assertThat(again.replayed()).isTrue();
        assertThat(history())
                .filteredOn(entry -> entry.action().equals("user.barred"))
                .hasSize(1);
    }

    @Test
    void aDryRunLeavesNothing() {
        Refusal refusal = Running.no(execute(ann, UserRef.id(user), new Command.Bar("fraud", NOTE), null, true));
        assertThat(refusal).isEqualTo(new Refusal.NeedsApproval(null));
        assertThat(Running.ok(running.core.approvals().list(bob, TEST, null, null, 10))
                        .items())
                .isEmpty();
    }

    @Test
    void eachJobOfANameIsApprovedByItself() {
        for (int i = 0; i < 60; i++) {
            Running.ok(running.executeIn(
                    TEST, new JobCommand.SubmitJob(JobStagesTest.job("job" + i, 5, "stranger"), null, null)));
        }
        Refusal refusal = Running.no(running.core.jobs().eraseNamed(ann, TEST, "stranger", Running.origin(), false));
        List<Seen> waiting = Running.ok(running.core.approvals().list(bob, TEST, null, null, 100))
                .items();
        assertThat(waiting).hasSize(60);
        assertThat(waiting)
                .extracting(seen -> seen.approval().id())
                .contains(((Refusal.NeedsApproval) refusal).approval());
        waiting.forEach(seen -> Running.ok(approve(seen.approval().id())));
        assertThat(Running.ok(running.core.jobs().eraseNamed(ann, TEST, "stranger", Running.origin(), true)))
                .isZero();
    }

    /// The commands of a pending request about an erased user are unreadable, because they are sealed with the
    /// user's key, which the erasure destroys.
    @Test
    void commandsForAnErasedUserAreUnreadable() throws SQLException {
        UUID bar = ask(new Command.Bar("fraud", NOTE));
        UUID erase = ask(new Command.Erase("asked-for", null));
        Running.ok(approve(erase));
        assertThat(seen(bar).approval().commands()).isNull();
        assertThat(Running.no(approve(bar))).isInstanceOf(Refusal.Erased.class);
        JournalEntry erased = history().getFirst();
        assertThat(erased.action()).isEqualTo("user.erased");
        assertThat(erased.actor()).isEqualTo(ann.ref());
        assertThat(history().get(1).actor()).isEqualTo(bob.ref());
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void requestsAreListedNewestFirstByState() {
        UUID first = ask(new Command.Bar("one", null));
        UUID second = ask(new Command.Bar("two", null));
        UUID third = ask(new Command.Erase("three", null));
        Running.ok(execute(bob, null, new ApprovalCommand.Decline(seen(second).approval(), "no", null), null, false));
        assertThat(ids(null, null, 10)).containsExactly(third, second, first);
        assertThat(ids(null, null, 2)).containsExactly(third, second);
        assertThat(ids(null, second, 2)).containsExactly(first);
        assertThat(ids(Approval.State.PENDING, null, 10)).containsExactly(third, first);
        assertThat(ids(Approval.State.DECLINED, null, 10)).containsExactly(second);
        PageByName<Seen> page = Running.ok(running.core.approvals().list(bob, TEST, null, null, 2));
        assertThat(page.total()).isEqualTo(3);
        assertThat(page.next()).isEqualTo(second.toString());
    }

    private List<UUID> ids(Approval.State state, UUID before, int limit) {
        return Running.ok(running.core.approvals().list(bob, TEST, state, before, limit)).items().stream()
                .map(seen -> seen.approval().id())
                .toList();
    }

    @Test
    void theRulesCannotBeLoosenedInTheDatabase() throws SQLException {
        ApprovalRules rules = new ApprovalRules(Set.of(ApprovalRules.Action.BAR, ApprovalRules.Action.ERASE), 5);
        assertThat(Running.ok(running.core.approvals().rules(bob, TEST))).isEqualTo(rules);
        database.execute("update approval_rules set actions = 0 where realm = " + TEST);
        assertThat(Running.ok(running.core.approvals().rules(bob, TEST))).isEqualTo(ApprovalRules.ALL);
        ask(new Command.Bar("fraud", NOTE));
    }

    /// Reconciliation finds that rules were deleted from the database. A deleted row has no MAC to check, but the
    /// journal shows that there were rules.
    @Test
    void rulesThatAreGoneFromTheDatabaseAreFound() throws SQLException {
        assertThat(differences()).isEmpty();
        database.execute("delete from approval_rules where realm = " + TEST);
        assertThat(differences()).containsExactly("approvalRules.actions", "approvalRules.bulkThreshold");
    }

    private List<String> differences() {
        return Running.ok(running.core.reconciliation().reconcile(bob, TEST)).differences().stream()
                .map(Difference::field)
                .sorted()
                .toList();
    }

    @Test
    void aRequestThatWasAlteredInTheDatabaseIsUnknown() throws SQLException {
        UUID id = ask(new Command.Bar("fraud", NOTE));
        Approval approval = seen(id).approval();
        // With this change, bob could approve his own request.
        database.execute("update approval set requested_by_kind = 2 where realm = " + TEST);
        assertThat(Running.no(running.core.approvals().get(bob, TEST, id))).isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(execute(bob, null, new ApprovalCommand.Approve(approval, null), null, false)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(running.find(user).isBarred()).isFalse();
    }

    @Test
    void nothingOfTheRequestIsInClearInTheDatabase() throws SQLException {
        ask(new Command.Bar("fraud", NOTE));
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select sealed from approval")) {
            assertThat(rows.next()).isTrue();
            assertThat(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1))
                    .doesNotContain("passport")
                    .doesNotContain("fraud");
        }
    }
}
