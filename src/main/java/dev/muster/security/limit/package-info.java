/// Slows down guessing: limits failed attempts by address, and sign-ins by name and address. The clock is an
/// argument. Uses only [dev.muster.network].
@NullMarked
package dev.muster.security.limit;

import org.jspecify.annotations.NullMarked;
