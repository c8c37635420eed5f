package dev.muster.storage;

import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.model.state.LoadPlan;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads and writes the operators' passkeys, and the policies that determine who must use one.
public final class PasskeyTables {
    private final Session session;

    PasskeyTables(Session session) {
        this.session = session;
    }

    /// A passkey.
    ///
    /// @param mac the MAC over all fields; null if the row is invalid
    public record PasskeyRow(long realm, Passkey passkey, byte @Nullable [] mac) implements MacRow<PasskeyRow> {
        @Override
        public PasskeyRow withMac(byte[] next) {
            return new PasskeyRow(realm, passkey, next);
        }

        private void write(Parameters to) throws SQLException {
            to.uuid(passkey.operator()).text(passkey.name());
            to.text(passkey.credentialId()).text(passkey.publicKey()).number(passkey.signatureCount());
            to.instant(passkey.createdAt()).instant(passkey.lastUsedAt());
            to.bytes(mac).number(realm).uuid(passkey.id());
        }

        private static PasskeyRow read(Row row) throws SQLException {
            long realm = row.number();
            Passkey passkey = new Passkey(
                    row.uuid(),
                    row.uuid(),
                    row.text(),
                    row.text(),
                    row.text(),
                    row.number(),
                    row.instant(),
                    row.instantOrNull());
            byte[] mac = row.bytesOrNull();
            return new PasskeyRow(realm, passkey, row.isAltered() ? null : mac);
        }
    }

    /// Identifies a passkey.
    public record PasskeyKey(long realm, UUID id) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).uuid(id);
        }
    }

    /// Which operators of a realm must use a passkey.
    ///
    /// @param mac the MAC over the whole row; null if the row is invalid
    public record PolicyRow(long realm, PasskeyPolicy policy, byte @Nullable [] mac) implements MacRow<PolicyRow> {
        @Override
        public PolicyRow withMac(byte[] next) {
            return new PolicyRow(realm, policy, next);
        }

        private void write(Parameters to) throws SQLException {
            to.number(realm).text(String.join(" ", policy.words())).bytes(mac);
        }

        private static PolicyRow read(Row row) throws SQLException {
            long realm = row.number();
            Set<Role> roles = EnumSet.noneOf(Role.class);
            for (String word : row.text().split(" ", -1)) {
                Role role = Role.of(word);
                if (role != null) {
                    roles.add(role);
                } else if (!word.isEmpty()) {
                    row.altered(word);
                }
            }
            byte[] mac = row.bytesOrNull();
            return new PolicyRow(realm, new PasskeyPolicy(roles), row.isAltered() ? null : mac);
        }
    }

    /// The passkeys of an operator, in any order.
    public List<PasskeyRow> of(long realm, UUID operator) {
        return session.list("passkeys_of_operator", PasskeyRow::read, realm, operator);
    }

    /// A realm's passkeys with that credential id. There is at most one, unless a row was altered.
    public List<PasskeyRow> withCredential(long realm, String credentialId) {
        return session.list("passkeys_by_credential", PasskeyRow::read, realm, credentialId);
    }

    /// All passkeys of a realm's operators, in any order.
    public List<PasskeyRow> ofRealm(long realm) {
        return session.list("passkeys_of_realm", PasskeyRow::read, realm);
    }

    /// The realm's policy on who must use a passkey; null if none has been set.
    public @Nullable PolicyRow policy(long realm) {
        return session.one("passkey_policy_of_realm", PolicyRow::read, realm);
    }

    // Loading and saving for lanes

    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        loaded.passkeys.addAll(session.list(
                "passkeys_of_realms", PasskeyRow::read, realms(plans, plan -> plan.credentials.allPasskeys)));
        loaded.passkeyPolicies.addAll(session.list(
                "passkey_policy_of_realms", PolicyRow::read, realms(plans, plan -> plan.credentials.passkeyPolicy)));
    }

    private static List<Long> realms(Map<Long, LoadPlan> plans, Predicate<LoadPlan> wanted) {
        return plans.entrySet().stream()
                .filter(plan -> wanted.test(plan.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    void save(Batch batch) {
        session.batch("passkey_delete", batch.removedPasskeys, 1, PasskeyKey::write);
        session.batch("passkey_insert", batch.newPasskeys, 1, PasskeyRow::write);
        session.batch("passkey_policy_put", batch.passkeyPolicies, 1, PolicyRow::write);
    }
}
