package dev.muster.model.credential;

import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The fields of keys and operators in the journal, without hashes and secrets. Reconciliation computes them
/// again from the rows.
public final class CredentialFields {
    /// The journalled changes of a revoked key.
    public static final Changes REVOKED =
            new Changes.Draft().put("revoked", false, true).build();

    private CredentialFields() {}

    /// The journalled changes of a new key.
    public static Changes created(ApiKey key) {
        Changes.Draft changes = new Changes.Draft()
                .put("name", null, key.name())
                .put(
                        "scopes",
                        null,
                        key.scopes().stream().map(Scope::word).sorted().toList())
                .put("rank", null, key.rank().name());
        if (key.role() != null) {
            changes.put("role", null, key.role().word());
        }
        if (!key.signs()) {
            changes.put("signing", null, false);
        }
        if (key.expiresAt() != null) {
            changes.put("expiresAt", null, Timestamps.text(key.expiresAt()));
        }
        put(changes, key.madeBy());
        return changes.build();
    }

    /// The journalled changes of a key whose expiry was brought forward.
    public static Changes changed(ApiKey before, ApiKey after) {
        return new Changes.Draft()
                .put("expiresAt", text(before.expiresAt()), text(after.expiresAt()))
                .build();
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : Timestamps.text(at);
    }

    public static Changes changed(@Nullable Operator before, Operator after) {
        Changes.Draft changes = new Changes.Draft();
        if (before == null) {
            changes.put("username", null, after.username().text());
            changes.put("role", null, after.role().word());
            changes.put("generation", null, after.generation());
            put(changes, after.madeBy());
        } else {
            if (before.role() != after.role()) {
                changes.put("role", before.role().word(), after.role().word());
            }
            if (before.generation() != after.generation()) {
                changes.put("generation", before.generation(), after.generation());
            }
            if (before.isDeleted() != after.isDeleted()) {
                changes.put("deleted", before.isDeleted(), after.isDeleted());
            }
            if (before.isLive() != after.isLive()) {
                changes.put("disabled", !before.isLive(), !after.isLive());
            }
        }
        return changes.build();
    }

    private static void put(Changes.Draft changes, @Nullable Creator creator) {
        if (creator != null) {
            changes.put("madeBy", null, creator.by().text());
            if (creator.through() != null) {
                changes.put("madeThrough", null, creator.through().toString());
            }
        }
    }
}
