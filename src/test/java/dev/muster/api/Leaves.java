package dev.muster.api;

import java.util.stream.Stream;

/// The records of a sealed type, its groups looked into.
public final class Leaves {
    private Leaves() {}

    public static Class<?>[] of(Class<?> sealed) {
        return records(sealed).toArray(Class<?>[]::new);
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(Leaves::records) : Stream.of(type);
    }
}
