package dev.muster.model.tenant;

/// One tenant in one environment. Every row, key, number and journal belongs to exactly one realm.
public record Realm(long id, String partnerId, Environment environment) {
    /// The number of the system realm.
    public static final long SYSTEM = 0;
}
