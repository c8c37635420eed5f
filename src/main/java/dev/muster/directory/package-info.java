/// The one door: every read and every write of every dialect passes [Directory]. Behind it, writes wait in lanes and
/// are committed in groups; reads are short statements.
@NullMarked
package dev.muster.directory;

import org.jspecify.annotations.NullMarked;
