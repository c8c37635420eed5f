/// Muster, the register of who is in good standing. This root package holds only [Main], which reads the
/// configuration, builds every object by hand and starts; it alone sees all the packages below it.
@NullMarked
package dev.muster;

import org.jspecify.annotations.NullMarked;
