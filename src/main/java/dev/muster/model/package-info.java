/// The domain: users, holds, standing, ranks, bars, keys and operators as records, and the rules that change them
/// as pure functions of (state, command, actor, now). Nothing here knows HTTP, SQL or cryptography, and nothing
/// here reads a clock or draws a random number: whoever calls brings them.
@NullMarked
package dev.muster.model;

import org.jspecify.annotations.NullMarked;
