package dev.muster.storage;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads and writes API keys, operators, identity providers, the operators' sessions and pending forms, and families of
/// refresh tokens.
public final class CredentialTables {
    private final Session session;

    CredentialTables(Session session) {
        this.session = session;
    }

    /// An API key. The secret of `key` is null, because it is stored in `sealedSecret`.
    ///
    /// @param mac the MAC over all security-relevant fields; null if the row is invalid or was written before MACs
    ///     were introduced
    public record KeyRow(long realm, ApiKey key, byte[] sealedSecret, byte @Nullable [] mac) implements MacRow<KeyRow> {
        @Override
        public KeyRow withMac(byte[] next) {
            return new KeyRow(realm, key, sealedSecret, next);
        }

        private void write(Parameters to) throws SQLException {
            Role role = key.role();
            to.text(key.name()).text(role == null ? null : role.wireName()).small(bits(key.scopes()));
            to.code(key.rank()).bool(key.signs()).bytes(key.textHash().bytes()).bytes(sealedSecret);
            to.instant(key.createdAt()).instant(key.expiresAt()).instant(key.revokedAt());
            creator(to, key.madeBy());
            to.text(key.lastFour())
                    .text(key.addresses() == null ? null : key.addresses().text())
                    .uuid(key.replaces());
            to.bytes(mac).number(realm).uuid(key.id());
        }

        /// Reads a row. An invalid value clears the row's MAC, so that the key is rejected.
        static KeyRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID id = row.uuid();
            String name = row.text();
            String role = row.textOrNull();
            Set<Scope> scopes = scopes(row.small());
            Rank rank = row.coded(Rank.CODES);
            boolean signs = row.bool();
            Digest textHash = new Digest(row.bytes());
            byte[] sealedSecret = row.bytes();
            Instant createdAt = row.instant();
            Instant expiresAt = row.instantOrNull();
            Instant revokedAt = row.instantOrNull();
            Creator madeBy = creator(row);
            Instant lastUsedAt = row.instantOrNull();
            String lastFour = row.textOrNull();
            AllowedAddresses addresses = addresses(row);
            ApiKey key = new ApiKey(
                    id,
                    name,
                    role == null ? null : role(row, role),
                    scopes,
                    rank,
                    signs,
                    textHash,
                    lastFour,
                    null,
                    addresses,
                    createdAt,
                    expiresAt,
                    revokedAt,
                    madeBy,
                    row.uuidOrNull(),
                    lastUsedAt);
            byte[] mac = row.bytesOrNull();
            return new KeyRow(realm, key, sealedSecret, row.isAltered() ? null : mac);
        }

        private static @Nullable AllowedAddresses addresses(Row row) throws SQLException {
            String text = row.textOrNull();
            try {
                return text == null ? null : AllowedAddresses.parse(text);
            } catch (IllegalArgumentException e) {
                return row.<@Nullable AllowedAddresses>altered(null);
            }
        }

        private static int bits(Set<Scope> scopes) {
            int bits = 0;
            for (Scope scope : scopes) {
                bits |= scope.bit();
            }
            return bits;
        }

