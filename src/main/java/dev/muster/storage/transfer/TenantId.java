package dev.muster.storage.transfer;

/// Which rows belong to a tenant: those with its partner id, and those of its two realms.
public record TenantId(String partnerId, long testRealm, long productionRealm) {}
