package dev.muster.storage;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.LoadPlan;
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

/// API keys, operators, the operators' sessions, and families of refresh tokens.
public final class CredentialTables {
    private final Session session;

    CredentialTables(Session session) {
        this.session = session;
    }

    /// An API key. The secret of `key` is null: it is in `sealedSecret`.
    ///
    /// @param mac over everything in the row that authorises; null in a row written before there were MACs
    public record KeyRow(long realm, ApiKey key, byte[] sealedSecret, byte @Nullable [] mac) implements MacRow<KeyRow> {
        @Override
        public KeyRow withMac(byte[] next) {
            return new KeyRow(realm, key, sealedSecret, next);
        }

        private void write(Parameters to) throws SQLException {
            Role role = key.role();
            to.text(key.name()).text(role == null ? null : role.word()).small(bits(key.scopes()));
            to.code(key.rank()).truth(key.signs()).bytes(key.textHash().bytes()).bytes(sealedSecret);
            to.instant(key.createdAt()).instant(key.expiresAt()).instant(key.revokedAt());
            creator(to, key.madeBy());
            to.text(key.lastFour()).text(key.addresses() == null ? null : key.addresses().text()).uuid(key.replaces());
            to.bytes(mac).number(realm).uuid(key.id());
        }

        /// A value that no version writes costs the row its MAC, so that the key is not obeyed.
        static KeyRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID id = row.uuid();
            String name = row.text();
            String role = row.textOrNull();
            Set<Scope> scopes = scopes(row.small());
            Rank rank = row.coded(Rank.CODES);
            boolean signs = row.truth();
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
    /// @param seed from which the operator's sealing key is derived
    /// @param mac as in [KeyRow]
    public record OperatorRow(long realm, Operator operator, byte[] seed, byte @Nullable [] mac)
            implements MacRow<OperatorRow> {
        @Override
        public OperatorRow withMac(byte[] next) {
            return new OperatorRow(realm, operator, seed, next);
        }

        private void write(Parameters to) throws SQLException {
            Identifier username = operator.username();
            to.small(Identifier.FOLDING).text(username.folded()).text(username.text());
            to.text(operator.role().word()).text(operator.passwordHash()).number(operator.generation());
            to.instant(operator.createdAt()).instant(operator.disabledAt()).instant(operator.deletedAt());
            creator(to, operator.madeBy());
            to.bytes(seed).bytes(mac).number(realm).uuid(operator.id());
        }

        /// As [KeyRow#read].
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
                    creator(row));
            byte[] seed = row.bytes();
            byte[] mac = row.bytesOrNull();
            return new OperatorRow(realm, operator, seed, row.isAltered() ? null : mac);
        }
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

    /// An operator's session in the console.
    ///
    /// @param tokenHash SHA-256 of the browser's token
    /// @param generation the operator's when it began
    /// @param mac over all but `seenAt`; null in a row that this version did not write
    public record SessionRow(
            long realm,
            byte[] tokenHash,
            UUID operator,
            long generation,
            Instant begunAt,
            Instant seenAt,
            byte @Nullable [] mac)
            implements MacRow<SessionRow> {
        @Override
        public SessionRow withMac(byte[] next) {
            return new SessionRow(realm, tokenHash, operator, generation, begunAt, seenAt, next);
        }

        private static SessionRow read(Row row) throws SQLException {
            return new SessionRow(
                    row.number(),
                    row.bytes(),
                    row.uuid(),
                    row.number(),
                    row.instant(),
                    row.instant(),
                    row.bytesOrNull());
        }
    }

    /// A family of refresh tokens. When it ends, its row is deleted.
    ///
    /// @param spent the refresh tokens up to this number are used up; 0 for none
    /// @param endsAt when the last refresh token that was issued expires
    /// @param mac over all of it
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

    /// A key, also one that was revoked; or null.
    public @Nullable KeyRow key(long realm, UUID id) {
        return session.one("key_by_id", KeyRow::read, realm, id);
    }

    /// A key of a realm, by its id.
    record KeyId(long realm, UUID id) {}

