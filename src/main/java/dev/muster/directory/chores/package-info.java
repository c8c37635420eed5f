/// Background work: journalling expired holds, signing checkpoints, deleting what is no longer needed,
/// updating the search index, and comparing rows with the journal. Chores change users only through the write
/// function they are given. May use `lane`, `journal` and `keys`.
@NullMarked
package dev.muster.directory.chores;

import org.jspecify.annotations.NullMarked;
