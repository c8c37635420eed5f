/// The journal: the format of an entry, sealing and opening entries, verifying the chain, and signed
/// checkpoints in files. Decides nothing and writes no rows. Within `directory` it may use `keys` only;
/// outside it, `model`, `sealing` and `storage`.
@NullMarked
package dev.muster.directory.journal;

import org.jspecify.annotations.NullMarked;
