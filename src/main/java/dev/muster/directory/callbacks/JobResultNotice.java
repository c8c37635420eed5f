package dev.muster.directory.callbacks;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.job.Job;
import dev.muster.model.tenant.Realm;

/// A result of a job, as it is reported to the partner.
///
/// @param job the job as it was at that result; a later result may have followed
/// @param result the job's stage, which contains the result
/// @param userId the user's external id, or the user's id if there is none; if the user was unknown, the id as
///     submitted
/// @param submittedBy who submitted the job
public record JobResultNotice(Realm realm, Job job, Job.Completed result, String userId, ActorRef submittedBy) {}
