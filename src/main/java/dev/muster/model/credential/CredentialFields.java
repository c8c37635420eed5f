package dev.muster.model.credential;

import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Computes what the journal records about keys, operators, passkeys and identity providers. It never contains secrets
/// or hashes of secrets. Reconciliation computes the same fields again from the rows.
public final class CredentialFields {
    /// The journalled changes of a revoked key.
    public static final Changes REVOKED =
            new Changes.Draft().put("revoked", false, true).build();

    /// The journal's field for a client secret. It records only that the secret was set.
    public static final String CLIENT_SECRET = "clientSecret";

    private CredentialFields() {}

    /// The journalled changes of a new key.
    public static Changes created(ApiKey key) {
        Changes.Draft changes = new Changes.Draft()
                .put("name", null, key.name())
                .put(
                        "scopes",
                        null,
                        key.scopes().stream().map(Scope::wireName).sorted().toList())
                .put("rank", null, key.rank().name());
        if (key.role() != null) {
            changes.put("role", null, key.role().wireName());
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
            changes.put("role", null, after.role().wireName());
            changes.put("generation", null, after.generation());
            if (after.invitation() != null) {
                changes.put("invitedUntil", null, invitedUntil(after));
            }
            put(changes, after.madeBy());
            if (after.identity() != null) {
                changes.put("ssoIssuer", null, after.identity().issuer());
                changes.put("ssoSubject", null, after.identity().subject());
            }
        } else {
            if (before.role() != after.role()) {
                changes.put("role", before.role().wireName(), after.role().wireName());
            }
            if (before.generation() != after.generation()) {
                changes.put("generation", before.generation(), after.generation());
            }
            if (!Objects.equals(before.invitation(), after.invitation())) {
                changes.put("invitedUntil", invitedUntil(before), invitedUntil(after));
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

    /// What the journal records about a sign-in. These are not fields of the operator.
    public static Changes signedIn(SignInMethod method, String address) {
        return new Changes.Draft()
                .put("method", null, method.wireName())
                .put("address", null, address)
                .build();
    }

    /// What the journal records about a session that was ended. This is not a field of the operator.
    public static Changes sessionEnded(UUID session) {
        return new Changes.Draft().put("session", session.toString(), null).build();
    }

    /// What the journal records about a new passkey. These are not fields of the operator.
    public static Changes added(Passkey passkey) {
        return new Changes.Draft()
                .put("passkey", null, passkey.id().toString())
                .put("passkeyName", null, passkey.name())
                .put("publicKeyHash", null, passkey.publicKeyHash())
                .build();
    }

    /// What the journal records about a passkey that was removed.
    public static Changes removed(Passkey passkey) {
        return new Changes.Draft()
                .put("passkey", passkey.id().toString(), null)
                .put("passkeyName", passkey.name(), null)
                .put("publicKeyHash", passkey.publicKeyHash(), null)
                .build();
    }

    /// What the journal records about an identity provider that was set or removed.
    ///
    /// @param before the provider before; null for a new one
    /// @param after the provider afterwards; null if it was removed
    /// @param secretChanged whether the client's secret was set or replaced
    public static Changes changed(@Nullable SsoProvider before, @Nullable SsoProvider after, boolean secretChanged) {
        Changes settings = Changes.between(fields(before), fields(after));
        return secretChanged
                ? settings.and(new Changes.Draft()
                        .put(CLIENT_SECRET, before == null ? null : "replaced", after == null ? null : "set")
                        .build())
                : settings;
    }

    private static @Nullable String invitedUntil(Operator operator) {
        Operator.Invitation invitation = operator.invitation();
        return invitation == null ? null : Timestamps.text(invitation.until());
    }

    private static Map<String, Object> fields(@Nullable SsoProvider provider) {
        return provider == null ? Map.of() : provider.settings().byField();
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
