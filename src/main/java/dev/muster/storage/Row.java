package dev.muster.storage;

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

/// The row that a statement stands on, read from its first column to its last.
final class Row {
    /// Bytes of a seed.
    private static final int SEED = 32;

    private final ResultSet results;
    private final DatabaseKind kind;
    private int place;
    private boolean altered;

    Row(ResultSet results, DatabaseKind kind) {
        this.results = results;
        this.kind = kind;
    }

    /// Says what a row becomes.
    interface Reader<T extends @Nullable Object> {
        T read(Row row) throws SQLException;
    }

    boolean next() throws SQLException {
        place = 0;
        altered = false;
        return results.next();
    }

    /// Whether a value was read that no version has written. What was given in its place means nothing.
    boolean isAltered() {
        return altered;
    }

    /// Notes that a value was read that no version has written, and gives what stands in its place.
    <T extends @Nullable Object> T altered(T instead) {
        altered = true;
        return instead;
    }

    /// What a text says, or `instead` where it cannot be read, of an altered row.
    <T> T decoded(@Nullable String text, Function<@Nullable String, T> reader, T instead) {
        try {
            return reader.apply(text);
        } catch (RuntimeException e) {
            return altered(instead);
        }
    }

    /// The constant with that code; another one, of an altered row, where there is none.
    <E extends Coded> E of(Codes<E> codes, int code) {
        E constant = codes.of(code);
        return constant == null ? altered(codes.first()) : constant;
    }

    <E extends Coded> E coded(Codes<E> codes) throws SQLException {
        return of(codes, small());
    }

    <E extends Coded> @Nullable E codedOrNull(Codes<E> codes) throws SQLException {
        int code = small();
        return code == 0 && results.wasNull() ? null : of(codes, code);
    }

    long number() throws SQLException {
        return results.getLong(++place);
    }

    @Nullable
    Long numberOrNull() throws SQLException {
        long value = results.getLong(++place);
        return value == 0 && results.wasNull() ? null : value;
    }

    int small() throws SQLException {
        return results.getInt(++place);
    }

    @Nullable
    Integer smallOrNull() throws SQLException {
        int value = results.getInt(++place);
        return value == 0 && results.wasNull() ? null : value;
    }

    boolean truth() throws SQLException {
        return results.getBoolean(++place);
    }

    String text() throws SQLException {
        return Objects.requireNonNull(textOrNull());
    }

    @Nullable
    String textOrNull() throws SQLException {
        return switch (kind) {
            // SQLite's driver makes a buffer object for each text that is asked for as one: twice the cost.
            case SQLITE -> {
                byte[] bytes = bytesOrNull();
                yield bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
            }
            case POSTGRES -> results.getString(++place);
        };
    }

    byte[] bytes() throws SQLException {
        return Objects.requireNonNull(bytesOrNull());
    }

    byte @Nullable [] bytesOrNull() throws SQLException {
        return results.getBytes(++place);
    }

    /// What a person's or a job's key follows from; null for none, and, of an altered row, where it has another length.
    byte @Nullable [] seedOrNull() throws SQLException {
        byte[] seed = bytesOrNull();
        return seed == null || seed.length == SEED ? seed : altered(null);
    }

    UUID uuid() throws SQLException {
        return Objects.requireNonNull(uuidOrNull());
    }

    @Nullable
    UUID uuidOrNull() throws SQLException {
        return switch (kind) {
            case SQLITE -> {
                byte[] bytes = bytesOrNull();
                yield bytes == null ? null : bytes.length == 16 ? uuidOf(bytes) : altered(new UUID(0, 0));
            }
            case POSTGRES -> results.getObject(++place, UUID.class);
        };
    }

    Instant instant() throws SQLException {
        return Instant.ofEpochMilli(number());
    }

    @Nullable
    Instant instantOrNull() throws SQLException {
        Long millis = numberOrNull();
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static UUID uuidOf(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
