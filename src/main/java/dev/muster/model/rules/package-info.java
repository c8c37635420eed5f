/// What each command does and when it is refused. `Decider` hands a request to the decider of its subject,
/// where what the command loads and what it changes are side by side. Pure functions of the working set, the
/// command, the actor and the time: no clock, no random numbers, nothing but `model` and `model.state`.
@NullMarked
package dev.muster.model.rules;

import org.jspecify.annotations.NullMarked;
