/// Muster, the register of who is in good standing. This package is the composition root: [dev.muster.Main] reads the
/// command line, and `Serve` creates every object by hand. Only this package may use all others.
@NullMarked
package dev.muster;

import org.jspecify.annotations.NullMarked;
