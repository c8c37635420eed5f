package dev.muster.storage;

import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.storage.Rows.AssignmentRow;
import dev.muster.storage.Rows.CountingRow;
import dev.muster.storage.Rows.DeletedRow;
import dev.muster.storage.Rows.GroupAssignmentRow;
import dev.muster.storage.Rows.GroupRow;
import dev.muster.storage.Rows.MembershipRow;
import dev.muster.storage.Rows.PolicyRow;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// How groups, policies, and who and what belongs to them stand in their columns.
final class GroupColumns {
    private GroupColumns() {}

    /// The order that indexes of folded names have.
    static <T> Comparator<T> byName(Function<T, String> folded) {
        return Comparator.comparing(row -> folded.apply(row).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    }

    static void insert(Binder to, GroupRow row) throws SQLException {
        Group group = row.group();
        to.number(row.realm()).uuid(group.id());
        name(to, group.name());
        to.text(group.description())
                .number(group.members())
                .instant(group.createdAt())
                .instant(group.updatedAt());
    }

    /// All but the name.
    static void update(Binder to, GroupRow row) throws SQLException {
        Group group = row.group();
        to.text(group.description()).number(group.members()).instant(group.updatedAt());
        which(to, row);
    }

    static void rename(Binder to, GroupRow row) throws SQLException {
        name(to, row.group().name());
        which(to, row);
    }

    static void which(Binder to, GroupRow row) throws SQLException {
        to.number(row.realm()).uuid(row.group().id());
    }

    private static void name(Binder to, String name) throws SQLException {
        String folded = Group.folded(name);
        to.text(folded).text(name.equals(folded) ? null : name);
    }

    /// In the order of `groups.columns`.
    static GroupRow group(Row row) throws SQLException {
        long realm = row.number();
        Group group = new Group(row.uuid(), name(row), row.textOrNull(), row.number(), row.instant(), row.instant());
        return new GroupRow(realm, group, !row.isAltered());
    }

    private static String name(Row row) throws SQLException {
        String folded = row.text();
        String name = row.textOrNull();
        return name == null ? folded : name;
    }

    static void insert(Binder to, PolicyRow row) throws SQLException {
        Policy policy = row.policy();
        to.number(row.realm()).uuid(policy.id());
        name(to, policy.name());
        to.text(policy.description())
                .text(JsonColumns.of(policy.resources()))
                .number(policy.users())
                .number(policy.groups())
                .instant(policy.createdAt())
                .instant(policy.updatedAt());
    }

    /// All but the name.
    static void update(Binder to, PolicyRow row) throws SQLException {
        Policy policy = row.policy();
        to.text(policy.description())
                .text(JsonColumns.of(policy.resources()))
                .number(policy.users())
                .number(policy.groups())
                .instant(policy.updatedAt());
        which(to, row);
    }

    static void rename(Binder to, PolicyRow row) throws SQLException {
        name(to, row.policy().name());
        which(to, row);
    }

    static void which(Binder to, PolicyRow row) throws SQLException {
        to.number(row.realm()).uuid(row.policy().id());
    }

    /// In the order of `policies.columns`.
    static PolicyRow policy(Row row) throws SQLException {
        long realm = row.number();
        Policy policy = new Policy(
                row.uuid(),
                name(row),
                row.textOrNull(),
                row.decoded(row.textOrNull(), JsonColumns::texts, List.of()),
                row.number(),
                row.number(),
                row.instant(),
                row.instant());
        return new PolicyRow(realm, policy, !row.isAltered());
    }

    static void delete(Binder to, DeletedRow row) throws SQLException {
        to.instant(row.at()).number(row.realm()).uuid(row.id());
    }

    static void insert(Binder to, MembershipRow row) throws SQLException {
        to.number(row.realm())
                .uuid(row.user())
                .uuid(row.group())
                .number(row.number())
                .truth(row.counts());
    }

    static void lose(Binder to, MembershipRow row) throws SQLException {
        to.number(row.realm()).uuid(row.user()).uuid(row.group());
    }

    static MembershipRow membership(Row row) throws SQLException {
        long realm = row.number();
        UUID user = row.uuid();
        UUID group = row.uuid();
        return new MembershipRow(realm, user, row.number(), group, row.truth());
    }

    static void insert(Binder to, AssignmentRow row) throws SQLException {
        to.number(row.realm())
                .uuid(row.user())
                .uuid(row.policy())
                .number(row.number())
                .truth(row.counts());
    }

    static void lose(Binder to, AssignmentRow row) throws SQLException {
        to.number(row.realm()).uuid(row.user()).uuid(row.policy());
    }

    static AssignmentRow assignment(Row row) throws SQLException {
        long realm = row.number();
        UUID user = row.uuid();
        UUID policy = row.uuid();
        return new AssignmentRow(realm, user, row.number(), policy, row.truth());
    }

    static void key(Binder to, GroupAssignmentRow row) throws SQLException {
        to.number(row.realm()).uuid(row.policy()).uuid(row.group());
    }

    static GroupAssignmentRow groupAssignment(Row row) throws SQLException {
        return new GroupAssignmentRow(row.number(), row.uuid(), row.uuid());
    }

    /// The last one leaves alone what counts, or does not, already.
    static void count(Binder to, CountingRow row) throws SQLException {
        to.truth(row.counts()).number(row.realm()).uuid(row.user()).truth(row.counts());
    }
}
