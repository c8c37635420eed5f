package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.state.CredentialState;
import dev.muster.model.state.WorkingSet;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Batch;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.CredentialTables.SsoKey;
import dev.muster.storage.PasskeyTables.PasskeyKey;
import dev.muster.storage.PasskeyTables.PasskeyRow;
import dev.muster.storage.PasskeyTables.PolicyRow;
import dev.muster.storage.SsoRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// One realm's API keys, operators, identity providers, passkeys and tenants, and its passkey policy, in one
/// transaction: their rows, the sealed secrets, and the rows' MACs.
///
/// What the current request adds is kept separate until [#merge].
public final class CredentialBatch {
    private final RealmKeys.Entry realm;
    private final EntrySealer sealer;
    private final CredentialState state;
    private final PeopleBatch people;
    private final Map<UUID, byte[]> sealedSecrets = new HashMap<>();

    // Added by the current request:
    private final Map<UUID, byte[]> freshSecrets = new HashMap<>();

    /// @param people the batch that keeps the operators' seeds
    CredentialBatch(RealmKeys.Entry realm, EntrySealer sealer, CredentialState state, PeopleBatch people) {
        this.realm = realm;
        this.sealer = sealer;
        this.state = state;
        this.people = people;
    }

    /// Loads a key. A key whose row was altered is treated as missing.
    void loaded(KeyRow row) {
        if (realm.macs().isAuthentic(row)) {
            sealedSecrets.put(row.key().id(), row.sealedSecret());
            state.loaded(row.key());
        }
    }

    /// Loads an operator. An operator whose row was altered is treated as missing, but the name stays taken.
    void loaded(OperatorRow row) {
        if (realm.macs().isAuthentic(row)) {
            people.loadedSeed(row.operator().id(), row.seed());
            state.loaded(row.operator());
        } else {
            state.loadedAltered(row.operator());
        }
    }

    /// Loads an identity provider. A provider whose row was altered is skipped, so that its issuer can be set
    /// again.
    void loaded(SsoRow row) {
        if (realm.macs().isAuthentic(row)) {
            sealedSecrets.put(row.provider().id(), row.sealedSecret());
            state.loaded(row.provider());
        }
    }

    /// Loads a passkey. A passkey whose row was altered is treated as missing.
    void loaded(PasskeyRow row) {
        if (realm.macs().isAuthentic(row)) {
            state.loaded(row.passkey());
        }
    }

    void loaded(PolicyRow row) {
        state.loaded(realm.macs().passkeyPolicy(row));
    }

    /// Discards whatever an earlier request added but did not merge.
    void begin() {
        freshSecrets.clear();
    }

    void keep(ApiKey key, ReplayableRandom random) {
        if (key.secret() != null) {
            freshSecrets.put(key.id(), sealer.sealSecret(realm.key(), key, random));
        }
    }

    void keep(SsoProvider provider, ReplayableRandom random) {
        if (provider.settings().clientSecret() != null) {
            freshSecrets.put(provider.id(), sealer.sealSecret(realm.key(), provider, random));
        }
    }

    void merge() {
        sealedSecrets.putAll(freshSecrets);
    }

    void collect(Batch batch) {
        long id = realm.realm().id();
        for (WorkingSet.Changed<ApiKey> changed : state.changedKeys()) {
            byte[] sealed =
                    Objects.requireNonNull(sealedSecrets.get(changed.after().id()));
            (changed.before() == null ? batch.newKeys : batch.changedKeys)
                    .add(realm.macs().sealed(new KeyRow(id, changed.after(), sealed, null)));
        }
        for (WorkingSet.Changed<Operator> changed : state.changedOperators()) {
            byte[] seed = Objects.requireNonNull(people.seed(changed.after().id()));
            (changed.before() == null ? batch.newOperators : batch.changedOperators)
                    .add(realm.macs().sealed(new OperatorRow(id, changed.after(), seed, null)));
        }
        for (WorkingSet.Altered<SsoProvider> changed : state.changedProviders()) {
            SsoProvider after = changed.after();
            if (after == null) {
                UUID removed = Objects.requireNonNull(changed.before()).id();
                batch.removedProviders.add(new SsoKey(id, removed));
                continue;
            }
            byte[] sealed = Objects.requireNonNull(sealedSecrets.get(after.id()));
            (changed.before() == null ? batch.newProviders : batch.changedProviders)
                    .add(realm.macs().sealed(new SsoRow(id, after, sealed, null)));
        }
        collectPasskeys(batch, id);
        state.changedTenants().forEach(changed -> batch.newTenants.add(changed.after()));
    }

    private void collectPasskeys(Batch batch, long id) {
        for (WorkingSet.Altered<Passkey> changed : state.changedPasskeys()) {
            Passkey after = changed.after();
            if (after == null) {
                UUID removed = Objects.requireNonNull(changed.before()).id();
                batch.removedPasskeys.add(new PasskeyKey(id, removed));
            } else {
                batch.newPasskeys.add(realm.macs().sealed(new PasskeyRow(id, after, null)));
            }
        }
        PasskeyPolicy policy = state.changedPasskeyPolicy();
        if (policy != null) {
            batch.passkeyPolicies.add(realm.macs().sealed(new PolicyRow(id, policy, null)));
        }
    }

    /// The ids of the changed keys and operators, which must be invalidated in caches after the commit.
    public List<UUID> changed() {
        List<UUID> ids = new ArrayList<>();
        state.changedKeys().forEach(changed -> ids.add(changed.after().id()));
        state.changedOperators().forEach(changed -> ids.add(changed.after().id()));
        return ids;
    }

    public boolean changedPasskeyPolicy() {
        return state.changedPasskeyPolicy() != null;
    }

    /// Whether an identity provider was set or removed.
    public boolean changedProviders() {
        return !state.changedProviders().isEmpty();
    }
}
