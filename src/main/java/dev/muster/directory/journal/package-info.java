/// The journal: the format of an entry, sealing and opening entries, verifying the chain, and signed checkpoints in
/// files. This package contains no business rules and does not write to the database. Within `directory`, it may use
/// only `keys`; outside it, only `model`, `sealing` and `storage`.
@NullMarked
package dev.muster.directory.journal;

import org.jspecify.annotations.NullMarked;
