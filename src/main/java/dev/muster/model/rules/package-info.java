/// What each command does and when it is refused. `Decider` delegates a request to the decider for its subject, which
/// defines in one place what each command loads and what it changes. All of this consists of pure functions of the
/// working set, the command, the actor and the time: they use no clock and no random numbers. This package may use only
/// `model` and its subpackages.
@NullMarked
package dev.muster.model.rules;

import org.jspecify.annotations.NullMarked;