    /// Those of the keys that exist.
    Map<KeyId, KeyRow> keys(Collection<KeyId> wanted) {
        Map<Long, Set<UUID>> ids = new LinkedHashMap<>();
        wanted.forEach(key -> Loaded.add(ids, key.realm, key.id));
        Map<KeyId, KeyRow> found = new HashMap<>();
        session.list("keys_by_id", KeyRow::read, ids)
                .forEach(row -> found.put(new KeyId(row.realm, row.key.id()), row));
        return found;
    }

    /// Those of a realm's keys, in any order.
    public List<KeyRow> keys(long realm, Collection<UUID> ids) {
        return session.list("keys_by_id", KeyRow::read, Map.of(realm, ids));
    }

    /// All of a realm's keys, revoked ones too, in the order of their creation.
    public List<KeyRow> keys(long realm) {
        return session.list("keys_of_realm", KeyRow::read, realm);
    }

    /// An operator, also one who was deleted; or null.
    public @Nullable OperatorRow operator(long realm, UUID id) {
        return session.one("operator_by_id", OperatorRow::read, realm, id);
    }

    /// The operator of that name who is not deleted, or null.
    public @Nullable OperatorRow operator(long realm, Identifier.Key username) {
        return session.one("operator_by_username", OperatorRow::read, realm, username.folded());
    }

    /// Those of a realm's operators, also deleted ones, in any order.
    public List<OperatorRow> operators(long realm, Collection<UUID> ids) {
        return session.list("operators_by_id", OperatorRow::read, Map.of(realm, ids));
    }

    /// A realm's operators without deleted ones, in order of their folded names.
    public List<OperatorRow> operators(long realm) {
        return session.list("operators_of_realm", OperatorRow::read, realm);
    }

    /// All operators that a realm has and had, in order of their ids.
    public List<OperatorRow> operatorsWithDeleted(long realm) {
        return session.list("operators_with_deleted", OperatorRow::read, realm);
    }

    /// The seeds of operators.
    public Map<UUID, byte[]> operatorSeeds(long realm, Collection<UUID> operators) {
        return UserTables.seeds(session, "seeds_by_operator", realm, operators);
    }

    /// A session in the console, or null.
    ///
    /// @param tokenHash SHA-256 of the browser's token
    public @Nullable SessionRow session(long realm, byte[] tokenHash) {
        return session.one("session_by_token", SessionRow::read, realm, tokenHash);
    }

    /// A family of refresh tokens; null if it has ended or never existed.
    public @Nullable TokenFamilyRow tokenFamily(long realm, UUID family) {
        return session.one("token_family_by_id", TokenFamilyRow::read, realm, family);
    }

    // What a lane loads and saves

    void load(Map<Long, LoadPlan> plans, Loaded loaded) {
        loaded.keys.addAll(session.list(
                "keys_by_id",
                KeyRow::read,
                Loaded.wanted(plans, plan -> plan.credentials.allKeys ? Set.of() : plan.credentials.keys)));
        loaded.keys.addAll(
                session.list("keys_of_realms", KeyRow::read, realms(plans, plan -> plan.credentials.allKeys)));
        loaded.operators.addAll(session.list(
                "operators_by_id",
                OperatorRow::read,
                Loaded.wanted(plans, plan -> plan.credentials.allOperators ? Set.of() : plan.credentials.operators)));
        loaded.operators.addAll(session.list(
                "operators_by_username",
                OperatorRow::read,
                Loaded.wanted(
                        plans,
                        plan -> plan.credentials.allOperators
                                ? Set.of()
                                : UserTables.folded(plan.credentials.operatorNames, Identifier.Kind.USERNAME))));
        loaded.operators.addAll(session.list(
                "operators_of_realms", OperatorRow::read, realms(plans, plan -> plan.credentials.allOperators)));
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
        // After the updates: the name of a deleted operator may be a new one's.
        session.batch("operator_insert", batch.newOperators, 1, OperatorRow::write);
    }

    void update(List<KeyRow> keys, List<OperatorRow> operators) {
        session.batch("key_update", keys, 1, KeyRow::write);
        session.batch("operator_update", operators, 1, OperatorRow::write);
    }
}
