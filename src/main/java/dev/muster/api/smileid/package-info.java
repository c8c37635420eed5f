/// The `smileid` dialect: what Smile ID's clients call. [Enrollees] is the signed endpoint that re-enrols,
/// deactivates, flags and deletes users; [JobCalls] are the calls by which jobs are submitted and queried.
/// Each part words its own errors ([EnrolleeErrors], [JobErrors]), and both read what clients send with
/// [SmileFields].
///
/// [EvidenceZip] checks an upload while it is stored, [SelfieImage] finds an image in it, and [JobResult]
/// maps a job's outcome to the vendor's codes. Has no domain rules; may use what `api` may
/// use.
@NullMarked
package dev.muster.api.smileid;

import org.jspecify.annotations.NullMarked;
