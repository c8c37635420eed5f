package dev.muster.model.tenant;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import org.jspecify.annotations.Nullable;

/// The two environments of a tenant. A tenant's data in one environment forms a realm, the unit of isolation.
public enum Environment implements Coded {
    TEST(0, "test"),
    PRODUCTION(1, "production");

    public static final Codes<Environment> CODES = new Codes<>(values());

    private final int code;
    private final String word;

    Environment(int code, String word) {
        this.code = code;
        this.word = word;
    }

    @Override
    public int code() {
        return code;
    }

    /// The name on the wire: `test` or `production`.
    public String wireName() {
        return word;
    }

    /// Returns the environment with this name on the wire; null if there is none.
    public static @Nullable Environment of(@Nullable String word) {
        return TEST.word.equals(word) ? TEST : PRODUCTION.word.equals(word) ? PRODUCTION : null;
    }
}
