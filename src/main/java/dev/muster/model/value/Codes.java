package dev.muster.model.value;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the constants of an enum by their stored codes.
public final class Codes<E extends Coded> {
    private final E first;
    private final @Nullable E[] byCode;

    /// @throws IllegalStateException if two constants have the same code
    public Codes(E[] constants) {
        first = constants[0];
        @Nullable
        E[] places = Arrays.copyOf(
                constants, Arrays.stream(constants).mapToInt(Coded::code).max().orElseThrow() + 1);
        Arrays.fill(places, null);
        for (E constant : constants) {
            if (places[constant.code()] != null) {
                throw new IllegalStateException(constant + " and " + places[constant.code()] + " have the same code");
            }
            places[constant.code()] = constant;
        }
        byCode = places;
    }

    /// The constant with this code; null if there is none.
    public @Nullable E of(int code) {
        return code < 0 || code >= byCode.length ? null : byCode[code];
    }

    /// The first declared constant.
    public E first() {
        return first;
    }

    /// One more than the highest code.
    public int size() {
        return byCode.length;
    }
}
