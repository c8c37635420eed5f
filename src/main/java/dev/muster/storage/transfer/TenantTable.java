package dev.muster.storage.transfer;

import dev.muster.model.tenant.RealmState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The tables of the schema, and which of their rows belong to a tenant. A test fails if the schema has a table that
/// is not listed here.
public enum TenantTable {
    TENANT(Part.OF_PARTNER),
    REALM(Part.OF_PARTNER),
    // Evidence that is not complete is left out. The rest is copied as if no job had named it yet, and the next cleanup
    // either marks it as named or deletes it, so an interrupted import leaves nothing behind. Evidence comes before its
    // chunks, so that the cleanup finds all of them.
    EVIDENCE(Part.OF_EVIDENCE),
    EVIDENCE_CHUNK(Part.OF_EVIDENCE),
    EVIDENCE_USE(Part.OF_EVIDENCE),
    BATCH(Part.OF_REALMS),
    USERS(Part.OF_REALMS),
    JOURNAL(Part.OF_REALMS),
    BAR(Part.OF_REALMS),
    CARD(Part.OF_REALMS),
    API_KEY(Part.OF_REALMS),
    KEY_USE(Part.OF_REALMS),
    OPERATOR(Part.OF_REALMS),
    RETRY(Part.OF_REALMS),
    CHECKPOINT(Part.OF_REALMS),
    USER_GROUP(Part.OF_REALMS),
    POLICY(Part.OF_REALMS),
    MEMBERSHIP(Part.OF_REALMS),
    ASSIGNMENT(Part.OF_REALMS),
    GROUP_ASSIGNMENT(Part.OF_REALMS),
    JOB(Part.OF_REALMS),
    SIGNATURE(Part.OF_REALMS),
    SEARCH_INDEX(Part.OF_REALMS),
    SEARCH_POSTING(Part.OF_REALMS),
    SEARCH_STALE(Part.OF_REALMS),
    SESSION(Part.OF_REALMS),
    VERIFICATION(Part.OF_REALMS),
    DAY_END(Part.OF_REALMS),
    TOKEN_FAMILY(Part.OF_REALMS),
    QUOTA(Part.OF_REALMS),
    KEPT_FORM(Part.OF_REALMS),
    SSO_PROVIDER(Part.OF_REALMS),
    APPROVAL_RULES(Part.OF_REALMS),
    APPROVAL(Part.OF_REALMS),
    PASSKEY(Part.OF_REALMS),
    PASSKEY_CHALLENGE(Part.OF_REALMS),
    PASSKEY_POLICY(Part.OF_REALMS),
    WEBHOOK(Part.OF_REALMS),
    WEBHOOK_PROGRESS(Part.OF_REALMS),
    WEBHOOK_OPEN(Part.OF_REALMS),
    WEBHOOK_ATTEMPT(Part.OF_REALMS),
    CALLBACK(Part.OF_REALMS),
    CALLBACK_ATTEMPT(Part.OF_REALMS),
    // Which server does the background tasks for all servers of the database.
    CHORE_LEASE(Part.NOTHING),
    // The failed attempts that the servers of the database have counted in the last 20 minutes.
    FAILURE(Part.NOTHING),
    // The cells of an installation, and in which of them each tenant is. The database that a tenant is copied to may
    // belong to another installation.
    CELL(Part.NOTHING),
    PLACE(Part.NOTHING),
    SCHEMA_HISTORY(Part.NOTHING);

    /// Which rows belong to a tenant.
    public enum Part {
        /// Those with its partner id.
        OF_PARTNER,
        /// Those of its realms.
        OF_REALMS,
        /// Those of its realms, in the separate file that an embedded database has for evidence. Each table has its
        /// statement.
        OF_EVIDENCE,
        /// The table is about servers, not tenants.
        NOTHING
    }

    private final Part part;

    TenantTable(Part part) {
        this.part = part;
    }

    public Part part() {
        return part;
    }

    /// The table's name in the database.
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The value of a column in a copy. Leases belong to the servers of the other database, and whether a realm is in
    /// a database is not copied.
    @Nullable
    Object copied(String column, @Nullable Object value) {
        return switch (this) {
            case WEBHOOK_PROGRESS -> column.equals("leased_by") || column.equals("leased_until") ? null : value;
            case REALM -> column.equals("state") ? (Object) (long) RealmState.OPEN.code() : value;
            default -> value;
        };
    }

    /// The tables that have rows of tenants, in the order in which they are copied.
    public static List<TenantTable> copied() {
        return Arrays.stream(values())
                .filter(table -> table.part != Part.NOTHING)
                .toList();
    }

    /// The name of the statement that reads a tenant's rows.
    String rowsStatement() {
        return switch (part) {
            case OF_PARTNER -> "rows_of_partner";
            case OF_REALMS -> "rows_of_realms";
            case OF_EVIDENCE -> sqlName();
            case NOTHING -> throw new IllegalStateException(this + " has no rows of tenants");
        };
    }

    /// How many rows to fetch at a time.
    int fetchRows() {
        return this == EVIDENCE_CHUNK ? 8 : 200;
    }
}
