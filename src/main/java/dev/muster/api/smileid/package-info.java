/// The `smileid` dialect: the API of Smile ID's clients. [EnrolleeEndpoint] is the signed endpoint that re-enrols,
/// deactivates, flags and deletes users; [JobCalls] has the calls to submit and query jobs. Each part has its
/// own errors ([EnrolleeErrors], [JobErrors]), and both read requests with [SmileFields].
///
/// [JobResult] maps a job's outcome to the vendor's codes. The package contains no domain rules. It may use
/// `api.evidence` and what `api` may use.
@NullMarked
package dev.muster.api.smileid;

import org.jspecify.annotations.NullMarked;
