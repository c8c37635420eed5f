/// The journal: the entry format, sealing and unsealing entries, verifying the chain, and signed checkpoints
/// in files. It decides nothing and writes no rows. May use `keys`, but no other package of the directory.
@NullMarked
package dev.muster.directory.journal;

import org.jspecify.annotations.NullMarked;
