/// The journal: the format of an entry, sealing and opening it, verifying the chain of entries, and signed
/// checkpoints in files. It decides nothing and writes no row; it may use `keys` and no other room of the
/// directory.
@NullMarked
package dev.muster.directory.journal;

import org.jspecify.annotations.NullMarked;
