package dev.muster.model.credential;

import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the journal says of keys and operators. No hash and no secret is among it. Comparing rows with the
/// journal makes it again from the row.
public final class CredentialFields {
    /// What the journal shows of a key that ended.
    public static final Changes REVOKED =
            new Changes.Draft().put("revoked", false, true).build();

    private CredentialFields() {}

    /// What the journal shows of a new key.
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
        if (key.addresses() != null) {
            changes.put("allowedAddresses", null, key.addresses().texts());
        }
        put(changes, key.madeBy());
        if (key.replaces() != null) {
            changes.put("replaces", null, key.replaces().toString());
        }
        return changes.build();
    }

    /// What the journal shows of a key whose end was brought forward.
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
