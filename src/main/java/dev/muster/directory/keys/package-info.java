/// Shared by the other packages of the directory: realm keys, MACs of rows, sealed job details, the clock
/// of reads, and the mapping of storage failures to refusals. May use `sealing` and `storage`, and no other
/// package of the directory.
@NullMarked
package dev.muster.directory.keys;

import org.jspecify.annotations.NullMarked;
