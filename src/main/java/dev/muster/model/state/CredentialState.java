package dev.muster.model.state;

import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.value.Identifier;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// API keys and operators in the working set and, in the system's realm, tenants.
public final class CredentialState {
    private final WorkingSet set;
    private final OverlayMap<UUID, ApiKey> keys;
    private final OverlayMap<UUID, Operator> operators;
    private final OverlayMap<Identifier.Key, UUID> operatorNames;
    private final OverlayMap<String, Tenant> tenants;

    /// @param below what this is an overlay of; null for none
    CredentialState(WorkingSet set, @Nullable CredentialState below) {
        this.set = set;
        keys = new OverlayMap<>("key", below == null ? null : below.keys);
        operators = new OverlayMap<>("operator", below == null ? null : below.operators);
        operatorNames = new OverlayMap<>("operator name", below == null ? null : below.operatorNames);
        tenants = new OverlayMap<>("partner", below == null ? null : below.tenants);
    }

    void merge() {
        keys.merge();
        operators.merge();
        operatorNames.merge();
        tenants.merge();
    }

    /// What to load of a realm's credentials. A realm has few, so some requests load all of them.
    public static final class Plan {
        public final Set<UUID> keys = new LinkedHashSet<>();
        public final Set<UUID> operators = new LinkedHashSet<>();
        public final Set<Identifier.Key> operatorNames = new LinkedHashSet<>();
        public final Set<String> partners = new LinkedHashSet<>();

        /// Whether to load all of the realm's keys, revoked ones too.
        public boolean allKeys;

        /// Whether to load all of the realm's operators, disabled ones too.
        public boolean allOperators;
    }

    // Loading.

    public void loaded(ApiKey key) {
        keys.load(key.id(), key);
    }

    public void loaded(Operator operator) {
        operators.load(operator.id(), operator);
        loadedName(operator);
    }

    /// An operator whose row was altered: unknown, though the name is taken.
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

    void loadedAll(Plan plan) {
        keys.loadAbsent(plan.keys);
        operators.loadAbsent(plan.operators);
        operatorNames.loadAbsent(plan.operatorNames);
        tenants.loadAbsent(plan.partners);
    }

    // What rules ask.

    public @Nullable ApiKey key(UUID id) {
        return keys.find(id);
    }

    /// The keys that were loaded: all of the realm's, if a request planned to load them.
    public Collection<ApiKey> keys() {
        return keys.all();
    }

    public @Nullable Operator operator(UUID id) {
        return operators.find(id);
    }

    /// The operators that were loaded: all of the realm's, if a request planned to load them.
    public Collection<Operator> operators() {
        return operators.all();
    }

    public @Nullable Operator operatorNamed(Identifier.Key username) {
        UUID id = operatorNames.find(username);
        return id == null ? null : operators.find(id);
    }

    /// The id under which a name is stored; null if the name is free.
    public @Nullable UUID operatorIdNamed(Identifier.Key username) {
        return operatorNames.find(username);
    }

    public @Nullable Tenant tenant(String partnerId) {
        return tenants.find(partnerId);
    }

    // What rules change.

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

    // What storage has to write.

    public List<WorkingSet.Changed<ApiKey>> changedKeys() {
        return keys.changed();
    }

    public List<WorkingSet.Changed<Operator>> changedOperators() {
        return operators.changed();
    }

    public List<WorkingSet.Changed<Tenant>> changedTenants() {
        return tenants.changed();
    }
}
