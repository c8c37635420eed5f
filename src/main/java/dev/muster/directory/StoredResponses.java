package dev.muster.directory;

import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.WebhookCommand;
import dev.muster.model.user.UserRef;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Returns the responses to requests that were executed before with the same `Idempotency-Key`.
record StoredResponses(Database database, RealmKeys realmKeys) {
    /// Returns the first response again, with users, groups, policies and jobs as they were then. Refuses:
    /// SecretNotKept if it contained a secret, Unreadable, Erased.
    Result<Change> replay(WriteRequest request, RetryRow earlier) {
        Command command = request.write().commands().getFirst();
        if (!earlier.readable()) {
            Unreadable.report(request.realm(), new UnreadableException("answer", ""));
            return Result.refused(new Refusal.Unreadable("answer", ""));
        }
        boolean secret = command instanceof Command.CreateKey
                || command instanceof Command.RotateKey
                || command instanceof Command.CreateTenant
                || command instanceof OperatorCommand.InviteOperator
                || command instanceof OperatorCommand.RenewInvitation
                || command instanceof JobCommand.ReserveJob
                || command instanceof WebhookCommand.CreateWebhook
                || command instanceof WebhookCommand.RotateWebhookSecret;
        if (secret) {
            return Result.refused(
                    new Refusal.SecretNotKept(earlier.subject().id().toString()));
        }
        long realm = request.realm();
        return StorageFailures.of(() -> database.snapshot(reads -> replay(reads, realm, command, earlier)));
    }

    private Result<Change> replay(Reads reads, long realm, Command command, RetryRow earlier) {
        UUID id = earlier.subject().id();
        long seq = earlier.seq();
        HistoryReader reader = new HistoryReader(realmKeys.get(realm));
        Result<? extends Change.About> about = switch (earlier.subject().type()) {
            case USER -> {
                UserRow row = reads.users().user(realm, UserRef.id(id));
                yield row == null
                        ? Result.<Change.OfUser>refused(new Refusal.NotFound("user", id.toString()))
                        : reader.asOfSeq(reads, row, seq).map(user -> new Change.OfUser(user.at(earlier.at())));
            }
            case KEY ->
                Result.ok(new Change.OfKey(
                        present(reads.credentials().key(realm, id)).key()));
            case OPERATOR ->
                Result.ok(new Change.OfOperator(
                        present(reads.credentials().operator(realm, id)).operator()));
            case SSO ->
                Result.ok(new Change.OfSso(present(reads.credentials().providers(realm).stream()
                                .filter(row -> row.provider().id().equals(id))
                                .findFirst()
                                .orElse(null))
                        .provider()));
            case WEBHOOK -> webhook(reads, realm, id);
            case GROUP -> Result.ok(new Change.OfGroup(reader.groupAsOf(reads, id, seq)));
            case POLICY -> Result.ok(new Change.OfPolicy(reader.policyAsOf(reads, id, seq)));
            case JOB ->
                reader.jobAsOf(reads, present(reads.jobs().job(realm, id)), seq).map(Change.OfJob::new);
            case REALM -> Result.ok(ofRealm(command));
            // A repeated request that needed approval gets the same refusal again, whatever the current state of the
            // approval.
            case APPROVAL ->
                Result.ok(
                        command instanceof ApprovalCommand
                                ? new Change.OfNothing()
                                : new Change.AwaitsApproval(
                                        present(reads.approvals().approval(realm, id))
                                                .approval()));
            case TENANT -> throw new UnreadableException("answer", id.toString());
        };
        return about.map(it -> new Change(earlier.at(), it, List.of(), true));
    }

    /// Returns the webhook in its current state, because an earlier state would be of no use. Refuses: NotFound if
    /// it was deleted.
    private static Result<Change.OfWebhook> webhook(Reads reads, long realm, UUID id) {
        WebhookRow row = reads.webhooks().webhook(realm, id);
        return row == null
                ? Result.refused(new Refusal.NotFound("webhook", id.toString()))
                : Result.ok(new Change.OfWebhook(row.webhook(), null));
    }

    private static Change.About ofRealm(Command command) {
        return switch (command) {
            case Command.SetQuotas(var quotas) -> new Change.OfQuotas(quotas);
            case Command.SetApprovalRules(var rules) -> new Change.OfApprovalRules(rules);
            case OperatorCommand.SetPasskeyPolicy(var policy) -> new Change.OfPasskeyPolicy(policy);
            default -> new Change.OfNothing();
        };
    }

    private static <T> T present(@Nullable T row) {
        if (row == null) {
            throw new UnreadableException("answer", "");
        }
        return row;
    }
}
