package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Group;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import java.util.function.Function;

/// A row of something with a name that is unique in its realm, in folded form: a group or a policy.
sealed interface NamedRow permits GroupRow, PolicyRow {
    long realm();

    /// Also of a row that is not readable.
    UUID id();

    /// Also of a row that is not readable.
    String name();

    /// Whether each column holds what some version writes.
    boolean readable();

    /// Why a row that is not readable cannot be used.
    UnreadableException unreadable();

    /// The order of indexes over folded names.
    static <T> Comparator<T> byName(Function<T, String> folded) {
        return Comparator.comparing(row -> folded.apply(row).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    }

    /// The folded name, and the name if it differs.
    default void writeName(Parameters to) throws SQLException {
        String folded = Group.folded(name());
        to.text(folded).text(name().equals(folded) ? null : name());
    }

    static String readName(Row row) throws SQLException {
        String folded = row.text();
        String name = row.textOrNull();
        return name == null ? folded : name;
    }

    default void rename(Parameters to) throws SQLException {
        writeName(to);
        key(to);
    }

    default void key(Parameters to) throws SQLException {
        to.number(realm()).uuid(id());
    }
}
