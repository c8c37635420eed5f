/// The working set of a batch: the facts of a realm that were loaded into memory, and the changes that requests make to
/// them. Each subject (people, credentials, memberships, jobs, approvals and webhooks) has one class for its state, its
/// load plan and its rows to write. This package contains no rules and may use only the records of `model`.
@NullMarked
package dev.muster.model.state;

import org.jspecify.annotations.NullMarked;
