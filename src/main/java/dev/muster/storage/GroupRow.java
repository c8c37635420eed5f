package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Group;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.sql.SQLException;
import java.util.UUID;

/// A row of `user_group`. The group's `members` are stored as they are given.
///
/// @param readable whether each column holds what some version writes; else [#group] throws
public record GroupRow(long realm, Group group, boolean readable) implements NamedRow {
    /// A row to write.
    public GroupRow(long realm, Group group) {
        this(realm, group, true);
    }

    /// The group.
    ///
    /// @throws UnreadableException if the row is not readable
    @Override
    public Group group() {
        if (!readable) {
            throw unreadable();
        }
        return group;
    }

    @Override
    public UUID id() {
        return group.id();
    }

    @Override
    public String name() {
        return group.name();
    }

    @Override
    public UnreadableException unreadable() {
        return new UnreadableException("group", id().toString());
    }

    void insert(Parameters to) throws SQLException {
        key(to);
        writeName(to);
        to.text(group.description())
                .number(group.members())
                .instant(group.createdAt())
                .instant(group.updatedAt());
    }

    /// All but the name.
    void update(Parameters to) throws SQLException {
        to.text(group.description()).number(group.members()).instant(group.updatedAt());
        key(to);
    }

    /// In the order of `groups.columns`.
    static GroupRow read(Row row) throws SQLException {
        long realm = row.number();
        Group group = new Group(
                row.uuid(), NamedRow.readName(row), row.textOrNull(), row.number(), row.instant(), row.instant());
        return new GroupRow(realm, group, !row.isAltered());
    }
}
