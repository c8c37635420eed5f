package dev.muster.model.tenant;

/// One tenant in one environment: every row, key, number and journal belongs to exactly one realm.
///
/// @param id the realm's number; 0 is the system realm, where root acts
/// @param partnerId the tenant's public name on the wire; empty for realm 0
public record Realm(long id, String partnerId, Environment environment) {
    /// The number of the system realm.
    public static final long SYSTEM = 0;
}
