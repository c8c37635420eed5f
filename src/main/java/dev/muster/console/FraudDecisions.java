package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.model.Result;
import dev.muster.model.job.Job;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.util.UUID;

/// What fraud reviews decided. A job only stores that its review is done. A review that finds no fraud releases the
/// fraud holds first, so the user's holds at the time of the review show the decision. They do not show whether the
/// review or an earlier action lifted a hold.
record FraudDecisions(Directory directory) {
    /// `fraud hold kept` or `fraud hold lifted`; empty if the job was not reviewed, or if the user or their past cannot
    /// be read.
    String of(PageVisit visit, Job job) {
        UUID user = job.user();
        if (user == null
                || !(job.stage() instanceof Job.Judged judged
                        && judged.review() instanceof Job.ClosedReview(var _, var at, var _))) {
            return "";
        }
        return directory.find(visit.actor(), visit.realmId(), UserRef.id(user), at)
                        instanceof Result.Ok<AsOf<User>>(var seen)
                ? seen.value().holds().at(at).has(HoldKind.FRAUD) ? "fraud hold kept" : "fraud hold lifted"
                : "";
    }
}
