package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// A row of `user_group` or `policy`. Folded names are unique within a realm. Counts, such as the number of members,
/// are stored as given.
///
/// @param id the id of the group or policy, available even if the row is unreadable
/// @param name the name of the group or policy, available even if the row is unreadable
/// @param value the [Group] or [Policy]
public record GroupOrPolicyRow<T extends Affiliation>(long realm, UUID id, String name, T value, boolean readable)
        implements StoredRow {
    /// How rows of one of the two tables are written and read.
    ///
    /// @param one the prefix of statements about one row
    /// @param many the prefix of statements about several rows
    public record Table<T extends Affiliation>(
            String one,
            String many,
            Row.Reader<GroupOrPolicyRow<T>> read,
            Parameters.Filler<GroupOrPolicyRow<T>> insert,
            Parameters.Filler<GroupOrPolicyRow<T>> update) {}

    public static final Table<Group> GROUPS = new Table<>(
            "group",
            "groups",
            GroupOrPolicyRow::readGroup,
            GroupOrPolicyRow::insertGroup,
            GroupOrPolicyRow::updateGroup);
    public static final Table<Policy> POLICIES = new Table<>(
            "policy",
            "policies",
            GroupOrPolicyRow::readPolicy,
            GroupOrPolicyRow::insertPolicy,
            GroupOrPolicyRow::updatePolicy);

    /// Creates a row to write.
    public static <T extends Affiliation> GroupOrPolicyRow<T> of(long realm, T value) {
        return new GroupOrPolicyRow<>(realm, value.id(), value.name(), value, true);
    }

    private static <T extends Affiliation> GroupOrPolicyRow<T> of(long realm, T value, Row row) {
        return new GroupOrPolicyRow<>(realm, value.id(), value.name(), value, !row.isAltered());
    }

    /// The group or policy.
    ///
    /// @throws UnreadableException if the row is not readable
    @Override
    public T value() {
        return checked(value);
    }

    @Override
    public UnreadableException unreadable() {
        return new UnreadableException(value instanceof Group ? "group" : "policy", id.toString());
    }

    /// Returns a comparator that orders by folded name, as the database's indexes do.
    static <T> Comparator<T> byName(Function<T, String> folded) {
        return Comparator.comparing(row -> folded.apply(row).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    }

    void key(Parameters to) throws SQLException {
        to.number(realm).uuid(id);
    }

    void rename(Parameters to) throws SQLException {
        writeName(to);
        key(to);
    }

    /// Writes the folded name, and the name if it differs.
    private void writeName(Parameters to) throws SQLException {
        String folded = Group.folded(name);
        to.text(folded).text(name.equals(folded) ? null : name);
    }

    private static String readName(Row row) throws SQLException {
        String folded = row.text();
        String name = row.textOrNull();
        return name == null ? folded : name;
    }

    private static void insertGroup(GroupOrPolicyRow<Group> row, Parameters to) throws SQLException {
        updateGroup(row, to);
        row.writeName(to);
        to.instant(row.value.createdAt());
    }

    /// Writes the columns that can change, except the name.
    private static void updateGroup(GroupOrPolicyRow<Group> row, Parameters to) throws SQLException {
        to.text(row.value.description()).number(row.value.members()).instant(row.value.updatedAt());
        row.key(to);
    }

    /// Reads columns in the order of `groups.columns`.
    private static GroupOrPolicyRow<Group> readGroup(Row row) throws SQLException {
        long realm = row.number();
        Group group =
                new Group(row.uuid(), readName(row), row.textOrNull(), row.number(), row.instant(), row.instant());
        return of(realm, group, row);
    }

    private static void insertPolicy(GroupOrPolicyRow<Policy> row, Parameters to) throws SQLException {
        updatePolicy(row, to);
        row.writeName(to);
        to.instant(row.value.createdAt());
    }

    /// Writes the columns that can change, except the name.
    private static void updatePolicy(GroupOrPolicyRow<Policy> row, Parameters to) throws SQLException {
        Policy policy = row.value;
        to.text(policy.description()).text(JsonColumns.of(policy.resources()));
        to.number(policy.users()).number(policy.groups()).instant(policy.updatedAt());
        row.key(to);
    }

    /// Reads columns in the order of `policies.columns`.
    private static GroupOrPolicyRow<Policy> readPolicy(Row row) throws SQLException {
        long realm = row.number();
        Policy policy = new Policy(
                row.uuid(),
                readName(row),
                row.textOrNull(),
                row.decoded(JsonColumns::texts, List.of()),
                row.number(),
                row.number(),
                row.instant(),
                row.instant());
        return of(realm, policy, row);
    }
}
