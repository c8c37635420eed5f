/// The working set of a batch: the loaded facts of a realm and the changes by its requests, in memory, by subject:
/// people, credentials, memberships, jobs and approvals. Each subject has one class for its state, its load
/// plan and its rows to write. It knows no rules, and uses only the records of `model`.
@NullMarked
package dev.muster.model.state;

import org.jspecify.annotations.NullMarked;
