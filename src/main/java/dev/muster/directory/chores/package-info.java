/// Background tasks: they journal holds that have ended, sign checkpoints, delete what is no longer needed, update the
/// search index, and compare rows with the journal. Whatever clients could also request is done with commands, as
/// everywhere else. Housekeeping without a journal entry (expired rows, MACs, checkpoints, the index) is written
/// through `ChoreStore`. Within `directory`, this package may use `lane`, `journal` and `keys`; outside it, `model`,
/// `sealing` and `storage`.
@NullMarked
package dev.muster.directory.chores;

import org.jspecify.annotations.NullMarked;
