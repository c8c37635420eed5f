package dev.muster.directory;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.CredentialMacs;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Lineage;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Scope;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore.KeyUse;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.Database;
import dev.muster.storage.MacRow;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.SsoRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads tenants, realms, keys and operators, both to authenticate requests and to list them for administrators. Reads
/// for authentication are cached for one second.
///
/// Methods that do not return a [Result] throw [dev.muster.storage.sql.StorageException] if storage is unavailable, so
/// that the request fails instead of being let through. [#answered] turns that exception into a refusal.
public final class Credentials {
    /// A key and the secret with which it signs requests.
    public record SigningKey(ApiKey key, String secret) {
        /// Omits the secret.
        @Override
        public String toString() {
            return "SigningKey[" + key.id() + "]";
        }
    }

    private final Database database;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final RealmPresence presence;
    private final ShortLivedCache<CredentialId, ApiKey> keys;
    private final ShortLivedCache<CredentialId, Operator> operators;
    private final ShortLivedCache<String, Tenant> tenants;
    private final ShortLivedCache<Long, List<SigningKey>> signing;
    private final ShortLivedCache<Long, Quotas> quotas;
    private final ShortLivedCache<Long, List<SsoProvider>> providers;
    private final ShortLivedCache<Long, PasskeyPolicy> passkeyPolicies;
    private final ConcurrentHashMap<CredentialId, Instant> used = new ConcurrentHashMap<>();

