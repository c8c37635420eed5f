/// Tenants, their realms, and the quotas and approval rules of a realm. Uses `model.value` only.
@NullMarked
package dev.muster.model.tenant;

import org.jspecify.annotations.NullMarked;
