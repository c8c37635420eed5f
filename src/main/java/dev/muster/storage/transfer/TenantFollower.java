package dev.muster.storage.transfer;

import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Repeats in a copy of a tenant what has changed in the original. Of the two tables that are large in every tenant,
/// the journal only grows, and tells which users have changed. All other tables are compared row by row, and the
/// chunks of evidence never change. The tables `tenant` and `realm` are left alone.
public final class TenantFollower {
    /// Tables with at most this many rows are compared row by row in the end.
    private static final long SMALL_TABLE = 10_000;

    private final TenantSource source;
    private final TenantTarget target;
    private final TenantId tenant;

    /// The last entry that the copy of each realm's journal has.
    private final Map<Long, Long> ends = new HashMap<>();

    /// @param target the database with a copy of the tenant that is not valid yet
    public TenantFollower(TenantSource source, TenantTarget target, TenantId tenant) {
        this.source = source;
        this.target = target;
        this.tenant = tenant;
    }

    /// Takes a new snapshot of the original and repeats what has changed.
    ///
    /// @param all whether to compare all users and the whole journal too
    /// @return the number of rows that were copied or deleted
    public long follow(boolean all) {
        if (source.begin(tenant.partnerId()) == null) {
            throw new IllegalStateException("the original is gone");
        }
        for (long realm : realms()) {
            JournalEnd end = end(target.session(TenantTable.JOURNAL), realm);
            ends.put(realm, end == null ? 0 : end.seq);
        }
        long rows = 0;
        for (TenantTable table : TenantTable.copied()) {
            rows += follow(table, all);
        }
        return rows;
    }

    private long follow(TenantTable table, boolean all) {
        return switch (table) {
            // These never change, or are copied with the table before.
            case TENANT, REALM, EVIDENCE_CHUNK -> 0;
            case EVIDENCE -> copyEvidence();
            case USERS -> all ? compare(table) : copyChangedUsers();
            case JOURNAL -> all ? compare(table) : copyNewEntries();
            default -> compare(table);
        };
    }

    private long[] realms() {
        return new long[] {tenant.testRealm(), tenant.productionRealm()};
    }

    private long compare(TenantTable table) {
        TableChanges changes = changes(table);
        target.apply(table, changes);
        return changes.size();
    }

    private TableChanges changes(TenantTable table) {
        List<String> key = target.columns(table).key();
        try (RowCursor original = RowCursor.sorted(source.session(table), table, tenant, key);
                RowCursor copy = RowCursor.sorted(target.session(table), table, tenant, key)) {
            return TableChanges.between(original, copy, key);
        }
    }

    /// Copies the users that the new entries of the journal are about. Must be called before the entries are copied.
    private long copyChangedUsers() {
        long rows = 0;
        for (long realm : realms()) {
            long after = ends.getOrDefault(realm, 0L);
            List<@Nullable Object[]> changed = new ArrayList<>();
            try (RowCursor users =
                    RowCursor.of(source.session(TenantTable.USERS), TenantTable.USERS, "users_changed", to -> {
                        to.setLong(1, realm);
                        to.setLong(2, realm);
                        to.setLong(3, after);
                    })) {
                for (@Nullable Object[] row = users.next(); row != null; row = users.next()) {
                    changed.add(row);
                }
                target.apply(TenantTable.USERS, new TableChanges(users.columns(), changed, changed));
            }
            rows += changed.size();
        }
        return rows;
    }

    private long copyNewEntries() {
        long rows = 0;
        for (long realm : realms()) {
            long after = ends.getOrDefault(realm, 0L);
            try (RowCursor entries =
                    RowCursor.of(source.session(TenantTable.JOURNAL), TenantTable.JOURNAL, "journal_after", to -> {
                        to.setLong(1, realm);
                        to.setLong(2, after);
                    })) {
                rows += copy(TenantTable.JOURNAL, entries);
            }
        }
        return rows;
    }

