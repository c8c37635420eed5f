/// The working set of a batch: what was loaded of a realm and what its requests changed, in memory, by
/// subject: people, credentials, memberships and jobs. Each subject has one class with its facts, what to
/// load of it, and what storage has to write. It knows no rule, and uses only the records of `model`.
@NullMarked
package dev.muster.model.state;

import org.jspecify.annotations.NullMarked;
