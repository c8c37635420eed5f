package dev.muster.storage;

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
final class Binder {
    private final PreparedStatement statement;
    private final DatabaseKind kind;
    private int place;

    Binder(PreparedStatement statement, DatabaseKind kind) {
        this.statement = statement;
        this.kind = kind;
    }

    /// Says how a row, or a request, becomes a statement's parameters.
    interface Filler<T> {
        void fill(Binder parameters, T from) throws SQLException;
    }

    /// Says what a statement's parameters are.
    interface Filled {
        void fill(Binder parameters) throws SQLException;
    }

    void restart() {
        place = 0;
    }

    Binder number(long value) throws SQLException {
        statement.setLong(++place, value);
        return this;
    }

    Binder number(@Nullable Long value) throws SQLException {
        if (value == null) {
            return nothing(Types.BIGINT);
        }
        return number(value.longValue());
    }

    Binder small(int value) throws SQLException {
        statement.setInt(++place, value);
        return this;
    }

    Binder code(Coded value) throws SQLException {
        return small(value.code());
    }

    Binder codeOrNull(@Nullable Coded value) throws SQLException {
        return value == null ? nothing(Types.SMALLINT) : small(value.code());
    }

    Binder smallOrNull(@Nullable Integer value) throws SQLException {
        return value == null ? nothing(Types.SMALLINT) : small(value);
    }

    Binder truth(boolean value) throws SQLException {
        statement.setBoolean(++place, value);
        return this;
    }

    Binder text(@Nullable String value) throws SQLException {
        if (value == null) {
            return nothing(Types.VARCHAR);
        }
        statement.setString(++place, value);
        return this;
    }

    Binder bytes(byte @Nullable [] value) throws SQLException {
        if (value == null) {
            return nothing(Types.BINARY);
        }
        statement.setBytes(++place, value);
        return this;
    }

    Binder uuid(UUID value) throws SQLException {
        switch (kind) {
            case SQLITE -> statement.setBytes(++place, bytesOf(value));
            case POSTGRES -> statement.setObject(++place, value);
        }
        return this;
    }

    Binder uuidOrNull(@Nullable UUID value) throws SQLException {
        // The drivers have no type for it: this one leaves it open.
        return value == null ? nothing(Types.OTHER) : uuid(value);
    }

    /// An instant as milliseconds since 1970.
    Binder instant(@Nullable Instant value) throws SQLException {
        return value == null ? nothing(Types.BIGINT) : number(value.toEpochMilli());
    }

    /// Several values at once. PostgreSQL takes an array; SQLite a JSON text, for `json_each`: that takes a quarter of
    /// the time of a statement for each value.
    ///
    /// @param type the name of PostgreSQL's type
    Binder values(String type, Collection<?> values) throws SQLException {
        switch (kind) {
            case SQLITE -> statement.setString(++place, JsonColumns.ofKeys(values));
            case POSTGRES -> array(type, values);
        }
        return this;
    }

    /// Several values of several realms. PostgreSQL takes two arrays of one length, SQLite one JSON object of a
    /// list for each realm.
    Binder values(String type, Map<Long, ? extends Collection<?>> byRealm) throws SQLException {
        switch (kind) {
            case SQLITE -> statement.setString(++place, JsonColumns.ofKeys(byRealm));
            case POSTGRES -> {
                List<Long> realms = new ArrayList<>();
                List<Object> all = new ArrayList<>();
                byRealm.forEach((realm, values) -> {
                    realms.addAll(Collections.nCopies(values.size(), realm));
                    all.addAll(values);
                });
                array("bigint", realms);
                array(type, all);
            }
        }
        return this;
    }

    /// An array of PostgreSQL's. The driver knows by its Java type how to send it in binary.
    private void array(String type, Collection<?> values) throws SQLException {
        Object[] array = switch (type) {
            case "bigint" -> values.toArray(Long[]::new);
            case "text" -> values.toArray(String[]::new);
            case "bytea" -> values.toArray(byte[][]::new);
            default -> values.toArray();
        };
        statement.setArray(++place, statement.getConnection().createArrayOf(type, array));
    }

    private Binder nothing(int type) throws SQLException {
        statement.setNull(++place, type);
        return this;
    }

    static byte[] bytesOf(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
