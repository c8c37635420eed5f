/// Classes shared by the other packages of the directory: realm keys, row MACs, sealed job details, the read clock, and
/// the conversion of storage failures to refusals. This package may use `model`, `sealing` and `storage`, but no other
/// package of the directory.
@NullMarked
package dev.muster.directory.keys;

import org.jspecify.annotations.NullMarked;
