/// Slows down guessing: limits failed attempts by address, and sign-ins by name and address. Pure computation
/// on a clock that is an argument; uses only [dev.muster.network].
@NullMarked
package dev.muster.security.limit;

import org.jspecify.annotations.NullMarked;
