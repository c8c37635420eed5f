package dev.muster.storage;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.RealmState;
import dev.muster.model.tenant.Tenant;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and writes tenants, realms and their quotas.
public final class RealmTables {
    private final Session session;

    RealmTables(Session session) {
        this.session = session;
    }

    /// A realm.
    ///
    /// @param wrappedKey the realm's key, wrapped by a master key
    /// @param readable whether the environment is valid
    public record RealmRow(Realm realm, byte[] wrappedKey, boolean readable) {
        /// Creates a row to write.
        public RealmRow(Realm realm, byte[] wrappedKey) {
            this(realm, wrappedKey, true);
        }

        void insert(Parameters to) throws SQLException {
            to.number(realm.id())
                    .text(realm.partnerId())
                    .code(realm.environment())
                    .bytes(wrappedKey);
        }

        private static RealmRow read(Row row) throws SQLException {
            Realm realm = new Realm(row.number(), row.text(), row.coded(Environment.CODES));
            return new RealmRow(realm, row.bytes(), !row.isAltered());
        }
    }

    /// The quotas that root has set for a realm.
    ///
    /// @param mac the MAC over all fields
    public record QuotaRow(long realm, Quotas quotas, byte @Nullable [] mac) implements MacRow<QuotaRow> {
        @Override
        public QuotaRow withMac(byte[] next) {
            return new QuotaRow(realm, quotas, next);
        }

        private void write(Parameters to) throws SQLException {
            to.number(realm)
                    .number(quotas.users())
                    .number(quotas.evidenceBytes())
                    .number(quotas.groups());
            to.number(quotas.policies())
                    .number(quotas.keys())
                    .number(quotas.requestsPerSecond())
                    .bytes(mac);
        }

        static QuotaRow read(long realm, Row row) throws SQLException {
            Quotas quotas =
                    new Quotas(row.number(), row.number(), row.number(), row.number(), row.number(), row.number());
            return new QuotaRow(realm, quotas, row.bytesOrNull());
        }
    }

    private static void insert(Tenant tenant, Parameters to) throws SQLException {
        to.uuid(tenant.id()).text(tenant.partnerId()).text(tenant.name());
        to.number(tenant.testRealm()).number(tenant.productionRealm()).instant(tenant.createdAt());
    }

    private static Tenant tenant(Row row) throws SQLException {
        return new Tenant(row.uuid(), row.text(), row.text(), row.number(), row.number(), row.instant());
    }

    /// The realm; null if there is none.
    public @Nullable RealmRow realm(long id) {
        return session.one("realm_by_id", RealmRow::read, id);
    }

    /// The state of a realm in this database; null if there is no such realm.
    public @Nullable RealmState state(long id) {
        return session.one("realm_state", row -> row.coded(RealmState.CODES), id);
    }

    /// Realms with an id above `after`, ordered by id; pass -1 to begin.
    public List<RealmRow> realms(long after, int limit) {
        return session.list("realms_page", RealmRow::read, after, limit);
    }

    /// The quotas of a realm; null if none have been set.
    public @Nullable QuotaRow quotas(long realm) {
        return session.one("quota_of_realm", row -> QuotaRow.read(realm, row), realm);
    }

    /// The tenant; null if there is none.
    public @Nullable Tenant tenant(String partnerId) {
        return session.one("tenant_by_partner", RealmTables::tenant, partnerId);
    }

    /// Tenants whose partner id sorts after `after`, ordered by partner id; pass an empty string to begin.
    public List<Tenant> tenants(String after, int limit) {
        return session.list("tenants_page", RealmTables::tenant, after, limit);
    }

    // Loading and saving for lanes

    /// Loads tenants. They belong to no realm, so the plans of all realms are combined.
    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        List<String> partners = plans.values().stream()
                .flatMap(plan -> plan.credentials.partners.stream())
                .distinct()
                .toList();
        loaded.tenants.addAll(session.list("tenants_by_partner", RealmTables::tenant, partners));
    }

    void save(Batch batch) {
        session.batch("tenant_insert", batch.newTenants, 1, RealmTables::insert);
        session.batch("realm_insert", batch.newRealms, 1, RealmRow::insert);
        session.batch("quota_put", batch.quotas, 1, QuotaRow::write);
    }
}
