/// What happens without a request: holds that end are journalled, checkpoints are signed, what is no longer
/// needed is deleted, the search index is brought up to date, and rows are compared with the journal.
/// Chores change the register only through the door that they are given, like everybody else. They may use
/// `lane`, `journal` and `keys`.
@NullMarked
package dev.muster.directory.chores;

import org.jspecify.annotations.NullMarked;
