/// The working set of a batch: what was loaded of a realm and what its requests changed, in memory, by subject:
/// people, credentials, memberships, jobs and approvals. Each subject has one class for its state, its load
/// plan and its rows to write. It knows no rules, and uses only the records of `model`.
@NullMarked
package dev.muster.model.state;

import org.jspecify.annotations.NullMarked;
