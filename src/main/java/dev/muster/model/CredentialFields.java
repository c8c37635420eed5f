package dev.muster.model;

/// What the journal's first entry about a key or an operator says of them. Whoever compares rows with the journal makes
/// it again from the row.
public final class CredentialFields {
    private CredentialFields() {}

    /// What `key.created` says of a key like this one.
    public static Changes created(ApiKey key) {
        return CredentialRules.created(key);
    }

    /// What `operator.created` says of an operator like this one.
    public static Changes created(Operator operator) {
        return CredentialRules.changed(null, operator);
    }
}
