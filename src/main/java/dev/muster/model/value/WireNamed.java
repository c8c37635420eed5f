package dev.muster.model.value;

import org.jspecify.annotations.Nullable;

/// An enum constant with a name on the wire.
public interface WireNamed {
    String wireName();

    /// Returns the constant with this name on the wire; null if there is none.
    static <E extends WireNamed> @Nullable E of(E[] constants, String word) {
        for (E constant : constants) {
            if (constant.wireName().equals(word)) {
                return constant;
            }
        }
        return null;
    }
}
