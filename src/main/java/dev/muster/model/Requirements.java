package dev.muster.model;

import dev.muster.model.credential.Scope;
import org.jspecify.annotations.Nullable;

/// What a command requires of its actor, and whether it is urgent.
///
/// @param scope the required scope; null if no scope allows the command: see [Command#scope]
/// @param urgent whether the command is urgent: see [Command#isUrgent]
record Requirements(@Nullable Scope scope, boolean urgent) {
    /// Whether an operator must have proved their identity recently: true for actions that cannot be undone, and
    /// for those that determine who has access or receives events. This does not apply to API keys and root, which
    /// send their credential with each request.
    boolean recentProof() {
        return scope == Scope.BAR_WRITE || scope == Scope.KEYS_WRITE || scope == Scope.WEBHOOKS_WRITE;
    }

    static Requirements of(Command command) {
        return switch (command) {
            case Command.Register _,
                    Command.PutUser _,
                    Command.Update _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceCards _,
                    Command.ReplaceWorkstations _ -> new Requirements(Scope.USERS_WRITE, false);
            case Command.ChangeRank _ -> new Requirements(Scope.RANKS_WRITE, false);
            case Command.Bar _ -> new Requirements(Scope.BAR_WRITE, true);
            case Command.AnnulBar _ -> new Requirements(null, false);
            case Command.OnHolds _ -> new Requirements(Scope.HOLDS_WRITE, true);
            case Command.AllowReenrolment _ -> new Requirements(Scope.HOLDS_WRITE, false);
            case Command.Erase _, JobCommand.EraseJob _ -> new Requirements(Scope.BAR_WRITE, false);
            // Operators may do this only for themselves: see [dev.muster.model.rules.Decider].
            case OperatorCommand.AcceptInvitation _,
                    OperatorCommand.ChangeOwnPassword _,
                    OperatorCommand.NoteSignIn _,
                    OperatorCommand.AddPasskey _ -> new Requirements(null, true);
            case Command.RevokeKey _,
                    OperatorCommand.DisableOperator _,
                    OperatorCommand.SignOutOperator _,
                    OperatorCommand.EndSession _,
                    OperatorCommand.DeleteOperator _,
                    OperatorCommand.ChangePassword _,
                    OperatorCommand.RemovePasskeys _ -> new Requirements(Scope.KEYS_WRITE, true);
            case Command.CreateKey _,
                    Command.RotateKey _,
                    Command.ExpireKey _,
                    OperatorCommand.CreateOperator _,
                    OperatorCommand.InviteOperator _,
                    OperatorCommand.RenewInvitation _,
                    OperatorCommand.EnableOperator _,
                    OperatorCommand.ChangeOperatorRole _,
                    OperatorCommand.PutSso _,
                    OperatorCommand.RemoveSso _,
                    OperatorCommand.SetPasskeyPolicy _ -> new Requirements(Scope.KEYS_WRITE, false);
            // Sign-ins are urgent, because operators must be able to sign in even if the disk is full, and because a
            // sign-in may reduce their role.
            case OperatorCommand.SignInOperator _ -> new Requirements(null, true);
            case Command.OnGroups _, Command.OnPolicies _ -> new Requirements(Scope.GROUPS_WRITE, false);
            case JobCommand.ReserveJob _, JobCommand.SubmitJob _, JobCommand.FreeJobId _ ->
                new Requirements(Scope.JOBS_WRITE, false);
            case JobCommand.GiveVerdict _, JobCommand.ReviewJob _ -> new Requirements(Scope.JOBS_VERDICT, false);
            case JobCommand.NoteEvidenceRead _ -> new Requirements(Scope.EVIDENCE_READ, false);
            case JournalCommand.NoteExport _ -> new Requirements(Scope.JOURNAL_READ, false);
            case JournalCommand.NoteRewind _ -> new Requirements(null, true);
            case Command.NoteSignature _ -> new Requirements(Scope.JOBS_READ, false);
            case Command.SetApprovalRules _ -> new Requirements(Scope.KEYS_WRITE, false);
            // The decider also checks the scopes of the requested commands. These commands are urgent, because the
            // request may bar a user.
            case ApprovalCommand.Approve _, ApprovalCommand.Decline _ -> new Requirements(Scope.USERS_READ, true);
            case ApprovalCommand.LapseApproval _ -> new Requirements(null, false);
            // These commands are urgent, because they stop outgoing requests or invalidate a secret.
            case WebhookCommand.PauseWebhook _, WebhookCommand.DeleteWebhook _, WebhookCommand.RotateWebhookSecret _ ->
                new Requirements(Scope.WEBHOOKS_WRITE, true);
            case WebhookCommand.CreateWebhook _, WebhookCommand.UpdateWebhook _, WebhookCommand.ResumeWebhook _ ->
                new Requirements(Scope.WEBHOOKS_WRITE, false);
            case WebhookCommand.DisableWebhook _ -> new Requirements(null, true);
            case Command.CreateTenant _, Command.SetQuotas _, Command.EndHolds _ -> new Requirements(null, false);
        };
    }
}
