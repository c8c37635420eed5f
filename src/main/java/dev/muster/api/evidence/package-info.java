/// The evidence of jobs: zips in the format of Smile ID's clients. [EvidenceZip] checks an upload while it is stored;
/// [EvidencePictures] finds the picture of the user's face in it and sends it. The `smileid` dialect and the console
/// use this package. It may use `model`, `directory` and `http`.
@NullMarked
package dev.muster.api.evidence;

import org.jspecify.annotations.NullMarked;
