package dev.muster.model;

import dev.muster.model.credential.Scope;
import org.jspecify.annotations.Nullable;

/// What a command needs of its actor, and whether it is carried out when there is hardly any room left.
///
/// @param scope null where only root may
/// @param urgent as [Command#isUrgent] says
record Needs(@Nullable Scope scope, boolean urgent) {
    static Needs of(Command command) {
        return switch (command) {
            case Command.Register _,
                    Command.PutUser _,
                    Command.Update _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceCards _,
                    Command.ReplaceWorkstations _ -> new Needs(Scope.USERS_WRITE, false);
            case Command.ChangeRank _ -> new Needs(Scope.RANKS_WRITE, false);
            case Command.Bar _ -> new Needs(Scope.BAR_WRITE, true);
            case Command.AnnulBar _ -> new Needs(null, false);
            case Command.OnHolds _ -> new Needs(Scope.HOLDS_WRITE, true);
            case Command.AllowReenrolment _ -> new Needs(Scope.HOLDS_WRITE, false);
            case Command.Erase _, Command.EraseJob _ -> new Needs(Scope.BAR_WRITE, false);
            case Command.RevokeKey _,
                    Command.DisableOperator _,
                    Command.SignOutOperator _,
                    Command.DeleteOperator _,
                    Command.ChangePassword _ -> new Needs(Scope.KEYS_WRITE, true);
            case Command.CreateKey _,
                    Command.RotateKey _,
                    Command.ExpireKey _,
                    Command.CreateOperator _,
                    Command.EnableOperator _,
                    Command.ChangeOperatorRole _ -> new Needs(Scope.KEYS_WRITE, false);
            case Command.OnGroups _, Command.OnPolicies _ -> new Needs(Scope.GROUPS_WRITE, false);
            case Command.ReserveJob _, Command.SubmitJob _, Command.FreeJobId _ -> new Needs(Scope.JOBS_WRITE, false);
            case Command.GiveVerdict _, Command.ReviewJob _ -> new Needs(Scope.JOBS_VERDICT, false);
            case Command.NoteSignature _ -> new Needs(Scope.JOBS_READ, false);
            case Command.SetApprovalRules _ -> new Needs(Scope.KEYS_WRITE, false);
            // What a request asks for needs more, which the decider looks at. It may be a bar.
            case Command.Approve _, Command.Decline _ -> new Needs(Scope.USERS_READ, true);
            case Command.LapseApproval _ -> new Needs(null, false);
            case Command.CreateTenant _, Command.SetQuotas _, Command.EndHolds _ -> new Needs(null, false);
        };
    }
}
