package dev.muster.storage;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Fills in a statement's parameters, one after the other.
final class Parameters {
    private final PreparedStatement statement;
    private final Flavour flavour;
    private int place;

    Parameters(PreparedStatement statement, Flavour flavour) {
        this.statement = statement;
        this.flavour = flavour;
    }

    /// Says how a row, or a request, becomes a statement's parameters.
    interface Filler<T> {
        void fill(Parameters parameters, T from) throws SQLException;
    }

    /// Says what a statement's parameters are.
    interface Filled {
        void fill(Parameters parameters) throws SQLException;
    }

    void restart() {
        place = 0;
    }

    Parameters number(long value) throws SQLException {
        statement.setLong(++place, value);
        return this;
    }

    Parameters number(@Nullable Long value) throws SQLException {
        if (value == null) {
            return nothing(Types.BIGINT);
        }
        return number(value.longValue());
    }

    Parameters small(int value) throws SQLException {
        statement.setInt(++place, value);
        return this;
    }

    Parameters text(@Nullable String value) throws SQLException {
        if (value == null) {
            return nothing(Types.VARCHAR);
        }
        statement.setString(++place, value);
        return this;
    }

    Parameters bytes(byte @Nullable [] value) throws SQLException {
        if (value == null) {
            return nothing(Types.BINARY);
        }
        statement.setBytes(++place, value);
        return this;
    }

    Parameters uuid(UUID value) throws SQLException {
        switch (flavour) {
            case SQLITE -> statement.setBytes(++place, bytesOf(value));
            case POSTGRES -> statement.setObject(++place, value);
        }
        return this;
    }

    /// An instant as milliseconds since 1970.
    Parameters instant(@Nullable Instant value) throws SQLException {
        return value == null ? nothing(Types.BIGINT) : number(value.toEpochMilli());
    }

    /// An array of PostgreSQL's.
    ///
    /// @param type the name of its elements' type
    Parameters array(String type, Object[] values) throws SQLException {
        statement.setArray(++place, statement.getConnection().createArrayOf(type, typed(type, values)));
        return this;
    }

    /// The driver knows by the array's own type how to send it in binary.
    private static Object[] typed(String type, Object[] values) {
        return switch (type) {
            case "bigint" -> Arrays.copyOf(values, values.length, Long[].class);
            case "text" -> Arrays.copyOf(values, values.length, String[].class);
            case "bytea" -> Arrays.copyOf(values, values.length, byte[][].class);
            default -> values;
        };
    }

    private Parameters nothing(int type) throws SQLException {
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
