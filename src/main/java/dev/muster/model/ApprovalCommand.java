package dev.muster.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A command on a request for approval.
public sealed interface ApprovalCommand extends Command {
    /// The request as it was read before the write. Its commands never change; the decider checks its state again.
    Approval approval();

    /// Approves and executes another operator's request.
    ///
    /// @param versions the accepted versions of the user; null for the version at the time of the request
    record Approve(Approval approval, @Nullable Set<Long> versions) implements ApprovalCommand {}

    /// Declines another operator's request, or withdraws one of the actor's own requests.
    record Decline(
            Approval approval,
            @Nullable String reason,
            @Nullable String note) implements ApprovalCommand {}

    /// Records that a request was not decided in time. Only Muster itself may send it.
    record LapseApproval(Approval approval) implements ApprovalCommand {}
}
