/// Limits that slow down guessing: failed attempts are limited by address, and sign-ins by name and address. The clock
/// is passed in as an argument. The package uses only [dev.muster.network].
@NullMarked
package dev.muster.security.limit;

import org.jspecify.annotations.NullMarked;
