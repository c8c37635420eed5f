package dev.muster.storage.sql;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One row of a result. Its columns are read in order, starting with the first.
public final class Row {
    private static final int SEED_BYTES = 32;

    private final ResultSet results;
    private final DatabaseKind kind;
    private int column;
    private boolean altered;

    Row(ResultSet results, DatabaseKind kind) {
        this.results = results;
        this.kind = kind;
    }

    /// Converts a row to a value.
    public interface Reader<T extends @Nullable Object> {
        T read(Row row) throws SQLException;
    }

    boolean next() throws SQLException {
        column = 0;
        altered = false;
        return results.next();
    }

    /// Whether an invalid value was read and replaced.
    public boolean isAltered() {
        return altered;
    }

    /// Marks the row as altered and returns the replacement value.
    public <T extends @Nullable Object> T altered(T instead) {
        altered = true;
        return instead;
    }

    /// Parses the next column's text; on failure, marks the row as altered and returns `instead`.
    public <T> T decoded(Function<@Nullable String, T> parser, T instead) throws SQLException {
        String text = textOrNull();
        try {
            return parser.apply(text);
        } catch (RuntimeException e) {
            return altered(instead);
        }
    }

    /// Returns the constant with that code. If there is none, marks the row as altered and returns the first
    /// constant.
    private <E extends Coded> E of(Codes<E> codes, int code) {
        E constant = codes.of(code);
        return constant == null ? altered(codes.first()) : constant;
    }

    public <E extends Coded> E coded(Codes<E> codes) throws SQLException {
        return of(codes, small());
    }

    public <E extends Coded> @Nullable E codedOrNull(Codes<E> codes) throws SQLException {
        int code = small();
        return code == 0 && results.wasNull() ? null : of(codes, code);
    }

    /// Skips the given number of columns.
    public Row skip(int columns) {
        column += columns;
        return this;
    }

    public long number() throws SQLException {
        return results.getLong(++column);
    }

    public @Nullable Long numberOrNull() throws SQLException {
        long value = number();
        return value == 0 && results.wasNull() ? null : value;
    }

    public int small() throws SQLException {
        return results.getInt(++column);
    }

    public boolean bool() throws SQLException {
        return results.getBoolean(++column);
    }

    public String text() throws SQLException {
        return Objects.requireNonNull(textOrNull());
    }

    public @Nullable String textOrNull() throws SQLException {
        return switch (kind) {
            // SQLite's driver creates a buffer object for each string that it returns, which doubles the cost.
            case SQLITE -> {
                byte[] bytes = bytesOrNull();
                yield bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
            }
            case POSTGRES -> results.getString(++column);
        };
    }

    public byte[] bytes() throws SQLException {
        return Objects.requireNonNull(bytesOrNull());
    }

    public byte @Nullable [] bytesOrNull() throws SQLException {
        return results.getBytes(++column);
    }

    /// Reads the seed of a person's or job's key; null if there is none. If it has the wrong length, marks the row
    /// as altered and returns null.
    public byte @Nullable [] seedOrNull() throws SQLException {
        byte[] seed = bytesOrNull();
        return seed == null || seed.length == SEED_BYTES ? seed : altered(null);
    }

    public UUID uuid() throws SQLException {
        return Objects.requireNonNull(uuidOrNull());
    }

    public @Nullable UUID uuidOrNull() throws SQLException {
        return switch (kind) {
            case SQLITE -> {
                byte[] bytes = bytesOrNull();
                yield bytes == null ? null : bytes.length == 16 ? uuidOf(bytes) : altered(new UUID(0, 0));
            }
            case POSTGRES -> results.getObject(++column, UUID.class);
        };
    }

    public Instant instant() throws SQLException {
        return Instant.ofEpochMilli(number());
    }

    public @Nullable Instant instantOrNull() throws SQLException {
        long millis = number();
        return millis == 0 && results.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    private static UUID uuidOf(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
