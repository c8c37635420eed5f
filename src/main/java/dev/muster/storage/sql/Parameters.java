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

/// Fills in a statement's parameters, one after the other.
public final class Parameters {
    private final PreparedStatement statement;
    private final DatabaseKind kind;
    private int index;

    Parameters(PreparedStatement statement, DatabaseKind kind) {
        this.statement = statement;
        this.kind = kind;
    }

    /// How a row becomes a statement's parameters.
    public interface Filler<T> {
        void fill(T row, Parameters to) throws SQLException;
    }

    void restart() {
        index = 0;
    }

    /// Each value as its type says. An [Instant] becomes milliseconds since 1970; a collection is several
    /// values of one type, and a map has such a collection for each realm: neither may be empty.
    void all(@Nullable Object... values) throws SQLException {
        for (Object value : values) {
            switch (value) {
                case null -> nothing(Types.OTHER);
                case Long number -> number(number.longValue());
                case UUID id -> uuid(id);
                case String text -> text(text);
                case Integer small -> small(small);
                case Instant instant -> instant(instant);
                case byte[] bytes -> bytes(bytes);
                case Boolean truth -> truth(truth);
                case Coded coded -> code(coded);
                case Collection<?> several -> several(several);
                case Map<?, ?> byRealm -> byRealm(byRealm);
                default -> throw new IllegalArgumentException("a parameter of " + value.getClass());
            }
        }
    }

    public Parameters number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    public Parameters number(@Nullable Long value) throws SQLException {
        return value == null ? nothing(Types.BIGINT) : number(value.longValue());
    }

    public Parameters small(int value) throws SQLException {
        statement.setInt(++index, value);
        return this;
    }

    public Parameters code(@Nullable Coded value) throws SQLException {
        return value == null ? nothing(Types.SMALLINT) : small(value.code());
    }

    public Parameters truth(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    public Parameters text(@Nullable String value) throws SQLException {
        if (value == null) {
            return nothing(Types.VARCHAR);
        }
        statement.setString(++index, value);
        return this;
    }

    public Parameters bytes(byte @Nullable [] value) throws SQLException {
        if (value == null) {
            return nothing(Types.BINARY);
        }
        statement.setBytes(++index, value);
        return this;
    }

    public Parameters uuid(@Nullable UUID value) throws SQLException {
        if (value == null) {
            // JDBC has no type for it; this one leaves it open.
            return nothing(Types.OTHER);
        }
        switch (kind) {
            case SQLITE -> statement.setBytes(++index, bytesOf(value));
            case POSTGRES -> statement.setObject(++index, value);
        }
        return this;
    }

    /// An instant as milliseconds since 1970.
    public Parameters instant(@Nullable Instant value) throws SQLException {
        return value == null ? nothing(Types.BIGINT) : number(value.toEpochMilli());
    }

    /// Several values at once. PostgreSQL takes an array; SQLite a JSON text, for `json_each`: that takes a
    /// quarter of the time of a statement for each value.
    private void several(Collection<?> values) throws SQLException {
        switch (kind) {
            case SQLITE -> statement.setString(++index, JsonKeys.of(values));
            case POSTGRES -> array(values);
        }
    }

    /// Several values of several realms. PostgreSQL takes two arrays of one length, SQLite one JSON object
    /// with a list for each realm.
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

    /// A PostgreSQL array. The driver knows by the Java type of its elements how to send it in binary.
    private void array(Collection<?> values) throws SQLException {
        switch (values.iterator().next()) {
            case Long _ -> array("bigint", values.toArray(Long[]::new));
            case String _ -> array("text", values.toArray(String[]::new));
            case byte[] _ -> array("bytea", values.toArray(byte[][]::new));
            case UUID _ -> array("uuid", values.toArray());
            default -> throw new IllegalArgumentException("an array of something else");
        }
    }

    private void array(String type, Object[] values) throws SQLException {
        statement.setArray(++index, statement.getConnection().createArrayOf(type, values));
    }

    private Parameters nothing(int type) throws SQLException {
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
