package dev.muster.storage.sql;

import dev.muster.model.value.Coded;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sets a statement's parameters one after the other.
public final class Parameters {
    private final PreparedStatement statement;
    private final DatabaseKind kind;
    private int index;

    Parameters(PreparedStatement statement, DatabaseKind kind) {
        this.statement = statement;
        this.kind = kind;
    }

    /// Sets a statement's parameters from a row.
    public interface Filler<T> {
        void fill(T row, Parameters to) throws SQLException;
    }

    void restart() {
        index = 0;
    }

    /// Sets each value according to its type. An [Instant] becomes milliseconds since 1970. A collection contains
    /// values of one type, and a map contains such a collection per realm. Neither may be empty.
    void all(@Nullable Object... values) throws SQLException {
        for (Object value : values) {
            switch (value) {
                case null -> setNull(Types.OTHER);
                case Long number -> number(number.longValue());
                case UUID id -> uuid(id);
                case String text -> text(text);
                case Integer small -> small(small);
                case Instant instant -> instant(instant);
                case byte[] bytes -> bytes(bytes);
                case Boolean truth -> bool(truth);
                case Coded coded -> code(coded);
                case Collection<?> several -> list(several);
                case Map<?, ?> byRealm -> byRealm(byRealm);
                default -> throw new IllegalArgumentException("unsupported type of parameter: " + value.getClass());
            }
        }
    }

    public Parameters number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    public Parameters number(@Nullable Long value) throws SQLException {
        return value == null ? setNull(Types.BIGINT) : number(value.longValue());
    }

    public Parameters small(int value) throws SQLException {
        statement.setInt(++index, value);
        return this;
    }

    public Parameters code(@Nullable Coded value) throws SQLException {
        return value == null ? setNull(Types.SMALLINT) : small(value.code());
    }

    public Parameters bool(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    public Parameters text(@Nullable String value) throws SQLException {
        if (value == null) {
            return setNull(Types.VARCHAR);
        }
        statement.setString(++index, value);
        return this;
    }

    public Parameters bytes(byte @Nullable [] value) throws SQLException {
        if (value == null) {
            return setNull(Types.BINARY);
        }
        statement.setBytes(++index, value);
        return this;
    }

    public Parameters uuid(@Nullable UUID value) throws SQLException {
        if (value == null) {
            // JDBC has no type code for UUIDs; OTHER leaves the type open.
            return setNull(Types.OTHER);
        }
        switch (kind) {
            case SQLITE -> statement.setBytes(++index, bytesOf(value));
            case POSTGRES -> statement.setObject(++index, value);
        }
        return this;
    }

    /// Sets an instant as milliseconds since 1970.
    public Parameters instant(@Nullable Instant value) throws SQLException {
        return value == null ? setNull(Types.BIGINT) : number(value.toEpochMilli());
    }

    /// Sets several values as one parameter: an array for PostgreSQL, or JSON text for SQLite's `json_each`, which
    /// takes a quarter of the time of one statement per value.
    private void list(Collection<?> values) throws SQLException {
        switch (kind) {
            case SQLITE -> statement.setString(++index, JsonKeys.of(values));
            case POSTGRES -> array(values);
        }
    }

    /// Sets values by realm: two arrays of the same length for PostgreSQL, or a JSON object with one list per realm
    /// for SQLite.
    private void byRealm(Map<?, ?> byRealm) throws SQLException {
        switch (kind) {
            case SQLITE -> statement.setString(++index, JsonKeys.of(byRealm));
            case POSTGRES -> {
                List<Object> realms = new ArrayList<>();
                List<Object> all = new ArrayList<>();
                byRealm.forEach((realm, values) -> {
                    Collection<?> some = (Collection<?>) values;
                    realms.addAll(Collections.nCopies(some.size(), realm));
                    all.addAll(some);
                });
                array(realms);
                array(all);
            }
        }
    }

    /// Sets a PostgreSQL array. The driver needs the elements' Java type to send the array in binary.
    private void array(Collection<?> values) throws SQLException {
        switch (values.iterator().next()) {
            case Long _ -> array("bigint", values.toArray(Long[]::new));
            case String _ -> array("text", values.toArray(String[]::new));
            case byte[] _ -> array("bytea", values.toArray(byte[][]::new));
            case UUID _ -> array("uuid", values.toArray());
            default -> throw new IllegalArgumentException("unsupported type of array elements");
        }
    }

    private void array(String type, Object[] values) throws SQLException {
        statement.setArray(++index, statement.getConnection().createArrayOf(type, values));
    }

    private Parameters setNull(int type) throws SQLException {
        statement.setNull(++index, type);
        return this;
    }

    static byte[] bytesOf(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
