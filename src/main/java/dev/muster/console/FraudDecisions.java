package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.model.Result;
import dev.muster.model.job.Job;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.util.UUID;

/// What fraud reviews decided. Reviews by earlier versions do not record their decision, and through the API it can be
/// left out. For these, the user's holds at the time of the review show whether a fraud hold was in effect, but not
/// whether the review or an earlier action lifted it.
record FraudDecisions(Directory directory) {
    /// Returns the decision, such as `confirmed as fraud`; for a review that does not record it, `fraud hold kept`
    /// or `fraud hold lifted`. Empty if the job was not reviewed, or if the user or their past state cannot be
    /// read.
    String of(PageVisit visit, Job job) {
        if (!(job.stage() instanceof Job.Completed completed
                && completed.review() instanceof Job.ClosedReview(var _, var at, var _, var decision))) {
            return "";
        }
        if (decision != null) {
            return text(decision);
        }
        UUID user = job.user();
        if (user == null) {
            return "";
        }
        return directory.find(visit.actor(), visit.realmId(), UserRef.id(user), at)
                        instanceof Result.Ok<AsOf<User>>(var seen)
                ? seen.value().holds().at(at).has(HoldKind.FRAUD) ? "fraud hold kept" : "fraud hold lifted"
                : "";
    }

    static String text(ReviewDecision decision) {
        return switch (decision) {
            case FRAUD -> "confirmed as fraud";
            case NOT_FRAUD -> "not fraud";
        };
    }
}
