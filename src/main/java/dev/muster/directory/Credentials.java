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
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore.KeyUse;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.Database;
import dev.muster.storage.MacRow;
import dev.muster.storage.RealmTables.QuotaRow;
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

/// Tenants, realms, keys and operators as they are read: what a request needs before it is known who asks,
/// and what administrators list. A read for a request's sake is trusted for one second.
///
/// Methods that give no [Result] throw [dev.muster.storage.sql.StorageException] when storage does not answer:
/// then nothing is allowed. [#answered] makes that a refusal.
public final class Credentials {
    /// What names a key or an operator: ids are unique in a realm.
    record CredentialId(long realm, UUID id) {}

    /// A key with what it signs requests with.
    public record SigningKey(ApiKey key, String secret) {
        /// Without the secret.
        @Override
        public String toString() {
            return "SigningKey[" + key.id() + "]";
        }
    }

    private final Database database;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final BriefCache<CredentialId, ApiKey> keys;
    private final BriefCache<CredentialId, Operator> operators;
    private final BriefCache<String, Tenant> tenants;
    private final BriefCache<Long, List<SigningKey>> signing;
    private final BriefCache<Long, Quotas> quotas;
    private final ConcurrentHashMap<CredentialId, Instant> used = new ConcurrentHashMap<>();

