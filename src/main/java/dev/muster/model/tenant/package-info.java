/// Tenants, their realms, and the quotas and approval rules of a realm. This package may use only `model.value`.
@NullMarked
package dev.muster.model.tenant;

import org.jspecify.annotations.NullMarked;
