package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Policy;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// A row of `policy`. The policy's `users` and `groups` are stored as they are given.
///
/// @param readable whether each column holds what some version writes; else [#policy] throws
public record PolicyRow(long realm, Policy policy, boolean readable) implements NamedRow {
    /// A row to write.
    public PolicyRow(long realm, Policy policy) {
        this(realm, policy, true);
    }

    /// The policy.
    ///
    /// @throws UnreadableException if the row is not readable
    @Override
    public Policy policy() {
        if (!readable) {
            throw unreadable();
        }
        return policy;
    }

    @Override
    public UUID id() {
        return policy.id();
    }

    @Override
    public String name() {
        return policy.name();
    }

    @Override
    public UnreadableException unreadable() {
        return new UnreadableException("policy", id().toString());
    }

    void insert(Parameters to) throws SQLException {
        key(to);
        writeName(to);
        content(to);
        to.instant(policy.createdAt()).instant(policy.updatedAt());
    }

    /// All but the name.
    void update(Parameters to) throws SQLException {
        content(to);
        to.instant(policy.updatedAt());
        key(to);
    }

    private void content(Parameters to) throws SQLException {
        to.text(policy.description()).text(JsonColumns.of(policy.resources()));
        to.number(policy.users()).number(policy.groups());
    }

    /// In the order of `policies.columns`.
    static PolicyRow read(Row row) throws SQLException {
        long realm = row.number();
        Policy policy = new Policy(
                row.uuid(),
                NamedRow.readName(row),
                row.textOrNull(),
                row.decoded(JsonColumns::texts, List.of()),
                row.number(),
                row.number(),
                row.instant(),
                row.instant());
        return new PolicyRow(realm, policy, !row.isAltered());
    }
}
