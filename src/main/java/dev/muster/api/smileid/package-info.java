/// The `smileid` dialect: what Smile ID's clients call. [Enrollees] is the signed endpoint that re-enrols,
/// deactivates, flags and deletes users; [JobCalls] are the calls by which jobs are submitted and queried.
/// Each part words its own errors ([EnrolleeErrors], [JobErrors]), and both read what clients send with
/// [SmileFields].
///
/// [JobResult] maps a job's outcome to the vendor's codes. Has no domain rules.
@NullMarked
package dev.muster.api.smileid;

import org.jspecify.annotations.NullMarked;
