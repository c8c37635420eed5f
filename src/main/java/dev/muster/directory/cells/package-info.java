/// The cells among which tenants are distributed: their list and the place of each tenant, which the first cell stores,
/// and how both are changed. Serving several cells is the business of [dev.muster.cells].
@NullMarked
package dev.muster.directory.cells;

import org.jspecify.annotations.NullMarked;
