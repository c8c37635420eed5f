/// The `smileid` dialect: what Smile ID's clients call. [Enrollees] is the signed endpoint that re-enrols,
/// deactivates, flags and deletes users, [JobCalls] are the calls by which jobs are submitted and asked for.
/// Each part words its errors in its own way ([EnrolleeErrors], [JobErrors]), and both read what clients send with
/// [SmileFields].
///
/// [EvidenceZip] looks into what is uploaded while it is kept, [SelfieImage] finds an image in it again, and
/// [JobResult] says what came of a job in the vendor's codes. No rule of the domain is here.
@NullMarked
package dev.muster.api.smileid;

import org.jspecify.annotations.NullMarked;
