package dev.muster.model.state;

import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.value.Identifier;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// API keys, operators and their passkeys, the passkey policy and identity providers in the working set; in the system
/// realm, also tenants.
public final class CredentialState {
    private final WorkingSet set;
    private final OverlayMap<UUID, ApiKey> keys;
    private final OverlayMap<UUID, Operator> operators;
    private final OverlayMap<Identifier.Key, UUID> operatorNames;
    private final OverlayMap<String, Tenant> tenants;
    private final OverlayMap<UUID, SsoProvider> providers;
    private final OverlayMap<UUID, Passkey> passkeys;
    private final @Nullable CredentialState below;
    private @Nullable PasskeyPolicy passkeyPolicy;
    private boolean passkeyPolicyChanged;

    /// @param below the base of this overlay; null if this is not an overlay
    CredentialState(WorkingSet set, @Nullable CredentialState below) {
        this.set = set;
        keys = new OverlayMap<>("key", below == null ? null : below.keys);
        operators = new OverlayMap<>("operator", below == null ? null : below.operators);
        operatorNames = new OverlayMap<>("operator name", below == null ? null : below.operatorNames);
        tenants = new OverlayMap<>("partner", below == null ? null : below.tenants);
        providers = new OverlayMap<>("identity provider", below == null ? null : below.providers);
        passkeys = new OverlayMap<>("passkey", below == null ? null : below.passkeys);
        this.below = below;
    }

    void merge() {
        keys.merge();
        operators.merge();
        operatorNames.merge();
        tenants.merge();
        providers.merge();
        passkeys.merge();
        if (passkeyPolicyChanged && below != null) {
            below.passkeyPolicy = passkeyPolicy;
            below.passkeyPolicyChanged = true;
        }
    }

    /// Which credentials of a realm to load. A realm has few of them, so some requests load all.
    public static final class Plan {
        public final Set<UUID> keys = new LinkedHashSet<>();
        public final Set<UUID> operators = new LinkedHashSet<>();
        public final Set<Identifier.Key> operatorNames = new LinkedHashSet<>();
        public final Set<String> partners = new LinkedHashSet<>();

        /// Whether to load all of the realm's keys, including revoked ones.
        public boolean allKeys;

        /// Whether to load all of the realm's operators, including disabled and deleted ones.
        public boolean allOperators;

        /// Whether to load all of the realm's identity providers.
        public boolean allProviders;

        /// Whether to load all passkeys of the realm's operators.
        public boolean allPasskeys;

        /// Whether to load the policy on which operators must use a passkey.
        public boolean passkeyPolicy;
    }

    // Loading

    public void loaded(ApiKey key) {
        keys.load(key.id(), key);
    }

    public void loaded(Operator operator) {
        operators.load(operator.id(), operator);
        loadedName(operator);
    }

    /// Loads an operator whose row was altered. The operator is treated as missing, but the name stays taken.
    public void loadedAltered(Operator operator) {
        operators.loadAbsent(operator.id());
        loadedName(operator);
    }

    private void loadedName(Operator operator) {
        if (!operator.isDeleted()) {
            operatorNames.load(operator.username().key(), operator.id());
        }
    }

    public void loaded(Tenant tenant) {
        tenants.load(tenant.partnerId(), tenant);
    }

    public void loaded(SsoProvider provider) {
        providers.load(provider.id(), provider);
    }

    public void loaded(Passkey passkey) {
        passkeys.load(passkey.id(), passkey);
    }

    public void loaded(PasskeyPolicy policy) {
        passkeyPolicy = policy;
    }

    void loadedAll(Plan plan) {
        keys.loadAbsent(plan.keys);
        operators.loadAbsent(plan.operators);
        operatorNames.loadAbsent(plan.operatorNames);
        tenants.loadAbsent(plan.partners);
        if (plan.passkeyPolicy && passkeyPolicy == null) {
            passkeyPolicy = PasskeyPolicy.NONE;
        }
    }

    // Lookups

    public @Nullable ApiKey key(UUID id) {
        return keys.find(id);
    }

    /// The loaded keys. These are all keys of the realm if a request planned to load them all.
    public Collection<ApiKey> keys() {
        return keys.all();
    }

    public @Nullable Operator operator(UUID id) {
        return operators.find(id);
    }

    /// The loaded operators. These are all operators of the realm if a request planned to load them all.
    public Collection<Operator> operators() {
        return operators.all();
    }

    public @Nullable Operator operatorNamed(Identifier.Key username) {
        UUID id = operatorNames.find(username);
        return id == null ? null : operators.find(id);
    }

    /// The id of the operator with this name, even if the row was altered; null if the name is available.
    public @Nullable UUID operatorIdNamed(Identifier.Key username) {
        return operatorNames.find(username);
    }

    public @Nullable Tenant tenant(String partnerId) {
        return tenants.find(partnerId);
    }

    /// The identity provider with this id; null if the realm has none. All providers must have been loaded.
    public @Nullable SsoProvider provider(UUID id) {
        return providers.peek(id);
    }

    /// The realm's identity providers. They must have been loaded.
    public Collection<SsoProvider> providers() {
        return providers.all();
    }

    /// The passkeys of the realm's operators. They must have been loaded.
    public Collection<Passkey> passkeys() {
        return passkeys.all();
    }

    /// The policy on which operators must use a passkey.
    ///
    /// @throws IllegalStateException if the policy was not loaded
    public PasskeyPolicy passkeyPolicy() {
        PasskeyPolicy known = passkeyPolicy == null && below != null ? below.passkeyPolicy() : passkeyPolicy;
        if (known == null) {
            throw new IllegalStateException("not loaded: the passkey policy");
        }
        return known;
    }

    // Changes

    public void put(ApiKey key) {
        ApiKey was = keys.peek(key.id());
        int before = was != null && was.revokedAt() == null ? 1 : 0;
        set.put(set.counters().withKeys((key.revokedAt() == null ? 1 : 0) - before));
        keys.put(key.id(), key);
    }

    public void put(Operator operator) {
        operators.put(operator.id(), operator);
        if (operator.isDeleted()) {
            operatorNames.remove(operator.username().key());
        } else {
            operatorNames.put(operator.username().key(), operator.id());
        }
    }

    public void put(Tenant tenant) {
        tenants.put(tenant.partnerId(), tenant);
    }

    public void put(SsoProvider provider) {
        providers.put(provider.id(), provider);
    }

    public void remove(SsoProvider provider) {
        providers.remove(provider.id());
    }

    public void put(Passkey passkey) {
        passkeys.put(passkey.id(), passkey);
    }

    public void remove(Passkey passkey) {
        passkeys.remove(passkey.id());
    }

    public void put(PasskeyPolicy next) {
        passkeyPolicy = next;
        passkeyPolicyChanged = true;
    }

    // Rows to write

    public List<WorkingSet.Changed<ApiKey>> changedKeys() {
        return keys.changed();
    }

    public List<WorkingSet.Changed<Operator>> changedOperators() {
        return operators.changed();
    }

    public List<WorkingSet.Altered<SsoProvider>> changedProviders() {
        return providers.altered();
    }

    public List<WorkingSet.Altered<Passkey>> changedPasskeys() {
        return passkeys.altered();
    }

    /// The passkey policy if it was changed; otherwise null.
    public @Nullable PasskeyPolicy changedPasskeyPolicy() {
        return passkeyPolicyChanged ? passkeyPolicy : null;
    }

    public List<WorkingSet.Changed<Tenant>> changedTenants() {
        return tenants.changed();
    }
}