        private static Set<Scope> scopes(int bits) {
            Set<Scope> scopes = EnumSet.allOf(Scope.class);
            scopes.removeIf(scope -> (bits & scope.bit()) == 0);
            return scopes;
        }
    }

    /// An operator.
    ///
    /// @param seed the seed of the operator's sealing key
    /// @param mac the MAC; see [KeyRow]
    public record OperatorRow(long realm, Operator operator, byte[] seed, byte @Nullable [] mac)
            implements MacRow<OperatorRow> {
        @Override
        public OperatorRow withMac(byte[] next) {
            return new OperatorRow(realm, operator, seed, next);
        }

        private void write(Parameters to) throws SQLException {
            Identifier username = operator.username();
            to.small(Identifier.FOLDING).text(username.folded()).text(username.text());
            to.text(operator.role().wireName()).text(operator.passwordHash()).number(operator.generation());
            to.instant(operator.createdAt()).instant(operator.disabledAt()).instant(operator.deletedAt());
            Operator.Invitation invitation = operator.invitation();
            to.bytes(invitation == null ? null : invitation.token().bytes());
            to.instant(invitation == null ? null : invitation.until());
            creator(to, operator.madeBy());
            FederatedIdentity identity = operator.identity();
            to.text(identity == null ? null : identity.issuer()).text(identity == null ? null : identity.subject());
            to.bytes(seed).bytes(mac).number(realm).uuid(operator.id());
        }

        /// Reads a row. Invalid values are handled as in [KeyRow#read].
        static OperatorRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID id = row.uuid();
            String folded = row.text();
            Operator operator = new Operator(
                    id,
                    new Identifier(Identifier.Kind.USERNAME, row.text(), folded),
                    role(row, row.text()),
                    row.text(),
                    row.number(),
                    row.instant(),
                    row.instantOrNull(),
                    row.instantOrNull(),
                    invitation(row),
                    creator(row),
                    identity(row));
            byte[] seed = row.bytes();
            byte[] mac = row.bytesOrNull();
            return new OperatorRow(realm, operator, seed, row.isAltered() ? null : mac);
        }
    }

    private static Operator.@Nullable Invitation invitation(Row row) throws SQLException {
        byte[] token = row.bytesOrNull();
        Instant until = row.instantOrNull();
        return token == null || until == null ? null : new Operator.Invitation(new Digest(token), until);
    }

    /// Identifies an identity provider.
    public record SsoKey(long realm, UUID id) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).uuid(id);
        }
    }

    private static @Nullable FederatedIdentity identity(Row row) throws SQLException {
        String issuer = row.textOrNull();
        String subject = row.textOrNull();
        return issuer == null || subject == null ? null : new FederatedIdentity(issuer, subject);
    }

    private static Role role(Row row, String word) {
        Role role = Role.of(word);
        return role == null ? row.altered(Role.VIEWER) : role;
    }

    private static void creator(Parameters to, @Nullable Creator creator) throws SQLException {
        ActorRef by = creator == null ? null : creator.by();
        to.code(by == null ? null : by.kind()).uuid(by == null ? null : by.id());
        to.uuid(creator == null ? null : creator.through());
    }

    private static @Nullable Creator creator(Row row) throws SQLException {
        ActorRef.Kind kind = row.codedOrNull(ActorRef.Kind.CODES);
        UUID by = row.uuidOrNull();
        UUID through = row.uuidOrNull();
        return kind == null || by == null ? null : new Creator(new ActorRef(kind, by), through);
    }

    /// A console form that is kept until its operator has signed in again.
    ///
    /// @param idHash the SHA-256 hash of the form's id
    public record PendingFormRow(long realm, byte[] idHash, UUID operator, byte[] sealed, Instant keptAt) {}

    /// A family of refresh tokens. The row is deleted when the family ends.
    ///
    /// @param spent the highest number of a refresh token that has been used; 0 if none has
    /// @param endsAt when the most recently issued refresh token expires
    /// @param mac the MAC over all fields
    public record TokenFamilyRow(long realm, UUID id, long spent, Instant endsAt, byte @Nullable [] mac)
            implements MacRow<TokenFamilyRow> {
        @Override
        public TokenFamilyRow withMac(byte[] next) {
            return new TokenFamilyRow(realm, id, spent, endsAt, next);
        }

        private static TokenFamilyRow read(Row row) throws SQLException {
            return new TokenFamilyRow(row.number(), row.uuid(), row.number(), row.instant(), row.bytesOrNull());
        }
    }

    /// A key, even if it has been revoked; null if there is none.
    public @Nullable KeyRow key(long realm, UUID id) {
        return session.one("key_by_id", KeyRow::read, realm, id);
    }

    /// Identifies a key.
    record KeyId(long realm, UUID id) {}

    /// Returns those of the requested keys that exist, across realms.
    Map<KeyId, KeyRow> keys(Collection<KeyId> wanted) {
        Map<Long, Set<UUID>> ids = new LinkedHashMap<>();
        wanted.forEach(key -> LoadedRows.add(ids, key.realm, key.id));
        Map<KeyId, KeyRow> found = new HashMap<>();
        session.list("keys_by_id", KeyRow::read, ids)
                .forEach(row -> found.put(new KeyId(row.realm, row.key.id()), row));
        return found;
    }

    /// Those of a realm's keys that have one of the given ids, in any order, including revoked ones.
    public List<KeyRow> keys(long realm, Collection<UUID> ids) {
        return session.list("keys_by_id", KeyRow::read, Map.of(realm, ids));
    }

    /// All of a realm's keys, including revoked ones, in order of creation.
    public List<KeyRow> keys(long realm) {
        return session.list("keys_of_realm", KeyRow::read, realm);
    }

    /// An operator, even if deleted; null if there is none.
    public @Nullable OperatorRow operator(long realm, UUID id) {
        return session.one("operator_by_id", OperatorRow::read, realm, id);
    }

    /// The operator with that name, unless deleted; null if there is none.
    public @Nullable OperatorRow operator(long realm, Identifier.Key username) {
        return session.one("operator_by_username", OperatorRow::read, realm, username.folded());
    }

    /// Those of a realm's operators that have one of the given ids, including deleted ones, in any order.
    public List<OperatorRow> operators(long realm, Collection<UUID> ids) {
        return session.list("operators_by_id", OperatorRow::read, Map.of(realm, ids));
    }

    /// A realm's operators, excluding deleted ones, ordered by folded name.
    public List<OperatorRow> operators(long realm) {
        return session.list("operators_of_realm", OperatorRow::read, realm);
    }

    /// All operators of a realm, including deleted ones, ordered by id.
    public List<OperatorRow> operatorsWithDeleted(long realm) {
        return session.list("operators_with_deleted", OperatorRow::read, realm);
    }

    /// A realm's identity providers, in any order.
    public List<SsoRow> providers(long realm) {
        return session.list("sso_of_realm", SsoRow::read, realm);
    }

    /// The operators' seeds, by operator id.
    public Map<UUID, byte[]> operatorSeeds(long realm, Collection<UUID> operators) {
        return UserTables.seeds(session, "seeds_by_operator", realm, operators);
    }

    /// A console session; null if there is none.
    ///
    /// @param tokenHash the SHA-256 hash of the browser's token
    public @Nullable SessionRow session(long realm, byte[] tokenHash) {
        return session.one("session_by_token", SessionRow::read, realm, tokenHash);
    }

    /// The sessions of an operator, including ended ones, newest first.
    public List<SessionRow> sessions(long realm, UUID operator, int limit) {
        return session.list("sessions_of_operator", SessionRow::read, realm, operator, limit);
    }

    /// Returns the pending form with this id; null if it does not exist.
    public @Nullable PendingFormRow pendingForm(long realm, byte[] idHash) {
        return session.one(
                "kept_form_by_id",
                row -> new PendingFormRow(realm, idHash, row.uuid(), row.bytes(), row.instant()),
                realm,
                idHash);
    }

    /// A family of refresh tokens; null if it has ended or never existed.
    public @Nullable TokenFamilyRow tokenFamily(long realm, UUID family) {
        return session.one("token_family_by_id", TokenFamilyRow::read, realm, family);
    }

    // Loading and saving for lanes

    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        loaded.keys.addAll(session.list(
                "keys_by_id",
                KeyRow::read,
                LoadedRows.wanted(plans, plan -> plan.credentials.allKeys ? Set.of() : plan.credentials.keys)));
        loaded.keys.addAll(
                session.list("keys_of_realms", KeyRow::read, realms(plans, plan -> plan.credentials.allKeys)));
        loaded.operators.addAll(session.list(
                "operators_by_id",
                OperatorRow::read,
                LoadedRows.wanted(
                        plans, plan -> plan.credentials.allOperators ? Set.of() : plan.credentials.operators)));
        loaded.operators.addAll(session.list(
                "operators_by_username",
                OperatorRow::read,
                LoadedRows.wanted(
                        plans,
                        plan -> plan.credentials.allOperators
                                ? Set.of()
                                : UserTables.folded(plan.credentials.operatorNames, Identifier.Kind.USERNAME))));
        loaded.operators.addAll(session.list(
                "operators_of_realms", OperatorRow::read, realms(plans, plan -> plan.credentials.allOperators)));
        loaded.providers.addAll(
                session.list("sso_of_realms", SsoRow::read, realms(plans, plan -> plan.credentials.allProviders)));
    }

    private static List<Long> realms(Map<Long, LoadPlan> plans, Predicate<LoadPlan> wanted) {
        return plans.entrySet().stream()
                .filter(plan -> wanted.test(plan.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    void save(Batch batch) {
        session.batch("key_insert", batch.newKeys, 1, KeyRow::write);
        update(batch.changedKeys, batch.changedOperators);
        // New operators are inserted after the updates, because a new operator may take the name of one that has just
        // been deleted.
        session.batch("operator_insert", batch.newOperators, 1, OperatorRow::write);
        session.batch("sso_delete", batch.removedProviders, 1, SsoKey::write);
        session.batch("sso_update", batch.changedProviders, 1, SsoRow::write);
        session.batch("sso_insert", batch.newProviders, 1, SsoRow::write);
    }

    void update(List<KeyRow> keys, List<OperatorRow> operators) {
        session.batch("key_update", keys, 1, KeyRow::write);
        session.batch("operator_update", operators, 1, OperatorRow::write);
    }
}
