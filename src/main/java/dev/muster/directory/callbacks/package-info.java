/// Notifies partners of the results of their jobs, at the callback address of each job.
///
/// A lane inserts a row into `callback` in the transaction of each result. [CallbackSender] finds the rows that are
/// due, reads the result from the journal, has a [CallbackFormat] format it in the partner's dialect, and sends it.
/// This package contains nothing specific to a dialect, and its rows contain no personal data in clear text.
@NullMarked
package dev.muster.directory.callbacks;

import org.jspecify.annotations.NullMarked;
