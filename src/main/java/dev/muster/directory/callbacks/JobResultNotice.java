package dev.muster.directory.callbacks;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.job.Job;
import dev.muster.model.tenant.Realm;

/// A result of a job, as the partner is to be told of it.
///
/// @param job as of that result; a later one may have followed
/// @param result the job's stage
/// @param userId the user's external id, else their id; as it was submitted if the user was unknown
/// @param submittedBy who submitted the job
public record JobResultNotice(Realm realm, Job job, Job.Judged result, String userId, ActorRef submittedBy) {}
