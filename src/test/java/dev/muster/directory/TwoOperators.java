package dev.muster.directory;

import dev.muster.directory.Approvals.Seen;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// A realm in which bars and erasures need approval: ann requests them, and bob approves.
record TwoOperators(Running running, Actor ann, Actor bob, UUID user) {
    static final ApprovalRules RULES =
            new ApprovalRules(Set.of(ApprovalRules.Action.BAR, ApprovalRules.Action.ERASE), 5);

    TwoOperators(Running running) {
        this(running, operator(running, "ann"), operator(running, "bob"), running.register("somebody@example.com"));
        Running.ok(running.executeIn(Running.REALM, new Command.SetApprovalRules(RULES)));
    }

    private static Actor operator(Running running, String name) {
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, name);
        Running.ok(running.executeIn(Running.REALM, new OperatorCommand.CreateOperator(username, Role.ADMIN, "hash")));
        return running.core
                .credentials()
                .operator(Running.REALM, username.key())
                .actor()
                .withProofAt(running.clock.instant());
    }

    Result<Change> execute(Actor actor, UserRef target, Command command, String key, boolean dryRun) {
        Write write = new Write(actor, target, List.of(command), null);
        WriteRequest.Retry retry = key == null ? null : WriteRequest.Retry.of(key, "test", write);
        return running.core
                .directory()
                .execute(new WriteRequest(Running.REALM, write, Running.origin(), retry, null, dryRun, 0));
    }

    UUID ask(Command command) {
        Refusal refusal = Running.no(execute(ann, UserRef.id(user), command, null, false));
        return ((Refusal.NeedsApproval) refusal).approval();
    }

    Seen seen(UUID approval) {
        return Running.ok(running.core.approvals().get(bob, Running.REALM, approval));
    }

    Result<Change> approve(UUID approval) {
        return execute(bob, null, new ApprovalCommand.Approve(seen(approval).approval(), null), null, false);
    }

    List<JournalEntry> history() {
        return Running.ok(running.core.directory().history(bob, Running.REALM, UserRef.id(user), 50, null, null))
                .items();
    }
}
