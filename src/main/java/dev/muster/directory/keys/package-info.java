/// Shared by the other packages of the directory: realm keys, row MACs, sealed job details, the read clock,
/// and the mapping of storage failures to refusals. May use `model`, `sealing` and `storage`, but no other
/// package of the directory.
@NullMarked
package dev.muster.directory.keys;

import org.jspecify.annotations.NullMarked;
