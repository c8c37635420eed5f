package dev.muster.process;

import dev.muster.http.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON object whose accessors fail the test if a field is missing or of another type.
record Fields(Map<?, ?> object) {

    static Fields of(byte[] json) {
        if (Json.read(json, Integer.MAX_VALUE) instanceof Json.Result.Value(Map<?, ?> object)) {
            return new Fields(object);
        }
        throw new AssertionError("no JSON object: " + new String(json, StandardCharsets.UTF_8));
    }

    String text(String name) {
        return (String) there(name);
    }

    long number(String name) {
        return ((BigDecimal) there(name)).longValueExact();
    }

    boolean flag(String name) {
        return (Boolean) there(name);
    }

    Fields in(String name) {
        return new Fields((Map<?, ?>) there(name));
    }

    List<Fields> items(String name) {
        return ((List<?>) there(name))
                .stream().map(item -> new Fields((Map<?, ?>) item)).toList();
    }

    /// Returns the value, or null if it is null or missing.
    @Nullable
    Object any(String name) {
        return object.get(name);
    }

    private Object there(String name) {
        Object value = object.get(name);
        if (value == null) {
            throw new AssertionError("there is no " + name + " in " + object);
        }
        return value;
    }
}