    Credentials(Database database, RealmKeys realmKeys, ReadClock now, LongSupplier nanos) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.now = now;
        presence = new RealmPresence(database, nanos);
        keys = new ShortLivedCache<>(nanos);
        operators = new ShortLivedCache<>(nanos);
        tenants = new ShortLivedCache<>(nanos);
        signing = new ShortLivedCache<>(nanos);
        quotas = new ShortLivedCache<>(nanos);
        providers = new ShortLivedCache<>(nanos);
        passkeyPolicies = new ShortLivedCache<>(nanos);
    }

    /// Returns the realm with this id; null if it does not exist or its key was altered. Throws an exception that
    /// [#answered] turns into a refusal if its master key is missing or it is in another database.
    public @Nullable Realm realm(long id) {
        try {
            RealmKeys.Entry entry = realmKeys.find(id);
            return entry == null || !presence.has(id) ? null : entry.realm();
        } catch (TamperedException | UnreadableException e) {
            // A realm whose key is lost is treated as missing, so that the tenant's other realm is unaffected.
            Unreadable.report(id, e);
            return null;
        }
    }

    /// The realm of a tenant in an environment; null if there is none.
    public @Nullable Realm realm(String partnerId, Environment environment) {
        Tenant tenant = tenants.get(
                partnerId, asked -> database.read(reads -> reads.realms().tenant(asked)));
        return tenant == null ? null : realm(tenant.realm(environment));
    }

    /// The tenant with this partner id; null if there is none. Never cached, so that response times do not reveal
    /// which tenants exist.
    public @Nullable Tenant tenant(String partnerId) {
        return database.read(reads -> reads.realms().tenant(partnerId));
    }

    /// A key in any state, without its secret; null if there is none or its row was altered. Cached for one second.
    public @Nullable ApiKey key(long realm, UUID id) {
        return keys.get(new CredentialId(realm, id), asked -> {
            KeyRow row = isAuthentic(database.key(asked.realm(), asked.id()));
            return row == null ? null : row.key();
        });
    }

    /// The secret of a key; null if there is no such key.
    public @Nullable String secret(long realm, UUID key) {
        KeyRow row = isAuthentic(database.read(reads -> reads.credentials().key(realm, key)));
        return row == null ? null : secret(row);
    }

    /// The secret in a row; null if it cannot be unsealed. In that case the key can neither sign requests nor get
    /// tokens.
    private @Nullable String secret(KeyRow row) {
        long realm = row.realm();
        try {
            return new EntrySealer()
                    .openSecret(realmKeys.get(realm).key(), row.key().id(), row.sealedSecret());
        } catch (TamperedException e) {
            Unreadable.report(realm, "the secret of key", row.key().id(), e);
            return null;
        }
    }

    private Optional<SigningKey> signingKey(KeyRow row) {
        return Optional.ofNullable(secret(row)).map(secret -> new SigningKey(row.key(), secret));
    }

    /// The keys of a realm that may sign requests, oldest first, at most [ApiKey#MAX_SIGNING]; empty for an
    /// unknown realm. Cached for one second, so a key may since have expired.
    public List<SigningKey> signing(long realm) {
        List<SigningKey> known = signing.get(
                realm,
                asked -> database.read(reads -> reads.credentials().keys(asked)).stream()
                        .filter(row -> row.key().signs() && row.key().isLive(now.instant()))
                        .filter(row -> realmKeys.get(asked).macs().isAuthentic(row))
                        .limit(ApiKey.MAX_SIGNING)
                        .flatMap(row -> signingKey(row).stream())
                        .toList());
        return known == null ? List.of() : known;
    }

    /// A realm's quotas. Cached for one second.
    public Quotas quotas(long realm) {
        Quotas known = quotas.get(realm, asked -> {
            QuotaRow row = database.read(reads -> reads.realms().quotas(asked));
            return row == null ? Quotas.DEFAULT : realmKeys.get(asked).macs().quotas(row);
        });
        return known == null ? Quotas.DEFAULT : known;
    }

    /// The identity providers of a tenant, without their secrets, oldest first. They are stored in the production
    /// realm, and their operators can sign in to both realms. Cached for one second.
    public List<SsoProvider> providers(String partnerId) {
        Realm production = realm(partnerId, Environment.PRODUCTION);
        List<SsoProvider> known =
                production == null ? null : providers.get(production.id(), asked -> readProviders(asked));
        return known == null ? List.of() : known;
    }

    private List<SsoProvider> readProviders(long realm) {
        return database.read(reads -> reads.credentials().providers(realm)).stream()
                .filter(row -> realmKeys.get(realm).macs().isAuthentic(row))
                .map(SsoRow::provider)
                .sorted(Comparator.comparing(SsoProvider::createdAt).thenComparing(SsoProvider::id))
                .toList();
    }

    /// The client secret of an identity provider; null if there is no such provider or the secret cannot be
    /// unsealed.
    public @Nullable String clientSecret(String partnerId, UUID provider) {
        Realm production = realm(partnerId, Environment.PRODUCTION);
        if (production == null) {
            return null;
        }
        long realm = production.id();
        for (SsoRow row : database.read(reads -> reads.credentials().providers(realm))) {
            if (row.provider().id().equals(provider)
                    && realmKeys.get(realm).macs().isAuthentic(row)) {
                try {
                    return new EntrySealer()
                            .openClientSecret(realmKeys.get(realm).key(), provider, row.sealedSecret());
                } catch (TamperedException e) {
                    Unreadable.report(realm, "the client secret of identity provider", provider, e);
                }
            }
        }
        return null;
    }

    /// The identity providers of a realm. Requires `keys:write`. A test realm has no providers of its own.
    public Result<List<SsoProvider>> providers(Actor actor, long realm) {
        return StorageFailures.withScope(actor, Scope.KEYS_WRITE, () -> Result.ok(readProviders(realm)));
    }

    /// The policy on which operators of a realm must use a passkey. Cached for one second.
    public PasskeyPolicy passkeyPolicy(long realm) {
        PasskeyPolicy known = passkeyPolicies.get(realm, this::readPasskeyPolicy);
        return known == null ? PasskeyPolicy.NONE : known;
    }

    private PasskeyPolicy readPasskeyPolicy(long realm) {
        return realmKeys
                .get(realm)
                .macs()
                .passkeyPolicy(database.read(reads -> reads.passkeys().policy(realm)));
    }

    /// Like [#passkeyPolicy(long)], but for administrators: requires `keys:write` and bypasses the cache.
    public Result<PasskeyPolicy> passkeyPolicy(Actor actor, long realm) {
        return StorageFailures.withScope(actor, Scope.KEYS_WRITE, () -> Result.ok(readPasskeyPolicy(realm)));
    }

    /// An operator in any state; null if there is none or the row was altered. Cached for one second.
    public @Nullable Operator operator(long realm, UUID id) {
        return operators.get(new CredentialId(realm, id), asked -> {
            OperatorRow row =
                    isAuthentic(database.read(reads -> reads.credentials().operator(asked.realm(), asked.id())));
            return row == null ? null : row.operator();
        });
    }

    /// The operator with this username; null if there is none. Not cached.
    public @Nullable Operator operator(long realm, Identifier.Key username) {
        OperatorRow row = isAuthentic(database.read(reads -> reads.credentials().operator(realm, username)));
        return row == null ? null : row.operator();
    }

    /// Returns the row; null if it is null or its MAC is invalid.
    private <R extends MacRow<R>> @Nullable R isAuthentic(@Nullable R row) {
        return row != null && realmKeys.get(row.realm()).macs().isAuthentic(row) ? row : null;
    }

    /// The 32-byte key that signs a realm's tokens.
    public byte[] tokenKey(long realm) {
        return realmKeys.get(realm).key().derive("tokens");
    }

    /// The 32-byte key from which the times on a realm's signed replies are derived.
    public byte[] replyTimeKey(long realm) {
        return realmKeys.get(realm).key().derive("reply times");
    }

    /// The 32-byte key that seals the cookies used while signing in through an identity provider or with a passkey.
    public byte[] ssoKey(long realm) {
        return realmKeys.get(realm).key().derive("sso");
    }

    /// The 32-byte key from which a realm's links are derived.
    public byte[] linkKey(long realm) {
        return realmKeys.get(realm).key().derive("links");
    }

    /// Records that a key was used, so that its `lastUsedAt` can be updated.
    public void used(long realm, UUID key) {
        CredentialId id = new CredentialId(realm, key);
        Instant at = now.instant();
        Instant before = used.get(id);
        // This runs on every request, so the time is written at most once a second: writing to the map is slower than
        // reading from it.
        if (before == null || before.getEpochSecond() != at.getEpochSecond()) {
            used.put(id, at);
        }
    }

    /// Returns the result of `reading`, or `Busy` if storage is unavailable.
    public static <T> Result<T> answered(Supplier<Result<T>> reading) {
        return StorageFailures.of(reading);
    }

    /// Returns all keys of a realm, including revoked ones, in order of creation. Keys whose rows were altered are
    /// omitted. Requires `keys:write`.
    public Result<List<ApiKey>> keys(Actor actor, long realm) {
        return StorageFailures.withScope(
                actor,
                Scope.KEYS_WRITE,
                () -> Result.ok(database.read(reads -> reads.credentials().keys(realm)).stream()
                        .filter(row -> realmKeys.get(realm).macs().isAuthentic(row))
                        .map(KeyRow::key)
                        .toList()));
    }

    /// The keys and operators that a key created, directly or indirectly, oldest first.
    ///
    /// @param keys the keys, including expired and revoked ones
    /// @param operators the operators, including disabled and deleted ones
    public record Descendants(List<ApiKey> keys, List<Operator> operators) {}

    /// Returns the keys and operators that a key created, directly or indirectly. Those whose rows were altered are
    /// omitted. Requires `keys:write`. Refuses: NotFound.
    public Result<Descendants> descendants(Actor actor, long realm, UUID key) {
        return StorageFailures.withScope(
                actor,
                Scope.KEYS_WRITE,
                () -> database.<Result<Descendants>>snapshot(reads -> {
                    CredentialMacs macs = realmKeys.get(realm).macs();
                    List<ApiKey> keys = reads.credentials().keys(realm).stream()
                            .filter(macs::isAuthentic)
                            .map(KeyRow::key)
                            .toList();
                    if (keys.stream().noneMatch(each -> each.id().equals(key))) {
                        return Result.refused(new Refusal.NotFound("key", key.toString()));
                    }
                    List<Operator> operators = reads.credentials().operatorsWithDeleted(realm).stream()
                            .filter(macs::isAuthentic)
                            .map(OperatorRow::operator)
                            .toList();
                    Set<UUID> ids = new Lineage(keys, operators).withDescendants(key);
                    return Result.ok(new Descendants(
                            keys.stream()
                                    .filter(each -> ids.contains(each.id())
                                            && !each.id().equals(key))
                                    .toList(),
                            operators.stream()
                                    .filter(each -> ids.contains(each.id()))
                                    .sorted(Comparator.comparing(Operator::createdAt)
                                            .thenComparing(Operator::id))
                                    .toList()));
                }));
    }

    /// Returns all operators of a realm, sorted by name. Deleted operators and those whose rows were altered are
    /// omitted. Requires `keys:write`.
    public Result<List<Operator>> operators(Actor actor, long realm) {
        return StorageFailures.withScope(
                actor,
                Scope.KEYS_WRITE,
                () -> Result.ok(database.read(reads -> reads.credentials().operators(realm)).stream()
                        .filter(row -> realmKeys.get(realm).macs().isAuthentic(row))
                        .map(OperatorRow::operator)
                        .toList()));
    }

    /// Returns tenants whose partner id is greater than `after`, in order of partner id. Only root may do this.
    public Result<List<Tenant>> tenants(Actor actor, @Nullable String after, int limit) {
        return StorageFailures.asRoot(
                actor,
                () -> Result.ok(database.read(reads -> reads.realms().tenants(after == null ? "" : after, limit))));
    }

    /// Whether storage is available.
    public boolean isReady() {
        return database.isReady();
    }

    /// Invalidates the cached copies of what a commit has changed.
    void committed(RealmBatch work) {
        long realm = work.realm.realm().id();
        changed(realm, work.credentials.changed());
        if (work.credentials.changedProviders()) {
            providers.invalidate(realm);
        }
        if (work.credentials.changedPasskeyPolicy()) {
            passkeyPolicies.invalidate(realm);
        }
        if (work.changedQuotas()) {
            quotas.invalidate(realm);
        }
    }

    void changed(long realm, List<UUID> ids) {
        for (UUID id : ids) {
            keys.invalidate(new CredentialId(realm, id));
            operators.invalidate(new CredentialId(realm, id));
        }
        if (!ids.isEmpty()) {
            signing.invalidate(realm);
        }
    }

    /// Returns the key uses recorded since the last call, and clears them.
    List<KeyUse> takeUsed() {
        List<KeyUse> taken = new ArrayList<>();
        for (CredentialId id : used.keySet()) {
            Instant at = used.remove(id);
            if (at != null) {
                taken.add(new KeyUse(id.realm(), id.id(), at));
            }
        }
        return taken;
    }
}
