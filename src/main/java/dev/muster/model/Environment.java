package dev.muster.model;

import java.util.Locale;

/// The two environments of a tenant. Together with the tenant they make a realm, the unit of isolation.
public enum Environment {
    TEST,
    PRODUCTION;

    /// The name on the wire: `test` or `production`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The short form inside the text of an API key: `test` or `live`.
    public String keyWord() {
        return this == TEST ? "test" : "live";
    }
}
