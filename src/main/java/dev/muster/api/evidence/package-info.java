/// The evidence of jobs, which is a zip as Smile ID's clients make it. [EvidenceZip] checks an upload while it is
/// stored, and [EvidencePictures] finds the picture of the user's face in it and sends it. Used by the `smileid`
/// dialect
/// and the console.
@NullMarked
package dev.muster.api.evidence;

import org.jspecify.annotations.NullMarked;
