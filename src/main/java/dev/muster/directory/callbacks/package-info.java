/// Tells partners the results of their jobs, at the callback address of each job.
///
/// A lane writes a row of `callback` in the transaction of each result. [CallbackSender] finds the rows that are due,
/// reads the result from the journal, has a [CallbackFormat] put it into the words of the dialect that the partner
/// speaks, and sends it. Nothing here knows a dialect, and no row holds anything personal.
@NullMarked
package dev.muster.directory.callbacks;

import org.jspecify.annotations.NullMarked;
