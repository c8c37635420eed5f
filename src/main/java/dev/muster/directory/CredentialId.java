package dev.muster.directory;

import java.util.UUID;

/// Identifies a key or an operator, whose ids are unique only within a realm.
public record CredentialId(long realm, UUID id) {
    // Each request looks up its credential several times, and the methods that Java generates for records are slow.
    @Override
    public boolean equals(Object other) {
        return other instanceof CredentialId it && realm == it.realm && id.equals(it.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
