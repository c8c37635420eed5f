/// Background tasks: journal holds that ended, sign checkpoints, delete what is no longer needed, update the
/// search index, compare rows with the journal. What clients could also request is done by commands, like
/// everything else; housekeeping without a journal entry (expired rows, MACs, checkpoints, the index) is
/// written through `ChoreStore`. Within `directory` it may use `lane`, `journal` and `keys`; outside it,
/// `model`, `sealing` and `storage`.
@NullMarked
package dev.muster.directory.chores;

import org.jspecify.annotations.NullMarked;