    private long copyEvidence() {
        TableChanges changes = changes(TenantTable.EVIDENCE);
        target.apply(TenantTable.EVIDENCE, changes);
        for (@Nullable Object[] row : changes.removed()) {
            try (PreparedStatement statement = target.session(TenantTable.EVIDENCE_CHUNK)
                    .connection()
                    .prepareStatement(Statements.template("delete_evidence_chunks_of"))) {
                setEvidence(statement, target.columns(TenantTable.EVIDENCE), changes.columns(), row);
                statement.executeUpdate();
            } catch (SQLException e) {
                throw StorageException.of(e);
            }
        }
        for (@Nullable Object[] row : changes.added()) {
            try (RowCursor chunks = RowCursor.of(
                    source.session(TenantTable.EVIDENCE_CHUNK),
                    TenantTable.EVIDENCE_CHUNK,
                    "evidence_chunks_of",
                    to -> setEvidence(to, source.columns(TenantTable.EVIDENCE), changes.columns(), row))) {
                copy(TenantTable.EVIDENCE_CHUNK, chunks);
            }
        }
        return changes.size();
    }

    private static void setEvidence(
            PreparedStatement to, TableColumns about, List<String> columns, @Nullable Object[] row)
            throws SQLException {
        about.set(to, 1, "realm", row[columns.indexOf("realm")]);
        about.set(to, 2, "id", row[columns.indexOf("id")]);
    }

    private long copy(TenantTable table, RowCursor from) {
        long rows = 0;
        target.begin(table, from.columns());
        for (@Nullable Object[] row = from.next(); row != null; row = from.next()) {
            target.row(row);
            rows++;
        }
        target.endTable();
        return rows;
    }

    private record JournalEnd(long seq, byte[] hash) {}

    private static @Nullable JournalEnd end(Session session, long realm) {
        try (PreparedStatement statement = session.connection().prepareStatement(Statements.template("journal_end"))) {
            statement.setLong(1, realm);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new JournalEnd(row.getLong(1), row.getBytes(2)) : null;
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Compares a copy that an earlier run has committed with the original as it is now.
    ///
    /// @return whether [#difference] finds no difference
    public boolean isComplete() {
        return source.begin(tenant.partnerId()) != null && difference().isEmpty();
    }

    /// Whether a copy that an earlier run committed lacks journal entries of the original. False for an original that
    /// is being deleted.
    public boolean isBehind() {
        if (source.begin(tenant.partnerId()) == null) {
            return false;
        }
        for (long realm : realms()) {
            JournalEnd original = end(source.session(TenantTable.JOURNAL), realm);
            JournalEnd copy = end(target.session(TenantTable.JOURNAL), realm);
            boolean isShorter = original == null || (copy != null && original.seq < copy.seq);
            if (!isShorter && !isSame(original, copy)) {
                return true;
            }
        }
        return false;
    }

    /// Compares the copy with the snapshot that was taken last: the last entry of each journal, the number and the
    /// versions of the users, the number of rows of each other table, and each row of small tables.
    ///
    /// @return the name of a table that differs; empty if all are the same
    public Optional<String> difference() {
        for (long realm : realms()) {
            JournalEnd original = end(source.session(TenantTable.JOURNAL), realm);
            JournalEnd copy = end(target.session(TenantTable.JOURNAL), realm);
            if (!isSame(original, copy)) {
                return Optional.of(TenantTable.JOURNAL.sqlName());
            }
        }
        return TenantTable.copied().stream()
                .filter(table -> table != TenantTable.JOURNAL && differs(table))
                .map(TenantTable::sqlName)
                .findFirst();
    }

    private static boolean isSame(@Nullable JournalEnd one, @Nullable JournalEnd other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return one.seq == other.seq && Arrays.equals(one.hash, other.hash);
    }

    private boolean differs(TenantTable table) {
        Session original = source.session(table);
        Session copy = target.session(table);
        if (table == TenantTable.USERS) {
            return !sum(original, table, Statements.template("users_sum"))
                    .equals(sum(copy, table, Statements.template("users_sum")));
        }
        String text = Statements.template("count")
                .replace("{rows}", Statements.template(table.rowsStatement()).replace("{table}", table.sqlName()));
        List<Long> rows = sum(original, table, text);
        if (!rows.equals(sum(copy, table, text))) {
            return true;
        }
        boolean isCompared = table.part() != TenantTable.Part.OF_PARTNER && table != TenantTable.EVIDENCE_CHUNK;
        boolean isSmall = rows.getFirst() > 0 && rows.getFirst() <= SMALL_TABLE;
        return isCompared && isSmall && changes(table).size() > 0;
    }

    private List<Long> sum(Session session, TenantTable table, String text) {
        try (PreparedStatement statement = session.connection().prepareStatement(text)) {
            RowCursor.setTenant(statement, table, tenant);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                List<Long> values = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.add(row.getLong(i));
                }
                return values;
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }
}
