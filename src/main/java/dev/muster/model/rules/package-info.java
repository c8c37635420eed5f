/// What each command does and when it is refused. `Decider` delegates a request to the decider of its
/// subject, which defines side by side what a command loads and what it changes. Pure functions of the
/// working set, the command, the actor and the time: no clock, no random numbers, and no dependencies except
/// `model` and `model.state`.
@NullMarked
package dev.muster.model.rules;

import org.jspecify.annotations.NullMarked;