    Credentials(Database database, RealmKeys realmKeys, ReadClock now, LongSupplier nanos) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.now = now;
        keys = new BriefCache<>(nanos);
        operators = new BriefCache<>(nanos);
        tenants = new BriefCache<>(nanos);
        signing = new BriefCache<>(nanos);
        quotas = new BriefCache<>(nanos);
    }

    /// The realm of that number, or null.
    public @Nullable Realm realm(long id) {
        try {
            RealmKeys.Entry entry = realmKeys.find(id);
            return entry == null ? null : entry.realm();
        } catch (TamperedException | KeyUnavailableException | UnreadableException e) {
            // Its keys are lost, so it is as good as none; the tenant's other realm is not concerned.
            Unreadable.report(id, e);
            return null;
        }
    }

    /// The realm of a tenant, or null.
    public @Nullable Realm realm(String partnerId, Environment environment) {
        Tenant tenant = tenants.get(
                partnerId, asked -> database.read(reads -> reads.realms().tenant(asked)));
        return tenant == null ? null : realm(tenant.realm(environment));
    }

    /// The tenant of that partner id, or null. Always read, so that asking for one that there is shows no
    /// less than asking for one that there is not.
    public @Nullable Tenant tenant(String partnerId) {
        return database.read(reads -> reads.realms().tenant(partnerId));
    }

    /// A key whatever its state; null for none, and for one whose row was altered. Trusted for one second.
    /// Its secret is not there.
    public @Nullable ApiKey key(long realm, UUID id) {
        return keys.get(new CredentialId(realm, id), asked -> {
            KeyRow row = obeyed(database.key(asked.realm(), asked.id()));
            return row == null ? null : row.key();
        });
    }

    /// The secret of a key, or null.
    public @Nullable String secret(long realm, UUID key) {
        KeyRow row = obeyed(database.read(reads -> reads.credentials().key(realm, key)));
        return row == null ? null : secret(row);
    }

    /// Null when it does not open: that key can sign nothing then, and get no tokens.
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
        String secret = secret(row);
        return secret == null ? Optional.empty() : Optional.of(new SigningKey(row.key(), secret));
    }

    /// The keys of a realm that may sign requests, at most [ApiKey#MOST_SIGNING], the oldest first; none
    /// for a realm that there is not. Trusted for one second, in which some may have expired.
    public List<SigningKey> signing(long realm) {
        List<SigningKey> known = signing.get(
                realm,
                asked -> database.read(reads -> reads.credentials().keys(asked)).stream()
                        .filter(row -> row.key().signs() && row.key().isLive(now.instant()))
                        .filter(row -> realmKeys.get(asked).macs().obeyed(row))
                        .limit(ApiKey.MOST_SIGNING)
                        .flatMap(row -> signingKey(row).stream())
                        .toList());
        return known == null ? List.of() : known;
    }

    /// What a realm may have; trusted for one second.
    public Quotas quotas(long realm) {
        Quotas known = quotas.get(realm, asked -> {
            QuotaRow row = database.read(reads -> reads.realms().quotas(asked));
            return row == null ? Quotas.DEFAULT : realmKeys.get(asked).macs().quotas(row);
        });
        return known == null ? Quotas.DEFAULT : known;
    }

    /// An operator whatever their state; null for none, and for one whose row was altered. Trusted for one
    /// second.
    public @Nullable Operator operator(long realm, UUID id) {
        return operators.get(new CredentialId(realm, id), asked -> {
            OperatorRow row = obeyed(database.read(reads -> reads.credentials().operator(asked.realm(), asked.id())));
            return row == null ? null : row.operator();
        });
    }

    /// An operator by name, read afresh, or null.
    public @Nullable Operator operator(long realm, Identifier.Key username) {
        OperatorRow row = obeyed(database.read(reads -> reads.credentials().operator(realm, username)));
        return row == null ? null : row.operator();
    }

    /// The row, or null where there is none or it is not to be obeyed.
    private <R extends MacRow<R>> @Nullable R obeyed(@Nullable R row) {
        return row != null && realmKeys.get(row.realm()).macs().obeyed(row) ? row : null;
    }

    /// The 32-byte key that signs a realm's tokens.
    public byte[] tokenKey(long realm) {
        return realmKeys.get(realm).key().derive("tokens");
    }

    /// 32 bytes from which the times on a realm's signed replies are made.
    public byte[] replyTimeKey(long realm) {
        return realmKeys.get(realm).key().derive("reply times");
    }

    /// 32 bytes from which a realm's links are made.
    public byte[] linkKey(long realm) {
        return realmKeys.get(realm).key().derive("links");
    }

    /// Notes that a key was used, for its `lastUsedAt`.
    public void used(long realm, UUID key) {
        CredentialId id = new CredentialId(realm, key);
        Instant at = now.instant();
        Instant before = used.get(id);
        // Once a second is enough: each request comes past here, and a write to the map costs it more than a look.
        if (before == null || before.getEpochSecond() != at.getEpochSecond()) {
            used.put(id, at);
        }
    }

    /// What `reading` gives, or `Busy` when storage does not answer one of its reads.
    public static <T> Result<T> answered(Supplier<Result<T>> reading) {
        return StorageFailures.of(reading);
    }

    /// All keys of a realm, revoked ones too, in order of their making, without those whose rows were
    /// altered; needs `keys:write`.
    public Result<List<ApiKey>> keys(Actor actor, long realm) {
        return StorageFailures.as(
                actor,
                Scope.KEYS_WRITE,
                () -> Result.ok(database.read(reads -> reads.credentials().keys(realm)).stream()
                        .filter(row -> realmKeys.get(realm).macs().obeyed(row))
                        .map(KeyRow::key)
                        .toList()));
    }

    /// What a key made.
    ///
    /// @param keys also those that have ended, in order of their making
    /// @param operators also those who were disabled or deleted, in order of their making
    public record Descendants(List<ApiKey> keys, List<Operator> operators) {}

    /// The keys and operators that a key made, and those that they made, and so on, without those whose rows
    /// were altered; needs `keys:write`. Refuses: NotFound.
    public Result<Descendants> descendants(Actor actor, long realm, UUID key) {
        return StorageFailures.as(
                actor,
                Scope.KEYS_WRITE,
                () -> database.<Result<Descendants>>snapshot(reads -> {
                    CredentialMacs macs = realmKeys.get(realm).macs();
                    List<ApiKey> keys = reads.credentials().keys(realm).stream()
                            .filter(macs::obeyed)
                            .map(KeyRow::key)
                            .toList();
                    if (keys.stream().noneMatch(each -> each.id().equals(key))) {
                        return Result.refused(new Refusal.NotFound("key", key.toString()));
                    }
                    List<Operator> operators = reads.credentials().operatorsWithDeleted(realm).stream()
                            .filter(macs::obeyed)
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

    /// All operators of a realm in order of their names, without those who were deleted and those whose
    /// rows were altered; needs `keys:write`.
    public Result<List<Operator>> operators(Actor actor, long realm) {
        return StorageFailures.as(
                actor,
                Scope.KEYS_WRITE,
                () -> Result.ok(database.read(reads -> reads.credentials().operators(realm)).stream()
                        .filter(row -> realmKeys.get(realm).macs().obeyed(row))
                        .map(OperatorRow::operator)
                        .toList()));
    }

    /// Tenants in order of their partner id, from after one on; root only.
    public Result<List<Tenant>> tenants(Actor actor, @Nullable String after, int limit) {
        return StorageFailures.asRoot(
                actor,
                () -> Result.ok(database.read(reads -> reads.realms().tenants(after == null ? "" : after, limit))));
    }

    /// Whether storage answers.
    public boolean isReady() {
        return database.isReady();
    }

    /// Drops the cached copies of what a commit has changed.
    void committed(RealmBatch work) {
        long realm = work.realm.realm().id();
        changed(realm, work.credentials.changed());
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

    /// The uses of keys noted since the last call.
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
