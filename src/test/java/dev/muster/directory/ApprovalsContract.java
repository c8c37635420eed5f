package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.Approvals.Seen;
import dev.muster.directory.chores.Difference;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Approval;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests for approval as they are stored, sealed, journalled and carried out.
abstract class ApprovalsContract extends RunningContract {
    private static final String NOTE = "Seen with a forged passport.";

    private Actor ann;
    private Actor bob;
    private UUID user;

    /// A connection past the server.
    abstract Connection connect() throws SQLException;

    @BeforeEach
    void aRealmWithTwoOperators() {
        ann = operator("ann");
        bob = operator("bob");
        user = running.register("somebody@example.com");
        set(new ApprovalRules(Set.of(ApprovalRules.Action.BAR, ApprovalRules.Action.ERASE), 5));
    }

    private Actor operator(String name) {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, name);
        Running.ok(running.executeIn(TEST, new Command.CreateOperator(username, Role.ADMIN, "hash")));
        return running.core.credentials().operator(TEST, username.key()).actor();
    }

    private void set(ApprovalRules rules) {
        Running.ok(running.executeIn(TEST, new Command.SetApprovalRules(rules)));
    }

    Result<Change> execute(Actor actor, UserRef target, Command command, String key, boolean dryRun) {
        Write write = new Write(actor, target, List.of(command), null);
        WriteRequest.Retry retry = key == null ? null : WriteRequest.Retry.of(key, "test", write);
        return running.core.directory().execute(new WriteRequest(TEST, write, Running.origin(), retry, dryRun, 0));
    }

    UUID ask(Command command) {
        Refusal refusal = Running.no(execute(ann, UserRef.id(user), command, null, false));
        return ((Refusal.NeedsApproval) refusal).approval();
    }

    Seen seen(UUID approval) {
        return Running.ok(running.core.approvals().get(bob, TEST, approval));
    }

    Result<Change> approve(UUID approval) {
        return execute(bob, null, new Command.Approve(seen(approval).approval(), null), null, false);
    }

    List<JournalEntry> history() {
        return Running.ok(running.core.directory().history(bob, TEST, UserRef.id(user), 50, null))
                .items();
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
        assertThat(Running.no(execute(ann, UserRef.id(user), bar, "key-1", false))).isEqualTo(first);
        assertThat(Running.ok(running.core.approvals().list(bob, TEST, null, null, 10)).items())
                .hasSize(1);
        UUID id = ((Refusal.NeedsApproval) first).approval();
        Running.ok(approve(id));
        assertThat(Running.no(execute(ann, UserRef.id(user), bar, "key-1", false))).isEqualTo(first);
        assertThat(Running.no(execute(ann, UserRef.id(user), new Command.Bar("other", null), "key-1", false)))
                .isInstanceOf(Refusal.IdempotencyMismatch.class);
    }

    @Test
    void anApprovalUnderTheSameKeyIsCarriedOutOnce() {
        UUID id = ask(new Command.Bar("fraud", NOTE));
        Command.Approve approve = new Command.Approve(seen(id).approval(), null);
        Running.ok(execute(bob, null, approve, "key-2", false));
        Change again = Running.ok(execute(bob, null, new Command.Approve(seen(id).approval(), null), "key-2", false));
        assertThat(again.replayed()).isTrue();
        assertThat(history()).filteredOn(entry -> entry.action().equals("user.barred")).hasSize(1);
    }

    @Test
    void aDryRunLeavesNothing() {
        Refusal refusal = Running.no(execute(ann, UserRef.id(user), new Command.Bar("fraud", NOTE), null, true));
        assertThat(refusal).isEqualTo(new Refusal.NeedsApproval(null));
        assertThat(Running.ok(running.core.approvals().list(bob, TEST, null, null, 10)).items())
                .isEmpty();
    }

    /// The commands are sealed under the user's key, which is gone then.
    @Test
    void whatIsAskedOfAnErasedUserCannotBeReadAnyMore() throws SQLException {
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
        Running.ok(execute(bob, null, new Command.Decline(seen(second).approval(), "no", null), null, false));
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
        execute("update approval_rules set actions = 0 where realm = " + TEST);
        assertThat(Running.ok(running.core.approvals().rules(bob, TEST))).isEqualTo(ApprovalRules.ALL);
        ask(new Command.Bar("fraud", NOTE));
    }

    /// A row that is gone has no MAC: the journal tells that there were rules.
    @Test
    void rulesThatAreGoneFromTheDatabaseAreFound() throws SQLException {
        assertThat(differences()).isEmpty();
        execute("delete from approval_rules where realm = " + TEST);
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
        // So that bob could approve his own.
        execute("update approval set requested_by_kind = 2 where realm = " + TEST);
        assertThat(Running.no(running.core.approvals().get(bob, TEST, id))).isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(execute(bob, null, new Command.Approve(approval, null), null, false)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(running.find(user).isBarred()).isFalse();
    }

    @Test
    void nothingOfTheRequestIsInClearInTheDatabase() throws SQLException {
        ask(new Command.Bar("fraud", NOTE));
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select sealed from approval")) {
            assertThat(rows.next()).isTrue();
            assertThat(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1))
                    .doesNotContain("passport")
                    .doesNotContain("fraud");
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }
}
